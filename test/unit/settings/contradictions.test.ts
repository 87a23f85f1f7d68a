import assert from "node:assert/strict";
import { parse } from "../../../src/settings/parse";
import { SettingsError } from "../../../src/settings/problems";

function problems(build: object, more: object = {}): readonly string[] {
  try {
    parse({ operators: [{ name: "op", source: ".", manifests: { yaml: ["x"] }, build, ...more }] });
  } catch (error) {
    assert.ok(error instanceof SettingsError, String(error));
    return error.problems;
  }
  return [];
}

describe("settings of a build", () => {
  it("go together where each has something to say", () => {
    for (const build of [
      { dockerfile: "Dockerfile", context: "..", target: "x", args: { A: "1" }, tags: ["a"], env: { A: "1" } },
      { builder: "ko", base: "debian" },
      { mode: "test-binary", base: "debian" },
      { mode: "cover", builder: "go", args: {} },
      { builder: "ko", ldflags: "-X 'main.a=b c'" },
      { user: 0 },
      { user: "nonroot:65532" },
      { mode: "test-binary", user: "1000:1000" },
      { base: "debian", user: "www-data" },
      { ldflags: `-X 'main.a=b c' -X "main.b='"` },
    ])
      assert.deepEqual(problems(build), []);
  });

  it("are refused where one would be passed over", () => {
    assert.deepEqual(problems({ dockerfile: "D", builder: "ko", mode: "test-binary", base: "debian" }), [
      'Expected `operators[0].build.builder` to be left out beside `dockerfile`, got "ko". Leave out one of them.',
      'Expected `operators[0].build.mode` to be cover beside `dockerfile`, got "test-binary". Test binaries are built on the host: leave out the other.',
      'Expected `operators[0].build.base` to be left out beside `dockerfile`, got "debian". The Dockerfile has a base of its own.',
    ]);
    assert.deepEqual(problems({ builder: "ko", ldflags: `-X 'a=b' -X "c=d"` }), [
      "Expected `operators[0].build.ldflags` to be without one of both kinds of quotes beside `builder: ko`, got \"-X 'a=b' -X \\\"c=d\\\"\". They reach ko's go command in GOFLAGS, which can't hold both.",
    ]);
    assert.match(
      problems({ builder: "ko", mode: "test-binary" })[0]!,
      /to be cover beside `builder: ko`, got "test-binary"/,
    );
    assert.deepEqual(problems({ args: { A: "1" }, target: "x" }), [
      'Expected `operators[0].build.target` to be left out without `dockerfile`, got "x". Name the Dockerfile that it is for.',
      'Expected `operators[0].build.args` to be left out without `dockerfile`, got {"A":"1"}. Name the Dockerfile that it is for.',
    ]);
  });
});

describe("the setting `build.user`", () => {
  it("is refused where the image's user is named elsewhere, and where nothing knows the name", () => {
    assert.deepEqual(problems({ dockerfile: "D", user: 0 }), [
      'Expected `operators[0].build.user` to be left out beside `dockerfile`, got "0". The Dockerfile names the image\'s user.',
    ]);
    assert.deepEqual(problems({ builder: "ko", user: "1000" }), [
      'Expected `operators[0].build.user` to be left out beside `builder: ko`, got "1000". ko keeps the user of the base image, `base`.',
    ]);
    assert.deepEqual(problems({ user: "0:www-data" }), [
      'Expected `operators[0].build.user` to be made of numbers, root and nonroot, got "0:www-data". The default image knows no other names: give numbers, or a `base` that has the name.',
    ]);
    for (const user of ["", "a b", "0\nRUN x", "$USER", "1:2:3", ":1", -1, true])
      assert.match(problems({ user })[0] ?? "", /to be a user as USER in a Dockerfile names it/, JSON.stringify(user));
  });
});

describe("settings of workloads", () => {
  it("are refused where there are one and a list, of which one would be passed over", () => {
    const workloads = [{ name: "a" }];
    assert.deepEqual(problems({}, { workload: { name: "b" }, workloads }), [
      'Expected `operators[0].workload` to be left out beside `workloads`, got {"name":"b"}. Put it into that list.',
    ]);
    for (const more of [{ workloads }, { workload: { name: "b" } }, { workload: {}, workloads }])
      assert.deepEqual(problems({}, more), []);
  });
});
