import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { overlayNames } from "../../../../src/overlay/profileOverlay";
import { toolchains } from "../../../unit/instrument/builders/dockerfile/toolchains";
import { startContained } from "./contained";
import { named, rounds } from "./podFolder";
import { canUnshare, type Running, start } from "./running";
import { buildSubject, type Subject } from "./subject";

const off = { OPERATOR_COVERAGE_INTERVAL: "off" };
const hasCompiler = spawnSync("gcc", ["--version"]).status === 0;

for (const toolchain of toolchains) {
  describe(`An operator with C in it, built by Go ${toolchain}`, function () {
    this.timeout(300_000);
    let root: string;
    let subject: Subject;
    let folder: string;
    before(async function () {
      if (!hasCompiler) return this.skip();
      root = await mkdtemp(path.join(tmpdir(), "operator-coverage-cgo-"));
      await chmod(root, 0o755);
      subject = await buildSubject(root, { toolchain, overlay: { snapshots: true, profiles: false }, cgo: true });
    });
    after(() => root && rm(root, { recursive: true, force: true }));
    beforeEach(async () => {
      folder = await mkdtemp(path.join(root, "pod-"));
    });

    async function countsAll(running: Running, expected: number) {
      assert.match(running.stdout, /^14 ok$/m);
      assert.deepEqual(await named(folder, "covsnapshot"), []);
      assert.equal(await rounds(subject, root, folder), expected);
    }

    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"] as const) {
      it(`writes the last counters before ${signal} ends it, and ends as Go has it`, async () => {
        const running = start(subject, folder, off);
        await running.tell("count 5", "c 7");
        const ended = await running.signal(signal);
        assert.deepEqual(ended, signal === "SIGQUIT" ? { code: 2, signal: null } : { code: null, signal });
        await countsAll(running, 5);
      });
    }

    it("does so as PID 1, and counts a child that it starts without an environment", async function () {
      if (!canUnshare()) return this.skip();
      const env = { GOCOVERDIR: overlayNames.mountPath, ...off };
      const run = await startContained(subject, { root, folder, env, mounted: true });
      await run.tell("count 5", "c 7", "bare 9");
      assert.match(run.stdout, /^"\[\] ok\\nok\\n" <nil> ok$/m);
      run.child.stdin.write("raise 15\n");
      assert.equal((await run.ended).code, 2);
      assert.equal((await named(folder, "covcounters")).length, 2);
      await countsAll(run, 14);
    });
  });
}
