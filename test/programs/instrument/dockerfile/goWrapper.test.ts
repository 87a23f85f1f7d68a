import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { goWrapper, wrapperFolder } from "../../../../src/instrument/builders/dockerfile/goWrapper";
import { isInstrumented } from "../../../../src/instrument/checkImage/goProgram";
import { run } from "../../../../src/system/process/run";
import { emptyMain, GoModule } from "../../../unit/fixtures/goModule";

/** A build script in Go, as mage and its like run them: it exits as go does. */
const tool = `package main

import (
	"os"
	"os/exec"
)

func main() {
	child := exec.Command("go", os.Args[1:]...)
	child.Stderr = os.Stderr
	if child.Run() != nil {
		os.Exit(3)
	}
}
`;

describe("a program that is built by way of the go in front of go", function () {
  this.timeout(240_000);
  let module: GoModule;
  let folder: string;
  before(async () => {
    module = await GoModule.make({ "cmd/main.go": emptyMain, "tools/main.go": tool });
    folder = await mkdtemp(path.join(tmpdir(), "operator-coverage-wrapper-"));
    await writeFile(path.join(folder, "go"), goWrapper(["-cover"]).replaceAll(wrapperFolder, folder), { mode: 0o755 });
    await mkdir(module.at("out"));
  });
  after(async () => {
    await module.remove();
    await rm(folder, { recursive: true });
  });

  const go = (args: readonly string[], cwd = module.folder) =>
    run("go", args, { cwd, env: { PATH: `${folder}:${process.env.PATH}`, CGO_ENABLED: "0" } });

  for (const [number, args] of [
    ["build", "-o", "OUT", "./cmd"],
    ["build", "-C", "cmd", "-o", "OUT"],
    ["-C", "cmd", "build", "-o", "OUT"],
    ["-C=cmd", "build", "-o", "OUT", "main.go"],
    ["run", "./tools", "build", "-o", "OUT", "./cmd"],
    ["-C", "tools", "run", ".", "-C", "../cmd", "build", "-o", "OUT"],
    ["run", "./tools", "run", "./tools", "build", "-o", "OUT", "./cmd"],
  ].entries())
    it(`is instrumented by go ${args.join(" ")}`, async () => {
      const out = module.at(`out/${number}`);
      await go(args.map((word) => word.replace("OUT", out)));
      assert.equal(await isInstrumented(out), true);
    });

  it("fails by go run as it does without", async () => {
    await assert.rejects(go(["run", "./tools", "build", "./nowhere"]), /exit status 3/);
  });
});
