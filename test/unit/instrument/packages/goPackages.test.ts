import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { listOptions } from "../../../../src/instrument/buildPlan";
import { compile, goEnvironment, listPackages, tagFlags } from "../../../../src/instrument/packages/goPackages";
import { ProgramError } from "../../../../src/system/process/run";
import { buildSettings, emptyMain, GoModule } from "../../fixtures/goModule";

describe("the packages of a Go program", function () {
  this.timeout(60_000);
  let module: GoModule;
  before(async () => {
    module = await GoModule.make({
      "main.go": 'package main\n\nimport "example.com/operator/lib"\n\nfunc main() { lib.F() }\n',
      "lib/lib.go": "package lib\n\nfunc F() {}\n",
      "lib/linux.go": "//go:build linux && arm64\n\npackage lib\n",
      "lib/tagged.go": "//go:build e2e\n\npackage lib\n",
      "lib/lib_test.go": "package lib\n",
      "broken/broken.go": "package broken\n\nfunc F() int { return nil }\n",
      "other/main.go": emptyMain,
    });
  });
  after(() => module.remove());

  const options = (build = {}, arch = "amd64") => listOptions(module.folder, buildSettings(build), arch);

  it("are the ones that patterns name, or with all that they are made of", async () => {
    const names = async (patterns: string[], deps: boolean) =>
      (await listPackages(patterns, options(), { deps })).filter((p) => !p.Standard).map((p) => p.ImportPath);
    assert.deepEqual(await names(["."], false), ["example.com/operator"]);
    assert.deepEqual(await names(["."], true), ["example.com/operator/lib", "example.com/operator"]);
    assert.deepEqual(await names([".", "./other"], false), ["example.com/operator", "example.com/operator/other"]);
  });

  it("tell which were asked for, and what they are", async () => {
    const [lib, main] = await module.packages();
    assert.deepEqual([lib?.DepOnly, main?.DepOnly], [true, undefined]);
    assert.deepEqual([lib?.Name, main?.Name], ["lib", "main"]);
    assert.equal(lib?.Dir, module.at("lib"));
    assert.deepEqual(lib?.GoFiles, ["lib.go"]);
    assert.equal(main?.Module?.Path, "example.com/operator");
    assert.equal(main?.Module?.Main, true);
  });

  it("have the files of the node's system and architecture, and of the tags", async () => {
    const files = async (build: object, arch: string) =>
      (await listPackages(["./lib"], options(build, arch), { deps: false }))[0]?.GoFiles;
    assert.deepEqual(await files({}, "arm64"), ["lib.go", "linux.go"]);
    assert.deepEqual(await files({ tags: ["e2e", "other"] }, "amd64"), ["lib.go", "tagged.go"]);
  });

  it("are listed with what is wrong with them", async () => {
    const [missing] = await listPackages(["./nowhere"], options(), { deps: false });
    assert.match(missing?.Error?.Err ?? "", /nowhere/);
  });

  it("are never an option of the go command", async () => {
    const [odd] = await listPackages(["-version"], options(), { deps: false });
    assert.match(odd?.Error?.Err ?? "", /-version/);
  });

  it("can't be listed outside of a module", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "no module "));
    try {
      await assert.rejects(listPackages(["."], { source: folder, tags: [], env: {} }, { deps: false }), ProgramError);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("are refused with the compiler's words where they don't compile", async () => {
    await compile(".", options());
    await assert.rejects(compile("./broken", options()), (error) => {
      assert.ok(error instanceof ProgramError);
      assert.match(error.stderr, /broken\.go:3:\d+: cannot use nil/);
      return true;
    });
  });
});

describe("the environment of the go command", () => {
  it("makes a static Linux program for the engine's architecture", () => {
    const { GOOS, GOARCH, CGO_ENABLED } = goEnvironment("arm64", {});
    assert.deepEqual({ GOOS, GOARCH, CGO_ENABLED }, { GOOS: "linux", GOARCH: "arm64", CGO_ENABLED: "0" });
  });

  it("is the user's where he says otherwise", () => {
    const { CGO_ENABLED, GOFLAGS } = goEnvironment("amd64", { CGO_ENABLED: "1", GOFLAGS: "-mod=vendor" });
    assert.deepEqual([CGO_ENABLED, GOFLAGS], ["1", "-mod=vendor"]);
  });

  it("has tags in one flag, or none", () => {
    assert.deepEqual(tagFlags(["a", "b"]), ["-tags=a,b"]);
    assert.deepEqual(tagFlags([]), []);
  });
});
