import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { isInstrumented, keepsFilesCurrent, toolOf } from "../../../../src/instrument/checkImage/goProgram";
import { programFiles } from "../../../../src/instrument/checkImage/programFiles";

describe("where a container finds a program", () => {
  const at = (word: string | undefined, config: object) => programFiles({ main: ".", path: "/x", word }, config);

  it("is where the manifests say, in folders of the image", () => {
    assert.deepEqual(at("/manager", { Entrypoint: ["/other"] }), ["/manager"]);
    assert.deepEqual(at("./bin/manager", { WorkingDir: "/app" }), ["/app/bin/manager"]);
    assert.deepEqual(at("bin/../manager", {}), ["/manager"]);
    assert.deepEqual(at("manager", { Env: ["A=1", "PATH=/a:b:/ko-app"] }), [
      "/a/manager",
      "/b/manager",
      "/ko-app/manager",
    ]);
    assert.deepEqual(at("manager", {}).slice(0, 2), ["/usr/local/sbin/manager", "/usr/local/bin/manager"]);
  });

  it("is where the image's entrypoint or command is, if the manifests say nothing", () => {
    assert.deepEqual(at(undefined, { Entrypoint: ["/e", "x"], Cmd: ["/c"] }), ["/e"]);
    assert.deepEqual(at(undefined, { Entrypoint: null, Cmd: ["./c"], WorkingDir: "/w" }), ["/w/c"]);
    assert.deepEqual(at(undefined, { Entrypoint: null, Cmd: null }), []);
  });
});

describe("a program", () => {
  let folder: string;
  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "oc program $(x) '"));
    fs.writeFileSync(path.join(folder, "go.mod"), "module example.com/op\n\ngo 1.20\n");
    // One that handles its own counters has most of the coverage runtime, instrumented or not.
    const main = 'package main\n\nimport "runtime/coverage"\n\nfunc main() { println(coverage.ClearCounters()) }\n';
    fs.writeFileSync(path.join(folder, "main.go"), main);
  });
  after(() => fs.rmSync(folder, { recursive: true, force: true }));

  const built = (...flags: string[]) => {
    const env = { ...process.env, GOFLAGS: "", CGO_ENABLED: "0" };
    execFileSync("go", ["build", "-o", "program", ...flags, "main.go"], { cwd: folder, env, stdio: "pipe" });
    return path.join(folder, "program");
  };

  it("is instrumented if it was built with -cover, though its symbols were stripped", async function () {
    this.timeout(120_000);
    for (const flags of [[], ["-ldflags=-s -w", "-trimpath"]]) {
      assert.equal(await isInstrumented(built("-cover", ...flags)), true);
      assert.equal(await isInstrumented(built(...flags)), false);
    }
    // Go says that it covers this one, and instruments nothing in it.
    assert.equal(await isInstrumented(built("-cover", "-coverpkg=example.com/none")), false);
  });

  it("is known by the version of Go that built it", async function () {
    this.timeout(60_000);
    assert.equal(await toolOf(built()), execFileSync("go", ["env", "GOVERSION"], { encoding: "utf8" }).trim());
    const other = path.join(folder, "script");
    fs.writeFileSync(other, "#!/bin/sh\n", { mode: 0o755 });
    assert.equal(await toolOf(other), undefined);
  });

  it("has snapshots or profiles by a function of ours, wherever Go has its coverage package", async () => {
    const file = path.join(folder, "data");
    for (const home of ["internal/coverage/cfile", "runtime/coverage"]) {
      fs.writeFileSync(file, `x\0${home}.emitAtExit\0x`);
      assert.equal(await keepsFilesCurrent(file), true, home);
      fs.writeFileSync(file, `x\0${home}.emitCounterData\0x\0main.emitAtExit\0`);
      assert.equal(await keepsFilesCurrent(file), false, home);
    }
  });

  it("is instrumented wherever in the file that shows", async () => {
    const file = path.join(folder, "data");
    const hook = "\0runtime/coverage.initHook\0";
    for (const before of [0, 100, ...[...hook].map((_, index) => (1 << 20) - index), (2 << 20) - 5]) {
      fs.writeFileSync(file, `${"x".repeat(before)}${hook}x`);
      assert.equal(await isInstrumented(file), true, String(before));
    }
    fs.writeFileSync(file, "reads runtime/coverage.initHook()");
    assert.equal(await isInstrumented(file), false);
  });
});
