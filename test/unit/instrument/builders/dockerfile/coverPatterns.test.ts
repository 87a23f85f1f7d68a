import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { importPatterns } from "../../../../../src/instrument/builders/dockerfile/coverPatterns";
import type { GoPackage, GoModule as Module } from "../../../../../src/instrument/packages/goPackages";

const operator = { path: "example.com/op", folder: "example.com/op", alone: true };

describe("patterns of packages to cover inside a Dockerfile", () => {
  let source: string;
  before(async () => {
    source = await mkdtemp(path.join(tmpdir(), "oc patterns "));
  });
  after(() => rm(source, { recursive: true }));

  /** A package of a program, by its folder from the source. */
  const made = (ImportPath: string, folder: string, module: Partial<Module>): GoPackage => ({
    ImportPath,
    Name: "p",
    Dir: path.join(source, folder),
    GoFiles: ["p.go"],
    Module: { Path: "", ...module },
  });
  const own = () => made("example.com/op/cmd", "cmd", { Path: "example.com/op", Main: true });
  const fetched = () => made("example.com/op/api/v1", "../cache/api@v1/v1", { Path: "example.com/op/api" });
  const std: GoPackage = { ImportPath: "fmt", Name: "fmt", Dir: "/go/src/fmt", Standard: true, GoFiles: ["print.go"] };

  const patterns = (given: string[], packages: GoPackage[], module: typeof operator | undefined = operator) =>
    importPatterns(given, source, module, packages);

  it("are left to the go command for a whole module, which it covers wherever it runs", async () => {
    assert.deepEqual(await patterns(["./..."], [std, fetched(), own()]), []);
  });

  it("are not left to it where it would cover what does not lie below the source, or not all that does", async () => {
    const whole = ["command-line-arguments", "example.com/op/..."];
    const nested = made("example.com/op/api", "api", { Path: "example.com/op/api", Replace: { Path: "./api" } });
    assert.deepEqual(await patterns(["./..."], [std, nested, own()]), whole);
    const used = made("example.com/lib", "../lib", { Path: "example.com/lib", Main: true });
    assert.deepEqual(await patterns(["./..."], [std, used, own()], { ...operator, alone: false }), whole);
  });

  it("name packages one by one that lie below the source and have paths of their own", async () => {
    const nested = made("example.com/api/v1", "api/v1", { Path: "example.com/api", Replace: { Path: "./api" } });
    const expected = ["command-line-arguments", "example.com/op/...", "example.com/api/v1"];
    assert.deepEqual(await patterns(["./..."], [std, nested, own()]), expected);
  });

  it("name import paths, so that they mean the same in whatever folder the go command runs", async () => {
    const below = { ...operator, folder: "example.com/op/sub" };
    const other = made("example.com/operators/x", "../operators", { Path: "example.com/operators" });
    const given = ["./...", ".", "./api/...", "../pkg/...", "example.com/lib/...", "..."];
    assert.deepEqual(await patterns(given, [own(), other], below), [
      "command-line-arguments",
      "example.com/op/sub/...",
      "example.com/op/sub",
      "example.com/op/sub/api/...",
      "example.com/op/pkg/...",
      "example.com/lib/...",
      "...",
    ]);
  });

  it("stay as they are where import paths would name other packages as well, or nothing is known", async () => {
    const given = ["./...", "./hack/..."];
    assert.deepEqual(await patterns(given, [own(), fetched()]), given);
    assert.deepEqual(await importPatterns(["./..."], source, undefined, []), ["./..."]);
  });
});
