import * as assert from "node:assert/strict";
import { checkPlan } from "../../../../src/runs/record/checkPlan";

const build = {
  id: "0123456789ab",
  mode: "atomic",
  module: "example.com/shop",
  go: "go1.26.8",
  sources: "/sources",
  image: "shop-profile:0123456789ab",
};
const plan = {
  stack: "dev",
  run: "20261120T210355Z-1a2b3c",
  live: "/live",
  output: "/out put/$(x)",
  operators: [{ name: "shop", builds: [build] }],
};
const problems = (value: unknown) => {
  try {
    checkPlan(value);
  } catch (error) {
    return (error as Error).message;
  }
  return assert.fail("was accepted");
};

describe("The check of a collection plan", () => {
  it("accepts a plan as it is", () => {
    assert.deepEqual(checkPlan(plan), plan);
    assert.deepEqual(checkPlan({ ...plan, gaps: ["a container was killed"] }).gaps, ["a container was killed"]);
  });

  it("names every mistake at once", () => {
    const builds = [{ ...build, id: "0123456789AB", mode: "line", sources: "sources" }];
    assert.deepEqual(
      problems({ ...plan, stack: "../dev", live: "live", operators: [{ name: "Shop", builds }] }).split("\n"),
      [
        'Expected `stack` to be a folder\'s name of letters, digits, dots, _, - and one +, got "../dev".',
        'Expected `live` to be an absolute path, got "live".',
        'Expected `operators[0].name` to be a DNS label, got "Shop".',
        'Expected `operators[0].builds[0].id` to be 12 hexadecimal digits, got "0123456789AB".',
        'Expected `operators[0].builds[0].mode` to be atomic, count or set, got "line".',
        'Expected `operators[0].builds[0].sources` to be an absolute path, got "sources".',
      ],
    );
  });

  it("refuses what is missing or repeated", () => {
    assert.match(problems({ ...plan, operators: [] }), /^Expected `operators` to be at least one operator, got \[\]/);
    assert.match(
      problems({ ...plan, operators: [{ name: "shop", builds: [] }] }),
      /`operators\[0\].builds` to be at least one build/,
    );
    assert.match(problems({ ...plan, run: undefined }), /^Expected `run` to be a string, got nothing/);
    assert.match(problems(undefined), /^Expected `plan` to be /);
    const [shop] = plan.operators;
    assert.match(
      problems({ ...plan, operators: [shop, shop] }),
      /^Expected `operators\[1\]` to be named once, got "shop"/,
    );
    assert.match(
      problems({ ...plan, operators: [{ name: "shop", builds: [build, build] }] }),
      /^Expected `operators\[0\]\.builds\[1\]` to be named once, got "0123456789ab"/,
    );
  });

  for (const name of ["raw", "sources", "-rf", "a/b", "..", "$(x)", "a\nb", ""]) {
    it(`refuses ${JSON.stringify(name)} for an operator, which gets a folder of the run`, () => {
      assert.match(
        problems({ ...plan, operators: [{ name, builds: [build] }] }),
        /^Expected `operators\[0\]\.name` to be /,
      );
    });
  }

  for (const run of ["latest", ".hidden", "..", "a/b", "-rf", ""]) {
    it(`refuses ${JSON.stringify(run)} for a run, which gets a folder of the stack`, () => {
      assert.match(problems({ ...plan, run }), /^Expected `run` to be /);
    });
  }
});
