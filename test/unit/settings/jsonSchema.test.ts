import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import Ajv from "ajv";
import * as fc from "fast-check";
import { settingsText } from "../../../src/discover/settingsText";
import { descriptions } from "../../../src/settings/descriptions";
import { jsonSchema } from "../../../src/settings/jsonSchema";
import { schema } from "../../../src/settings/schema";

const file = path.resolve(__dirname, "../../../schema.json");

interface Node {
  readonly description?: string;
  readonly type?: unknown;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly items?: Node;
  readonly anyOf?: readonly Node[];
}

/** The settings of a JSON Schema by their paths. */
function settings({ properties = {}, items, anyOf = [] }: Node, at = ""): [string, Node][] {
  return [
    ...Object.entries(properties).flatMap(([key, node]): [string, Node][] => {
      const own = at === "" ? key : `${at}.${key}`;
      return [[own, node], ...settings(node, own)];
    }),
    ...(items ? settings(items, `${at}[]`) : []),
    ...anyOf.flatMap((one) => settings(one, at)),
  ];
}

const operator = { name: "guest", source: ".", manifests: { kustomize: "config/default" } };
const of = (part: object) => ({ operators: [{ ...operator, ...part }] });
const built = (build: object) => of({ build });

describe("schema.json", () => {
  before(() => {
    if (process.env.UPDATE_DOCS === "1") writeFileSync(file, `${JSON.stringify(jsonSchema(), undefined, 2)}\n`);
  });

  it("is what the settings' schema makes; UPDATE_DOCS=1 renews it", () => {
    const committed = JSON.parse(readFileSync(file, "utf8")) as unknown;
    assert.deepEqual(committed, JSON.parse(JSON.stringify(jsonSchema())));
  });

  it("is in the package, where the file of settings says that it is", () => {
    const { files } = JSON.parse(readFileSync(path.resolve(file, "../package.json"), "utf8")) as { files: string[] };
    assert.ok(files.includes(path.basename(file)));
    const text = settingsText({ operators: [operator] });
    assert.match(text, /^# yaml-language-server: \$schema=\.\/node_modules\/operator-coverage\/schema\.json\n/);
  });

  const validate = () =>
    // Types and patterns stand beside each other where a value may be of two kinds.
    new Ajv({ strict: true, allowUnionTypes: true }).compile(JSON.parse(readFileSync(file, "utf8")) as object);

  it("describes every setting, in the words that the file of settings has", () => {
    const found = settings(JSON.parse(readFileSync(file, "utf8")) as Node);
    for (const [setting, { description }] of found) {
      assert.ok(description, setting);
      assert.equal(description, descriptions[setting]);
    }
    assert.deepEqual([...new Set(found.map(([setting]) => setting))].sort(), Object.keys(descriptions).sort());
  });

  const accepted = {
    "the least": of({}),
    files: of({ manifests: { yaml: ["a.yaml", "b/*.yaml"] } }),
    "variables of all kinds": of({ variables: { A: 1, _b: true, c: "x" } }),
    "a workload": of({
      workload: { kind: "CronJob", name: "a", container: "b", main: "./x", image: "i", program: "/a/..b/.c" },
    }),
    workloads: of({ workloads: [{}, { name: "x" }] }),
    "a whole build": built({
      mode: "cover",
      builder: "ko",
      covermode: "set",
      coverpkg: ["./...", "example.com/x"],
      tags: ["a.b", "c_1"],
      ldflags: "-s -w -X 'main.a=b c'",
      env: { A: "", b_c: "= x" },
      base: "localhost:5000/a/b:1",
    }),
    "linker flags of packages": built({ ldflags: "all=-s 'x y'" }),
    "no linker flags": built({ ldflags: "  " }),
    users: built({ user: "1000:0" }),
    "a user as a number": built({ user: 0 }),
    snapshots: of({ snapshots: "250ms" }),
    "snapshots of minutes": of({ snapshots: "0.005m" }),
    "snapshots off": of({ snapshots: "off" }),
    "snapshots false, which is off in YAML 1.1": of({ snapshots: false }),
    "requests and profiles": of({ requests: "keep", profiles: ["cpu", "mutex"] }),
    "all of a session": {
      ...of({}),
      cluster: {
        name: "raw",
        nodeImage: "x",
        config: "y",
        images: ["busybox:1.37"],
        prerequisites: [
          { kustomize: "a", variables: { A: 1 } },
          { yaml: ["b"] },
          { command: ["make", "-j"], dir: "c" },
        ],
      },
      output: "coverage",
      require: "complete",
      timeouts: { ready: 1, prerequisites: 3600, stop: 2 },
    },
  };

  const refused = {
    nothing: {},
    "no operators": { operators: [] },
    "an unknown setting": { ...of({}), clusters: {} },
    "an unknown setting of an operator": of({ mian: "x" }),
    "a name that is no label": of({ name: "Guest" }),
    "a name that is too long": of({ name: "a".repeat(41) }),
    "the name of a folder of runs": of({ name: "raw" }),
    "manifests of two kinds": of({ manifests: { kustomize: "a", yaml: ["b"] } }),
    "manifests of no file": of({ manifests: { yaml: [] } }),
    "an option for a main package": of({ main: "-x" }),
    "a namespace that is too long": of({ namespace: "a".repeat(64) }),
    "a variable that can't be one": of({ variables: { "a-b": "x" } }),
    "a variable that is a list": of({ variables: { a: [] } }),
    "an unknown kind": of({ workload: { kind: "Pod" } }),
    "no workloads": of({ workloads: [] }),
    "a relative program": of({ workload: { program: "a" } }),
    "a program with ..": of({ workloads: [{ program: "/a/../b" }] }),
    "a program that is a folder": of({ workload: { program: "/a/" } }),
    "an unknown mode": built({ mode: "x" }),
    "nothing to cover": built({ coverpkg: [] }),
    "a tag with a space": built({ tags: ["a b"] }),
    "an open quote": built({ ldflags: "-X 'main.a=b" }),
    "linker flags that are none": built({ ldflags: "s" }),
    "a variable's name with =": built({ env: { "A=B": "x" } }),
    "a variable's name with a space": built({ args: { "A B": "x" } }),
    "a number for a variable": built({ env: { A: 1 } }),
    "a base that is no image": built({ base: "Debian" }),
    "a user with a space": built({ user: "a b" }),
    "a negative user": built({ user: -1 }),
    "snapshots too often": of({ snapshots: "249.999ms" }),
    "snapshots without a unit": of({ snapshots: "10" }),
    "snapshots true": of({ snapshots: true }),
    "an unknown profile": of({ profiles: ["gpu"] }),
    "prerequisites of two kinds": { ...of({}), cluster: { prerequisites: [{ kustomize: "a", command: ["b"] }] } },
    "no image": { ...of({}), cluster: { images: [""] } },
    "half a second": { ...of({}), timeouts: { ready: 0.5 } },
    "no time": { ...of({}), timeouts: { stop: 0 } },
    "another requirement": { ...of({}), require: "all" },
  };

  it("accepts what the settings' schema accepts", () => {
    const valid = validate();
    for (const [what, raw] of Object.entries(accepted)) {
      assert.ok(schema.safeParse(raw).success, what);
      assert.ok(valid(raw), `${what}: ${JSON.stringify(valid.errors)}`);
    }
  });

  it("refuses what the settings' schema refuses", () => {
    const valid = validate();
    for (const [what, raw] of Object.entries(refused)) {
      assert.ok(!schema.safeParse(raw).success, what);
      assert.ok(!valid(raw), what);
    }
  });

  /** Texts made of the characters that decide. */
  const made = (alphabet: string, maxLength = 8) => fc.string({ unit: fc.constantFrom(...alphabet), maxLength });

  const hard: Readonly<Record<string, fc.Arbitrary<object>>> = {
    pauses: fc
      .tuple(made("0012345", 7), fc.option(made("0024569", 4)), fc.constantFrom("ms", "s", "m", "h", "", "d"))
      .map(([whole, part, unit]) => of({ snapshots: `${whole}${part === null ? "" : `.${part}`}${unit}` })),
    "linker flags": made("-sX= '\"\n\tal", 12).map((ldflags) => built({ ldflags })),
    "paths of programs": made("/..ab\n", 8).map((program) => of({ workload: { program } })),
    variables: fc.tuple(made("A= \0\t_"), made("a\0 =")).map(([name, value]) => built({ env: { [name]: value } })),
    images: made("aA0:@/.-_ ", 10).map((base) => built({ base })),
    users: fc
      .oneof(made("aA0:-._ "), fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }))
      .map((user) => built({ user })),
    names: made("aA0-rawsources", 42).map((name) => of({ name })),
  };

  for (const [what, arbitrary] of Object.entries(hard))
    it(`agrees with the settings' schema on ${what}`, () => {
      const valid = validate();
      fc.assert(
        fc.property(arbitrary, (raw) => {
          assert.equal(valid(raw), schema.safeParse(raw).success, JSON.stringify(valid.errors));
        }),
        { numRuns: 1000 },
      );
    });
});
