import * as assert from "node:assert/strict";
import { mkdir, realpath } from "node:fs/promises";
import * as path from "node:path";
import { placeSources } from "../../../../src/instrument/builders/testBinary/placeSources";
import type { GoPackage } from "../../../../src/instrument/packages/goPackages";
import { run } from "../../../../src/system/process/run";
import { below, mainPackage, operatorModule } from "./operatorSources";
import { buildProgram, goVersions, temporaryFolder, writeSources } from "./program";

const cache = "/go/pkg/mod";
const main = (Dir: string, Module: GoPackage["Module"]): GoPackage => ({
  ImportPath: "example.com/op",
  Name: "main",
  Dir,
  Module,
});

describe("The place where a main package is laid over", function () {
  this.timeout("10m");

  it("is where its sources are", async () => {
    const place = await placeSources(
      main("/op/cmd", { Path: "example.com/op", Main: true, Dir: "/op" }),
      "/op",
      cache,
      "/never",
    );
    assert.deepEqual(place, { source: "/op", folder: "/op/cmd", env: {} });
  });

  it("is a link to them where they are in the module cache", async () => {
    const root = await temporaryFolder();
    const module = path.join(root, "mod/example.com/op@v1.0.0");
    const source = path.join(module, "cmd");
    const into = path.join(root, "into");
    await mkdir(path.join(source, "manager"), { recursive: true });
    await mkdir(into);
    const own = main(path.join(source, "manager"), { Path: "example.com/op", Main: true, Dir: module });
    const place = await placeSources(own, source, path.join(root, "mod"), into);
    assert.deepEqual(place, {
      source: path.join(into, "source/cmd"),
      folder: path.join(into, "source/cmd/manager"),
      env: { PWD: path.join(into, "source/cmd") },
    });
    assert.equal(await realpath(place.folder), own.Dir);
  });

  for (const { go, env } of goVersions) {
    it(`lets ${go} build from the module cache`, async () => {
      const mod = await temporaryFolder();
      const module = path.join(mod, "example.com/op@v1.0.0");
      await writeSources(module, operatorModule);
      const root = (await run("go", ["env", "GOROOT"], { env })).trim();
      const PATH = `${path.join(root, "bin")}:${process.env.PATH}`;
      const settings = { GOMODCACHE: mod, PATH, GOTOOLCHAIN: "local" };
      const { plan } = await buildProgram(module, "./cmd/manager", { mode: "test-binary", env: settings });
      if (env.GOTOOLCHAIN) assert.equal(plan.go, go);
    });
  }

  for (const [what, folder, module] of [
    [
      "of a module from the cache",
      `${cache}/example.com/op@v1.0.0`,
      { Dir: `${cache}/example.com/op@v1.0.0`, Version: "v1.0.0" },
    ],
    ["from a vendor folder", "/tools/vendor/example.com/op", { Version: "v1.0.0" }],
  ] as const) {
    it(`can't be that ${what}, and the way out is told`, async () => {
      const required = main(folder, { Path: "example.com/op", ...module });
      await assert.rejects(
        placeSources(required, "/tools", cache, "/never"),
        /^SettingsError: Expected `main` to be a package of the operator's own module in mode test-binary, got example\.com\/op of the module .*Set `source` to the folder of that module/,
      );
    });
  }

  it("can't be that of single files", async () => {
    const root = await temporaryFolder();
    await writeSources(root, { ...operatorModule, ...below("lone", { "main.go": mainPackage["main.go"]! }) });
    await assert.rejects(buildProgram(root, "./lone/main.go", { mode: "test-binary" }), /name its folder, such as/);
  });
});
