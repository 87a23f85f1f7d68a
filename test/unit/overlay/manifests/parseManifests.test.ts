import assert from "node:assert/strict";
import * as fc from "fast-check";
import { stringify } from "yaml";
import { ManifestError, parseManifests } from "../../../../src/overlay/manifests/parseManifests";

const head = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\n";
const parsed = (data: string) => parseManifests(`${head}data: ${data}\n`, "f.yaml")[0]?.data;

function refused(text: string): string {
  try {
    parseManifests(text, "some folder/$(x).yaml");
  } catch (error) {
    assert.ok(error instanceof ManifestError, String(error));
    return error.message;
  }
  return assert.fail("it was read");
}

describe("manifests", () => {
  it("are refused where a workload's containers have not their shape, by file, line and object", () => {
    const deployment = (spec: unknown) =>
      `---\n${stringify({ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "d", namespace: "ns" }, spec: { template: { spec } } })}`;
    const of = (part: object) => ({ containers: [{ name: "side" }, { name: "m", ...part }] });
    const place = "some folder/$(x).yaml:2: expected spec.containers[1]";
    const where = "in the pod template of Deployment ns/d to be";
    for (const [spec, expected] of [
      [of({ command: "/manager" }), `${place}.command ${where} a list of strings, got "/manager"`],
      [of({ command: [1] }), `${place}.command ${where} a list of strings, got [1]`],
      [of({ args: ["a", true] }), `${place}.args ${where} a list of strings, got ["a",true]`],
      [of({ env: { A: "b" } }), `${place}.env ${where} a list, got {"A":"b"}`],
      [of({ name: 1 }), `${place}.name ${where} a string, got 1`],
      [of({ volumeMounts: [null] }), `${place}.volumeMounts[0] ${where} an object, got null`],
    ] as const)
      assert.equal(refused(deployment(spec)), expected);
    assert.match(refused(deployment({ containers: { name: "m" } })), /spec\.containers in .* to be a list, got/);
    assert.match(refused(deployment({ initContainers: [{}] })), /spec\.initContainers\[0\]\.name .* a string, got not/);
    assert.match(refused(deployment("x")), /expected spec in .* to be an object, got "x"/);
    for (const spec of [undefined, null, {}, of({ command: null, args: [], env: null }), { volumes: [{ name: "v" }] }])
      assert.equal(parseManifests(deployment(spec), "f").length, 1);
  });

  it("are read from several documents, empty ones counting as nothing", () => {
    const text = `# a comment\n---\n${head}---\n---\n# nothing\n---\n${head.replace("one", "two")}...\n`;
    assert.deepEqual(
      parseManifests(text, "f").map((o) => o.metadata.name),
      ["one", "two"],
    );
    for (const nothing of ["", "\n", "---\n", "# only this\n"]) assert.deepEqual(parseManifests(nothing, "f"), []);
  });

  it("are read from a List and from lists of one kind, however deep", () => {
    const list = (kind: string, ...items: object[]) => ({ apiVersion: "v1", kind, items });
    const item = (name: string) => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name } });
    const text = stringify(list("List", item("a"), list("ConfigMapList", item("b"), item("c"))));
    assert.deepEqual(
      parseManifests(text, "f").map((o) => o.metadata.name),
      ["a", "b", "c"],
    );
  });

  it("are read by Windows' line ends and behind a byte order mark as well", () => {
    const [object] = parseManifests(`\ufeff${head}data: {a: b}\n`.replaceAll("\n", "\r\n"), "f");
    assert.deepEqual(object?.data, { a: "b" });
  });

  it("have the values that kubectl reads from them", () => {
    // As `kubectl create --dry-run=client -o json` of kubectl 1.34 prints them.
    assert.deepEqual(parsed("{a: yes, b: off, c: y, d: 0644, e: 0o17, f: 0x1F, g: 1_000, h: 1e3, i: .5, j: ~}"), {
      a: true,
      b: false,
      c: true,
      d: 420,
      e: 15,
      f: 31,
      g: 1000,
      h: 1000,
      i: 0.5,
      j: null,
    });
  });

  it("keep text that others take for a time or a date", () => {
    const data = {
      a: "10:30",
      b: "1:30:45",
      c: "190:20:30.15",
      d: "22:22",
      e: "2001-01-01",
      f: "2001-12-14t21:59:43.10-05:00",
    };
    assert.deepEqual(
      parsed("{a: 10:30, b: 1:30:45, c: 190:20:30.15, d: 22:22, e: 2001-01-01, f: 2001-12-14t21:59:43.10-05:00}"),
      data,
    );
  });

  it("may say things once and refer to them", () => {
    assert.deepEqual(parsed("{a: &x {b: 1}, c: *x, d: {<<: *x, e: 2}}"), {
      a: { b: 1 },
      c: { b: 1 },
      d: { b: 1, e: 2 },
    });
  });

  it("keep whatever an object holds", () => {
    const values = fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null)));
    fc.assert(
      fc.property(values, (data) => {
        const plain = JSON.parse(JSON.stringify(data)) as Record<string, unknown>;
        const text = JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "one" }, data: plain });
        assert.deepEqual(parseManifests(text, "f")[0]?.data, plain);
      }),
    );
  });

  const mistakes: [string, string, number, RegExp][] = [
    ["a tab for an indent", `${head}---\n${head}data:\n\ta: b\n`, 9, /Tabs are not allowed/],
    ["a bracket that is not closed", `${head}data: [1, 2\n---\n${head}`, 5, /Flow sequence/],
    ["a key that stands twice", `${head}data: {}\ndata: {}\n`, 5, /keys must be unique/],
    ["an alias of nothing", `\n\n${head}data: *nothing\n`, 3, /Unresolved alias.*nothing/],
    ["a document that is no object", `${head}---\n- 1\n`, 5, /expected a Kubernetes object, got \[1\]/],
    ["a document that is text", "just text\n", 1, /expected a Kubernetes object, got "just text"/],
    [
      "an object without a kind",
      `${head}---\n\napiVersion: v1\n`,
      6,
      /with apiVersion and kind, got the keys apiVersion/,
    ],
    [
      "an object without a name",
      "\nkind: Job\napiVersion: batch/v1\nmetadata: {generateName: x-}\n",
      2,
      /expected Job to have metadata.name/,
    ],
    [
      "an object with an empty name",
      "kind: Job\napiVersion: batch/v1\nmetadata: {name: ''}\n",
      1,
      /expected Job to have metadata.name/,
    ],
    [
      "an object whose metadata is nothing",
      "kind: Job\napiVersion: batch/v1\nmetadata:\n",
      1,
      /expected Job to have metadata.name/,
    ],
    [
      "a list with something else in it",
      "kind: List\napiVersion: v1\nitems: [null]\n",
      1,
      /expected a Kubernetes object, got null/,
    ],
  ];
  for (const [what, text, line, expected] of mistakes)
    it(`are refused for ${what}, by file and line`, () => {
      const message = refused(text);
      assert.ok(message.startsWith(`some folder/$(x).yaml:${line}: `), message);
      assert.match(message, expected);
      assert.equal(message.split("\n").length, 1);
    });
});
