import assert from "node:assert/strict";
import { rm, symlink } from "node:fs/promises";
import { listOptions } from "../../../../src/instrument/buildPlan";
import { type GoPackage, listPackages } from "../../../../src/instrument/packages/goPackages";
import { coveredPackages, packageMatcher } from "../../../../src/instrument/packages/packagePatterns";
import { run } from "../../../../src/system/process/run";
import { buildSettings, emptyMain, GoModule } from "../../fixtures/goModule";

const files = {
  "go.mod":
    "module example.com/operator\n\ngo 1.21\n\nrequire example.com/nested v0.0.0\n\nreplace example.com/nested => ./nested\n",
  "cmd/manager/main.go": `package main

import (
	_ "example.com/nested"
	_ "example.com/operator/internal/queue"
	_ "example.com/operator/vendored/vendor"
	_ "unsafe"
)

func main() {}
`,
  "internal/queue/queue.go": "package queue\n",
  "vendored/vendor/vendor.go": "package vendor\n",
  "unused/main.go": emptyMain,
  "nested/go.mod": "module example.com/nested\n\ngo 1.21\n",
  "nested/nested.go": "package nested\n",
};

describe("coverage patterns", function () {
  this.timeout(60_000);
  let module: GoModule;
  let packages: GoPackage[];
  before(async () => {
    module = await GoModule.make(files);
    const options = listOptions(module.folder, buildSettings(), "amd64");
    packages = await listPackages(["./cmd/manager"], options, { deps: true });
  });
  after(() => module.remove());

  const covered = async (patterns: string[], source = module.folder) =>
    (await coveredPackages(packages, patterns, source)).map((p) => p.ImportPath).filter((name) => name.includes("."));

  it("mean packages of the program, by folder or by import path", async () => {
    const operator = [
      "example.com/nested",
      "example.com/operator/internal/queue",
      "example.com/operator/vendored/vendor",
      "example.com/operator/cmd/manager",
    ];
    assert.deepEqual(await covered(["./..."]), operator);
    assert.deepEqual(await covered(["example.com/operator/..."]), operator.slice(1));
    assert.deepEqual(await covered(["./internal/queue", "example.com/nested"]), operator.slice(0, 2));
    assert.deepEqual(await covered(["./internal"]), []);
    assert.deepEqual(await covered(["./unused"]), []);
  });

  it("mean the same where the source is reached by a link", async () => {
    const link = `${module.folder} link`;
    await symlink(module.folder, link);
    try {
      assert.deepEqual(await covered(["./cmd/..."], link), ["example.com/operator/cmd/manager"]);
    } finally {
      await rm(link);
    }
  });

  it("never mean what can't be instrumented", async () => {
    assert.ok(packages.some((p) => p.ImportPath === "unsafe"));
    assert.deepEqual(await coveredPackages(packages, ["unsafe"], module.folder), []);
    const only = [{ ...packages[0]!, ImportPath: "example.com/c", GoFiles: [], CgoFiles: undefined }];
    assert.deepEqual(await coveredPackages(only, ["all"], module.folder), []);
  });

  it("mean what the go command says that they do", async () => {
    const patterns = [
      ...[
        ".",
        "./",
        "./...",
        "./cmd",
        "./cmd/",
        "./cmd/manager",
        "./cmd/manager/",
        "./cmd/...",
        "./cmd/man...",
        "./..r",
      ],
      ...["./...r", "./...manager", "./in...al/queue", "../...", "./internal/../cmd/...", "./nested", "./vendored/..."],
      ...[
        "./vendored/vendor",
        "./vendored/vendor/...",
        "./nowhere/...",
        "./unused/...",
        "./.../queue",
        "./q...",
        "...",
      ],
      ...[
        "example.com/operator",
        "example.com/operator/...",
        "example.com/operator/cmd/manager/...",
        "example.com/...",
      ],
      ...["example.com/operator/vendored/...", "example.com/operator/vendored/vendor", ".../vendor", ".../vendor/..."],
      ...[
        "example.com/operator...",
        "example.com/oper...queue",
        "example.com/nested/...",
        "example?com/nested",
        "exam",
      ],
      ...["std", "cmd", "all", "cmd/...", "unsafe", "un...", "fmt", "vendor/...", "net/...", "operator/internal/queue"],
    ];
    const said: string[] = [];
    const args = ["build", "-n", "-cover", `-coverpkg=${patterns.join(",")}`, "-o", "unused", "./cmd/manager"];
    const env = { ...listOptions(module.folder, buildSettings(), "amd64").env };
    await run("go", args, { cwd: module.folder, env, onLine: (line) => void said.push(line) });
    const warned = said.flatMap((line) => /depend on matches for pattern (.*)/.exec(line)?.[1] ?? []);
    // What runtime/coverage brings along is part of every program with -cover; patterns of the standard library mean more there.
    const own = patterns.filter((p) => !/^(fmt|net|un|vendor|cmd\/|\.\.\.)/.test(p) || p === "unsafe");
    const unmatched = own.filter((pattern) => !packages.some(packageMatcher(pattern, module.folder)));
    assert.deepEqual(
      unmatched,
      warned.filter((pattern) => own.includes(pattern)),
    );
    assert.ok(unmatched.length > 10 && unmatched.length < own.length - 10, unmatched.join());
  });
});
