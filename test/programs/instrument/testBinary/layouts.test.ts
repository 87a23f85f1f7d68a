import * as assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import * as path from "node:path";
import { parseProfile } from "../../../../src/coverage/profile/profile";
import { below, mainPackage, operatorModule, seenBy, workPackage } from "./operatorSources";
import { buildProgram, filesOf, goVersions, runProgram, type Sources, temporaryFolder, writeSources } from "./program";

interface Layout {
  readonly name: string;
  readonly sources: Sources;
  /** the folder that the go command runs in */
  readonly source?: string;
  readonly main: string;
  readonly coverpkg?: readonly string[];
  readonly prepare?: (root: string) => Promise<unknown>;
}

const workModule = { "go.mod": "module example.com/op/work\n\ngo 1.19\n", ...workPackage };
const needsWork = "module example.com/op\n\ngo 1.19\n\nrequire example.com/op/work v0.0.0\n";
const everything = ["example.com/..."];

const layouts: readonly Layout[] = [
  {
    name: "a main package at the top of its module",
    sources: { "go.mod": operatorModule["go.mod"]!, ...mainPackage, ...below("work", workPackage) },
    main: ".",
  },
  {
    name: "a module with a `replace` directive",
    sources: {
      "op/go.mod": `${needsWork}\nreplace example.com/op/work => ../work\n`,
      ...below("op", mainPackage),
      ...below("work", workModule),
    },
    source: "op",
    main: ".",
    coverpkg: everything,
  },
  {
    name: "a vendor folder",
    sources: {
      "op/go.mod": `${needsWork}\nreplace example.com/op/work => ../work\n`,
      "op/main.go": mainPackage["main.go"]!,
      "op/vendor/modules.txt":
        "# example.com/op/work v0.0.0 => ../work\n## explicit; go 1.19\nexample.com/op/work\n# example.com/op/work => ../work\n",
      ...below("op/vendor/example.com/op/work", workPackage),
    },
    source: "op",
    main: ".",
    coverpkg: everything,
  },
  {
    name: "a workspace",
    sources: {
      "go.work": "go 1.19\n\nuse (\n\t./op\n\t./work\n)\n",
      "op/go.mod": needsWork,
      ...below("op/cmd/manager", mainPackage),
      ...below("work", workModule),
    },
    source: "op",
    main: "./cmd/manager",
    coverpkg: everything,
  },
  {
    name: "a main package that another module has",
    sources: {
      "go.mod":
        "module example.com/tools\n\ngo 1.19\n\nrequire example.com/op v0.0.0\n\nreplace example.com/op => ./op\n",
      ...below("op", operatorModule),
    },
    main: "example.com/op/cmd/manager",
    coverpkg: everything,
  },
];

for (const { go, env } of goVersions) {
  describe(`Building a test binary with ${go}`, function () {
    this.timeout("10m");
    for (const { name, sources, source = ".", main, coverpkg } of layouts) {
      it(`takes ${name}, and leaves the sources as they are`, async () => {
        const root = await temporaryFolder();
        await writeSources(root, sources);
        const before = await readdir(root, { recursive: true });
        const settings = { mode: "test-binary", env, ...(coverpkg && { coverpkg: [...coverpkg] }) } as const;
        const { program } = await buildProgram(path.join(root, source), main, settings);
        assert.deepEqual(await readdir(root, { recursive: true }), before);

        const out = path.join(root, "out");
        const ended = await runProgram(program, out, ["return"]);
        assert.deepEqual(seenBy(ended).rest, ["return"], ended.stderr);
        const text = [...(await filesOf(out))].find(([file]) => file.endsWith(".out"))?.[1] ?? "";
        const { files } = parseProfile(text);
        assert.deepEqual(
          files.map((file) => path.basename(file.name)),
          ["main.go", "work.go"],
        );
      });
    }
  });
}
