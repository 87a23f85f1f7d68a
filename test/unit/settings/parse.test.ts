import assert from "node:assert/strict";
import * as fc from "fast-check";
import { parse } from "../../../src/settings/parse";
import { SettingsError } from "../../../src/settings/problems";

const operator = { name: "memcached", source: "examples/memcached", manifests: { kustomize: "config/default" } };

/** Problems of a configuration. */
function problems(raw: Record<string, unknown>): readonly string[] {
  try {
    parse(raw);
  } catch (error) {
    assert.ok(error instanceof SettingsError, String(error));
    return error.problems;
  }
  return [];
}

/** The one problem of an operator with something wrong about it. */
function problemOf(part: Record<string, unknown>): string {
  const [only, ...others] = problems({ operators: [{ ...operator, ...part }] });
  assert.deepEqual(others, []);
  return only ?? "";
}

describe("settings", () => {
  it("need no more than an operator's name, source and manifests", () => {
    const settings = parse({ operators: [operator] });
    assert.deepEqual(settings.cluster, {});
    assert.equal(settings.output, undefined);
    assert.ok(settings.timeouts.ready > 0 && settings.timeouts.stop > 30);
    const [{ main, build, workload } = assert.fail()] = settings.operators;
    assert.equal(main, ".");
    assert.equal(build.covermode, "atomic");
    assert.deepEqual(build.coverpkg, ["./..."]);
    assert.equal(build.base, "scratch");
    assert.deepEqual(workload, {});
  });

  it("keep what was given, hostile or not", () => {
    const given = {
      ...operator,
      source: "a b/$(touch x)/\"'\n",
      manifests: { yaml: ["*.yaml", "$(x) y.yaml"] },
      image: "controller:latest",
      workload: { kind: "StatefulSet", name: "x", container: "c" },
      snapshots: "500ms",
      profiles: ["cpu", "heap"],
      requests: "keep",
      build: { covermode: "set", tags: ["e2e", "go1.22"], ldflags: "-X 'a=b c'", env: { GOFLAGS: "-mod=mod" } },
    };
    const [parsed] = parse({ operators: [given], cluster: { name: "c" }, output: "/x y" }).operators;
    const { build, ...rest } = given;
    assert.deepEqual({ ...parsed, build: undefined, main: undefined }, { ...rest, build: undefined, main: undefined });
    for (const [key, value] of Object.entries(build)) assert.deepEqual(parsed?.build[key as "tags"], value);
  });

  it("say what is missing and where to add it", () => {
    assert.match(
      problems({}).join(),
      /^Expected `operators` to be a list of at least one operator, got nothing\. Add it/,
    );
    for (const key of Object.keys(operator))
      assert.match(
        problemOf({ [key]: undefined }),
        new RegExp(`^Expected \`operators\\[0\\].${key}\` to be .*, got nothing\\. Add`),
      );
  });

  it("say of a key that is unknown where it stands, at every depth", () => {
    assert.match(problems({ operators: [operator], ouput: "x" }).join(), /^Expected `ouput` to be a known setting/);
    assert.match(
      problemOf({ mian: "." }),
      /^Expected `operators\[0\].mian` to be a known setting, got the unknown key "mian"/,
    );
    assert.match(problemOf({ build: { tag: "x" } }), /`operators\[0\].build.tag` to be a known setting/);
    assert.match(problemOf({ build: { "a.b c": "x" } }), /got the unknown key "a.b c"/);
  });

  const wrong: [string, Record<string, unknown>, RegExp][] = [
    [
      "a name that is no DNS label",
      { name: "My Operator" },
      /`operators\[0\].name` to be a DNS label .*, got "My Operator"/,
    ],
    ["a name that ends a line", { name: "a\n" }, /`operators\[0\].name` to be a DNS label .*, got "a\\n"/],
    ["a name that is too long", { name: "x".repeat(41) }, /at most 40 characters/],
    ["a name that a run keeps for itself", { name: "raw" }, /`operators\[0\].name`.*, got "raw"/],
    ["a source that is no text", { source: 7 }, /`operators\[0\].source` to be a string that is not empty, got 7/],
    ["a source that is empty", { source: "" }, /`operators\[0\].source` to be a string that is not empty, got ""/],
    ["a main that would be an option of go", { main: "-exec=x" }, /`operators\[0\].main` to be a package pattern/],
    [
      "both ways of manifests",
      { manifests: { kustomize: "a", yaml: ["b"] } },
      /`operators\[0\].manifests` to be either/,
    ],
    ["no way of manifests", { manifests: {} }, /`operators\[0\].manifests` to be either/],
    [
      "no file of manifests",
      { manifests: { yaml: [] } },
      /`operators\[0\].manifests.yaml` to be a list of at least 1, got \[\]/,
    ],
    [
      "a kind that has no pods",
      { workload: { kind: "Service" } },
      /workload.kind` to be one of Deployment,.*, got "Service"/,
    ],
    ["no workload in a list of them", { workloads: [] }, /`operators\[0\].workloads` to be a list of at least 1/],
    [
      "a workload in a list",
      { workloads: [{}, { main: "-x" }] },
      /`operators\[0\].workloads\[1\].main` to be a package/,
    ],
    [
      "a program without a root",
      { workload: { program: "bin/x" } },
      /workload.program` to be the absolute path of a file, .*, got "bin\/x"/,
    ],
    ["a program that is a folder", { workload: { program: "/app/" } }, /workload.program` .*, got "\/app\/"/],
    ["a program that is the root", { workload: { program: "/" } }, /workload.program` .*, got "\/"/],
    [
      "a program outside of the image",
      { workloads: [{ program: "/../../escaped" }] },
      /workloads\[0\].program` .*, got "\/\.\.\/\.\.\/escaped"/,
    ],
    [
      "a base that is no image",
      { build: { base: "Not An Image" } },
      /build.base` to be an image's reference, .*, got "Not An Image"/,
    ],
    ["a base that would be more", { build: { base: "alpine\nRUN evil" } }, /build.base` .*, got "alpine\\nRUN evil"/],
    [
      "a variable with a name that is none",
      { build: { env: { "A=B": "c" } } },
      /build.env` to be environment variables by name, .*, got \{"A=B":"c"\}/,
    ],
    [
      "a build argument without a name",
      { build: { dockerfile: "D", args: { "": "c" } } },
      /build.args` to be build arguments/,
    ],
    [
      "linker flags with a quote that is open",
      { build: { ldflags: "-s -X 'main.a=b" } },
      /build.ldflags` to be linker flags, .*, got "-s -X 'main\.a=b"/,
    ],
    [
      "an unknown cover mode",
      { build: { covermode: "all" } },
      /build.covermode` to be one of atomic, count, set, got "all"/,
    ],
    [
      "a package that would be an option of go",
      { build: { coverpkg: ["./...", "-x"] } },
      /build.coverpkg\[1\]`.*, got "-x"/,
    ],
    ["a tag that is several", { build: { tags: ["a,b"] } }, /build.tags\[0\]` to be a Go build tag, got "a,b"/],
    ["a variable that is no text", { build: { env: { A: 1 } } }, /build.env.A` to be a string, got 1/],
    ["a build that is nothing", { build: null }, /`operators\[0\].build` to be an object, got null/],
  ];
  for (const [what, part, expected] of wrong)
    it(`refuse ${what}`, () => {
      assert.match(problemOf(part), expected);
    });

  it("take values of variables as text, however YAML reads them, and none whose name could be no variable's", () => {
    const variables = { A: true, B_2: 8080, c: "text" };
    const [parsed] = parse({ operators: [{ ...operator, variables }] }).operators;
    assert.deepEqual(parsed?.variables, { A: "true", B_2: "8080", c: "text" });
    assert.equal(parse({ operators: [operator] }).operators[0]?.variables, undefined);
    assert.match(problemOf({ variables: { "A-B": "x" } }), /operators\[0\]\.variables/);
    assert.match(problemOf({ variables: { A: [] } }), /operators\[0\]\.variables/);
  });

  it("refuse to be about no operator", () => {
    assert.match(
      problems({ operators: [] }).join(),
      /^Expected `operators` to be a list of at least one operator, got \[\]/,
    );
  });

  it("refuse times that are none", () => {
    const times = (timeouts: unknown) => problems({ operators: [operator], timeouts }).join();
    assert.match(times({ ready: 0 }), /`timeouts.ready` to be at least 1, got 0/);
    assert.match(times({ ready: 1e9 }), /`timeouts.ready` to be at most \d+, got 1000000000/);
    assert.match(times({ stop: 1.5 }), /`timeouts.stop` to be a whole number, got 1.5/);
    assert.match(times({ stop: "60" }), /`timeouts.stop` to be a number, got "60"/);
  });

  it("refuse two operators of one name, and say which", () => {
    const found = problems({ operators: [operator, { ...operator, name: "other" }, operator] });
    assert.equal(found.length, 1);
    assert.match(found.join(), /`operators\[2\].name` to be unique, got "memcached", which operators\[0\] has too/);
  });

  it("tell every mistake at once, whatever their sort", () => {
    const found = problems({
      operators: [operator, { ...operator, name: "A", mian: "x" }, { ...operator, build: { tags: [""] } }],
      cluster: { name: "_" },
      out: 1,
    });
    const places = found.map((problem) => /^Expected `(.*?)`/.exec(problem)?.[1]);
    assert.deepEqual(places.sort(), [
      "cluster.name",
      "operators[1].mian",
      "operators[1].name",
      "operators[2].build.tags[0]",
      "operators[2].name",
      "out",
    ]);
  });

  it("are told to be wrong, whatever they are, by sentences and never by another error", () => {
    const anything = fc.record({ operators: fc.anything(), cluster: fc.anything(), timeouts: fc.anything() });
    fc.assert(
      fc.property(anything, (raw) => {
        for (const problem of problems(raw)) assert.match(problem, /^Expected `.+` to be .+, got .+\.$/s);
      }),
    );
  });

  it("take every DNS label of at most 40 characters for a name, but for those that a run keeps", () => {
    const label = fc
      .stringMatching(/^[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?$/)
      .filter((l) => !["raw", "sources"].includes(l));
    fc.assert(fc.property(label, (name) => assert.deepEqual(problems({ operators: [{ ...operator, name }] }), [])));
  });
});
