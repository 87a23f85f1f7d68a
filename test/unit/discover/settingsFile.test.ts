import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import * as fc from "fast-check";
import { parse as parseYaml } from "yaml";
import { pulumiFileNames, pulumiFiles } from "../../../src/discover/pulumiFiles";
import { readSettingsFile, settingsFileName, settingsText } from "../../../src/discover/settingsFile";
import { parse } from "../../../src/settings/parse";
import { SettingsError } from "../../../src/settings/problems";
import type { Raw } from "../../../src/settings/schema";

const found: Raw = {
  operators: [{ name: "guest", source: ".", main: "./cmd", manifests: { kustomize: "config/default" } }],
};

/** Texts that YAML has other uses for among them. */
const words = fc
  .oneof(
    fc.string({ minLength: 1 }),
    fc.constantFrom("# no", "a: b", "off", "1e3", "- x", "a\nb", " a\n\n b\n", "'", "~", "*a"),
  )
  .filter((text) => !text.startsWith("-"));

const operator = fc.record(
  {
    name: fc.constant("guest"),
    source: words,
    main: words,
    manifests: fc.oneof(
      fc.record({ kustomize: words }),
      fc.record({ yaml: fc.array(words, { minLength: 1, maxLength: 3 }) }),
    ),
    namespace: fc.constantFrom("a", "1", "null"),
    image: words,
    variables: fc.dictionary(fc.constantFrom("A", "_b"), fc.oneof(words, fc.boolean(), fc.integer())),
    workloads: fc.array(fc.record({ name: words, container: words }, { requiredKeys: [] }), {
      minLength: 1,
      maxLength: 2,
    }),
    build: fc.record({ env: fc.dictionary(fc.constantFrom("A", "true"), words), tags: fc.constant<string[]>(["e2e"]) }),
    snapshots: fc.constantFrom("off", "10s"),
    requests: fc.constantFrom("fit" as const, "keep" as const),
  },
  { requiredKeys: ["name", "source", "manifests"] },
);

const settings: fc.Arbitrary<Raw> = fc.record(
  {
    operators: fc
      .array(operator, { minLength: 1, maxLength: 3 })
      .map((all) => all.map((one, index) => ({ ...one, name: `guest-${index}` }))),
    cluster: fc.record({ config: words, images: fc.constant<string[]>(["busybox:1.37"]) }, { requiredKeys: [] }),
    output: words,
    require: fc.constant("complete" as const),
    timeouts: fc.record({ ready: fc.integer({ min: 1, max: 3600 }) }),
  },
  { requiredKeys: ["operators"] },
);

/** Removes the # in front of each setting. */
const uncommented = (text: string) => text.replace(/^(\s*)#(?=\S)/gm, "$1");

describe("a file of settings", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "settings-"));
  });
  after(() => rm(folder, { recursive: true }));

  async function read(text: string): Promise<Raw> {
    const file = path.join(folder, settingsFileName);
    await writeFile(file, text);
    return readSettingsFile(file);
  }

  async function problems(text: string): Promise<readonly string[]> {
    return read(text).then(
      (raw) => assert.fail(JSON.stringify(raw)),
      (error) => {
        assert.ok(error instanceof SettingsError, String(error));
        return error.problems;
      },
    );
  }

  it("begins with where its schema lies, and says of each setting in a line what it is", () => {
    const text = settingsText(found);
    const lines = text.split("\n");
    assert.equal(lines[0], "# yaml-language-server: $schema=./node_modules/operator-coverage/schema.json");
    const described = lines.flatMap((line, index) => (/^ *#?\w+:/.test(line) ? [lines[index - 1]!] : []));
    for (const line of described.slice(1)) assert.match(line, /^ *(# \w.*|manifests:|)$/);
    assert.ok(lines.every((line) => line.length <= 120));
    assert.ok(lines.includes("    # its main package") && lines.includes("    main: ./cmd"));
    for (const other of [
      "#image: controller:latest",
      "#snapshots: 10s",
      "#profiles: [cpu, heap]",
      "#require: complete",
    ])
      assert.equal(lines.filter((line) => line.trim() === other).length, 1, other);
  });

  it("reads as the settings that it was written of", async () => {
    await fc.assert(
      fc.asyncProperty(settings, async (raw) => {
        const text = settingsText(raw);
        assert.deepEqual(parseYaml(text), JSON.parse(JSON.stringify(raw)));
        if (isValid(raw)) assert.deepEqual(await read(text), JSON.parse(JSON.stringify(raw)));
      }),
      { numRuns: 50 },
    );
  });

  it("has the others where their # is removed, in the same form", async () => {
    const all = await read(uncommented(settingsText(found)).replace(/^ *workloads.*\n/m, ""));
    assert.deepEqual(
      { ...all.operators[0], ...found.operators[0] },
      {
        ...found.operators[0],
        namespace: "my-operator-system",
        image: "controller:latest",
        workload: { name: "controller-manager", container: "manager" },
        build: { tags: ["e2e"], env: { GOFLAGS: "-mod=vendor" } },
        snapshots: "10s",
        profiles: ["cpu", "heap"],
        requests: "keep",
      },
    );
    assert.deepEqual(Object.keys(all), ["operators", "cluster", "output", "require", "timeouts"]);
  });

  it("says what is to be completed, in comments, and how that is written", async () => {
    const long = `Expected ${"many words ".repeat(30)}\nsource: x`;
    const text = settingsText({ operators: [{ name: "guest", source: "." }] }, ["Expected a main.", long]);
    assert.match(text, /^# To be completed:\n# - Expected a main\.\n# - Expected many words/m);
    assert.match(text, /^ {4}#main: \.\/cmd$/m);
    assert.deepEqual(parseYaml(text), { operators: [{ name: "guest", source: "." }] });
    assert.deepEqual(await problems(text), [
      `${settingsFileName}:${lineOf(text, "  - name: guest")}: Expected \`operators[0].manifests\` to be either {kustomize: FOLDER} or {yaml: [FILES OR GLOBS]}, got nothing. Add it to operator-coverage.yaml.`,
    ]);
    assert.ok(isValid((await read(uncommented(text))) as Raw));
  });

  it("is refused with the line of each mistake, in the words for a stack's configuration", async () => {
    const text = [
      "operators:",
      "  - name: Guest",
      "    source: .",
      "    mian: ./cmd",
      "    manifests: {kustomize: config/default}",
      "    build:",
      "      tags:",
      "        - e2e",
      "        - a b",
      "timeouts: {ready: 0}",
    ];
    const got = await problems(text.join("\n"));
    assert.deepEqual(
      got.map((one) => one.replace(/`.*/, "")),
      [2, 9, 4, 10].map((line) => `${settingsFileName}:${line}: Expected `),
    );
    const said = got.map((one) => one.replace(/^[^ ]* /, ""));
    let same: readonly string[] = [];
    try {
      parse(parseYaml(text.join("\n")) as Record<string, unknown>);
    } catch (error) {
      same = (error as SettingsError).problems;
    }
    assert.deepEqual(said, same);
    assert.match(said[2]!, /^Expected `operators\[0\]\.mian` to be a known setting, got the unknown key "mian"\./);
  });

  it("is refused where settings contradict one another or a name stands twice, with the line", async () => {
    const operators = "operators:\n  - &a\n    name: a\n    source: .\n    manifests: {yaml: [x]}\n";
    assert.match(
      (await problems(`${operators}  - *a\n`))[0]!,
      /^operator-coverage\.yaml:6: Expected `operators\[1\]\.name`/,
    );
    assert.match(
      (await problems(`${operators}    build:\n      target: x\n`))[0]!,
      /^operator-coverage\.yaml:7: Expected `operators\[0\]\.build\.target` to be left out/,
    );
  });

  it("is refused where it is no YAML, no settings, or not there", async () => {
    assert.deepEqual(await problems("operators:\n  - name: a\n   source: .\n"), [
      `${settingsFileName}:3: Sequence item without - indicator`,
    ]);
    assert.match((await problems("output: a\noutput: b\n"))[0]!, /^operator-coverage\.yaml:2: Map keys must be unique/);
    assert.match((await problems("a: 1\n---\nb: 2\n"))[0]!, /multiple documents/);
    assert.match((await problems("operators: *gone\n"))[0]!, /^operator-coverage\.yaml: Unresolved alias.*gone/);
    assert.match((await problems("- a\n"))[0]!, /Expected `operator-coverage\.yaml` to be YAML with `operators`/);
    for (const text of ["", "# nothing\n"])
      assert.match((await problems(text))[0]!, /^operator-coverage\.yaml:1: Expected `operators` to be a list of/);
    await assert.rejects(readSettingsFile(path.join(folder, "gone.yaml")), {
      name: "SettingsError",
      message: /^Expected `gone\.yaml` to be a file that can be read, got ENOENT/,
    });
  });

  it("may be made of anchors and merge keys", async () => {
    const raw = await read(
      "operators:\n  - &a {name: a, source: ., manifests: {yaml: [x]}}\n  - {<<: *a, name: b, snapshots: off}\n",
    );
    assert.deepEqual(raw.operators[1], { name: "b", source: ".", manifests: { yaml: ["x"] }, snapshots: "off" });
  });
});

describe("the files of a Pulumi project", () => {
  it("have the settings under their namespace, and the package's program", () => {
    fc.assert(
      fc.property(settings, (raw) => {
        const files = pulumiFiles(raw);
        assert.deepEqual(Object.keys(files), [...pulumiFileNames]);
        const expected = Object.fromEntries(
          Object.entries(raw).map(([key, value]) => [`operator-coverage:${key}`, value]),
        );
        assert.deepEqual(parseYaml(files["Pulumi.dev.yaml"]), { config: JSON.parse(JSON.stringify(expected)) });
      }),
    );
    const files = pulumiFiles(found, ["Expected x."]);
    const { name, runtime, main } = parseYaml(files["Pulumi.yaml"]) as Record<string, unknown>;
    assert.deepEqual(
      { name, runtime, main },
      { name: "operator-coverage", runtime: "nodejs", main: "node_modules/operator-coverage/dist/index.js" },
    );
    assert.match(files["Pulumi.dev.yaml"], /^# - Expected x\.$/m);
  });

  it("have the others where their # is removed", () => {
    const { config } = parseYaml(uncommented(pulumiFiles(found)["Pulumi.dev.yaml"])) as {
      config: Record<string, unknown>;
    };
    const raw = Object.fromEntries(
      Object.entries(config).map(([key, value]) => [key.replace("operator-coverage:", ""), value]),
    );
    assert.equal(parse(raw).operators[0]?.requests, "keep");
    assert.equal(parse(raw).require, "complete");
  });
});

function isValid(raw: Raw): boolean {
  try {
    parse(raw);
    return true;
  } catch {
    return false;
  }
}

function lineOf(text: string, line: string): number {
  return text.split("\n").indexOf(line) + 1;
}
