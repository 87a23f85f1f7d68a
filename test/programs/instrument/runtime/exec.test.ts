import * as assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { readName } from "../../../../src/contract/counterNames";
import { gather } from "../../../../src/runs/measure/gather";
import { toolchains } from "../../../unit/instrument/builders/dockerfile/toolchains";
import { checkpoint, named, rounds, until } from "./podFolder";
import { type Running, start } from "./running";
import { buildSubject, type Subject } from "./subject";

const off = { OPERATOR_COVERAGE_INTERVAL: "off" };

for (const toolchain of toolchains) {
  describe(`An operator that has another program take its place, and is built by Go ${toolchain}`, function () {
    this.timeout(300_000);
    let root: string;
    let subject: Subject;
    let plain: Subject;
    let folder: string;
    before(async () => {
      root = await mkdtemp(path.join(tmpdir(), "operator-coverage-exec-"));
      plain = await buildSubject(root, { toolchain, overlay: false });
      subject = await buildSubject(root, { toolchain, overlay: { snapshots: true, profiles: true, execs: true } });
    });
    after(() => rm(root, { recursive: true, force: true }));
    beforeEach(async () => {
      folder = await mkdtemp(path.join(root, "pod-"));
    });

    /** Runs one scenario with Go's own program and with ours: from outside they must look alike. */
    async function same(scenario: (running: Running) => Promise<unknown>) {
      const theirs = start(plain, await mkdtemp(path.join(root, "pod-")));
      await scenario(theirs);
      const ours = start(subject, folder, off);
      await scenario(ours);
      const seen = async ({ ended, stdout, stderr }: Running) => ({ ...(await ended), stdout, stderr });
      assert.deepEqual(await seen(ours), await seen(theirs));
      return ours;
    }

    /** The PIDs of the processes that ended with all that they covered. */
    const ended = async () =>
      (await named(folder, "covcounters")).map(readName).flatMap((name) => (name.kind === "counters" ? name.pid : []));

    const arrived = async () => {
      const pod = { operator: "op", build: "b", pod: "p", raw: path.basename(folder), refused: [] };
      return (await gather([pod], "atomic", root)).pods[0]!;
    };

    it("counts once what ran before and after it takes its own place, before any snapshot", async () => {
      const running = await same(async (one) => {
        await one.tell("count 5", "exec", "count 7", "exec", "count 9");
        await one.finish();
      });
      assert.equal(await rounds(subject, root, folder), 21);
      assert.deepEqual(await ended(), Array(3).fill(String(running.child.pid)));
      const { replaced, unsaved } = await arrived();
      assert.deepEqual([replaced?.size, unsaved], [2, []]);
      assert.deepEqual(await named(folder, "covsnapshot"), []);
    });

    it("counts once what a snapshot had already", async () => {
      const running = start(subject, folder, off);
      await running.tell("count 5");
      await checkpoint(folder, "first");
      await running.tell("count 7", "exec", "count 9");
      await checkpoint(folder, "second");
      await running.kill();
      assert.equal((await ended()).length, 1);
      assert.equal((await named(folder, "covsnapshot")).length, 1);
      assert.equal(await rounds(subject, root, folder), 21);
    });

    it("is missed where it takes its own place, and is killed before its first snapshot", async () => {
      const running = start(subject, folder, off);
      await running.tell("count 5", "exec", "count 7");
      await running.kill();
      assert.equal(await rounds(subject, root, folder), 5);
      const { replaced, unsaved } = await arrived();
      assert.deepEqual([replaced?.size, unsaved?.length], [1, 1]);
      assert.ok(!replaced!.has(unsaved![0]!));
    });

    it("has all that ran before where the other program covers nothing, and ends as that does", async () => {
      const { stdout } = await same(async (one) => {
        await one.tell("count 5", "exec-other 6", "heard");
        assert.deepEqual(await one.finish(), { code: 6, signal: null });
      });
      assert.match(stdout, /heard/);
      assert.equal(await rounds(subject, root, folder), 5);
      assert.equal((await ended()).length, 1);
    });

    it("goes on as before where there is no such program", async () => {
      await same(async (one) => {
        await one.tell("count 5", "exec-nothing", "count 7");
        await one.finish();
      });
      assert.equal(await rounds(subject, root, folder), 12);
      assert.equal((await ended()).length, 1);
      folder = await mkdtemp(path.join(root, "pod-"));
      const running = start(subject, folder, { OPERATOR_COVERAGE_PROFILES: "cpu,heap", ...off });
      await running.tell("count 5", "exec-nothing");
      assert.deepEqual([...((await arrived()).replaced ?? [])], []);
      // It has not ended, so that nothing may say so.
      assert.deepEqual(await ended(), []);
      assert.equal((await named(folder, "covsnapshot")).length, 1);
      await running.tell("count 7", "burn 300");
      await checkpoint(folder, "later");
      await running.kill();
      assert.deepEqual(await ended(), []);
      assert.equal(await rounds(subject, root, folder), 12);
      const windows = await named(folder, "profile.cpu.");
      assert.equal(windows.length, 2);
      // Sampling began anew after the first window.
      assert.match(await subject.tool("pprof", "-top", "-nodecount=50", path.join(folder, windows[1]!)), /main\.burn/);
      assert.equal(running.stderr, "");
    });

    it("leaves the profiles of each program", async () => {
      const running = start(subject, folder, { OPERATOR_COVERAGE_PROFILES: "cpu,heap", ...off });
      await running.tell("burn 300", "exec", "burn 300");
      await running.finish();
      assert.equal(running.stderr, "");
      assert.equal((await named(folder, "profile.heap.")).length, 2);
      const windows = await named(folder, "profile.cpu.");
      assert.equal(windows.length, 2);
      for (const one of windows)
        assert.match(await subject.tool("pprof", "-top", "-nodecount=50", path.join(folder, one)), /main\.burn/);
    });

    it("ends by a signal that comes just then, with all that it counted", async () => {
      for (let delay = 0; delay < 20; delay += 3) {
        folder = await mkdtemp(path.join(root, "pod-"));
        const running = start(subject, folder, off);
        await running.tell("count 5");
        running.child.stdin.write("exec\n");
        await new Promise((resolve) => setTimeout(resolve, delay / 2));
        const { signal } = await running.signal("SIGTERM");
        assert.equal(signal, "SIGTERM");
        assert.equal(await rounds(subject, root, folder), 5);
        assert.ok((await ended()).length >= 1);
      }
    });

    it("goes on where its folder is gone, and says so", async () => {
      const running = start(subject, folder, off);
      await running.tell("count 5");
      await rm(folder, { recursive: true });
      await running.tell("exec-nothing", "exec", "count 7");
      await running.finish();
      const lines = running.stderr.split("\n");
      assert.match(lines[0]!, /^error: coverage snapshot failed: counters at exit: .*no such file or directory$/);
      assert.match(running.stdout, /^ok\nno such file or directory ok\nok\nok\n$/);
      await until(async () => !(await readdir(root)).includes(path.basename(folder)), "nothing to be made");
    });
  });
}
