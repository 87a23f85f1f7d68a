import * as assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { readRuntimeName } from "../../../../src/contract/runtime";
import { gather } from "../../../../src/runs/measure/gather";
import { toolchains } from "../../../unit/instrument/builders/dockerfile/toolchains";
import { ask, checkpoint, named, profileOf, rounds, until } from "./podFolder";
import { start } from "./running";
import { buildSubject, type Subject } from "./subject";

for (const toolchain of toolchains) {
  describe(`An operator that is built with snapshots by Go ${toolchain}`, function () {
    this.timeout(300_000);
    let root: string;
    let subject: Subject & { compiled: string[] };
    let plain: Subject & { compiled: string[] };
    let folder: string;
    before(async () => {
      root = await mkdtemp(path.join(tmpdir(), "operator-coverage-runtime-"));
      await chmod(root, 0o755);
      plain = await buildSubject(root, { toolchain, overlay: false });
      subject = await buildSubject(root, { toolchain, overlay: { snapshots: true, profiles: false } });
    });
    after(() => rm(root, { recursive: true, force: true }));
    beforeEach(async () => {
      folder = await mkdtemp(path.join(root, "pod-"));
    });

    it("compiles little more of the standard library than without", () => {
      const std = subject.compiled.filter((name) => !name.startsWith("example.com/"));
      assert.deepEqual(
        std.filter((name) => !/^(internal\/coverage\/cfile|runtime\/coverage|os\/signal)$/.test(name)),
        [],
      );
    });

    it("leaves exactly what Go itself leaves, in one file, when main returns", async () => {
      const theirs = await mkdtemp(path.join(root, "pod-"));
      for (const [program, into] of [
        [subject, folder],
        [plain, theirs],
      ] as const) {
        const running = start(program, into);
        await running.tell("count 5", "count 7");
        assert.deepEqual(await running.finish(), { code: 0, signal: null });
        assert.equal(running.stderr, "");
        assert.equal(running.stdout, "ok\nok\n");
      }
      assert.deepEqual((await readdir(folder)).map((name) => name.split(".")[0]).sort(), ["covcounters", "covmeta"]);
      assert.equal(await profileOf(subject, root, folder), await profileOf(plain, root, theirs));
      assert.equal(await rounds(subject, root, folder), 12);
    });

    it("leaves complete counters and its exit code when it calls os.Exit", async () => {
      const running = start(subject, folder);
      await running.tell("count 5");
      await checkpoint(folder, "first");
      await running.tell("count 7");
      assert.deepEqual(await running.end("exit 3"), { code: 3, signal: null });
      assert.deepEqual(await named(folder, "covsnapshot"), []);
      assert.equal((await named(folder, "covcounters")).length, 1);
      assert.equal(await rounds(subject, root, folder), 12);
    });

    it("leaves its last snapshot when it is killed, and nothing of what came after", async () => {
      const running = start(subject, folder, { OPERATOR_COVERAGE_INTERVAL: "off" });
      await running.tell("count 5");
      await checkpoint(folder, "first");
      await running.tell("count 7");
      await running.kill();
      assert.deepEqual(await named(folder, "covcounters"), []);
      const [snapshot] = (await named(folder, "covsnapshot")).map(readRuntimeName);
      assert.ok(snapshot?.kind === "snapshot" && snapshot.pid === String(running.child.pid));
      assert.equal(await rounds(subject, root, folder), 5);
    });

    it("leaves a trace of its begin when it is killed before its first snapshot, and none later", async () => {
      const running = start(subject, folder, { OPERATOR_COVERAGE_INTERVAL: "off" });
      await running.tell("count 5");
      await running.kill();
      const [trace, ...others] = (await named(folder, "cov")).map(readRuntimeName);
      assert.ok(trace?.kind === "begun" && trace.pid === String(running.child.pid));
      assert.deepEqual(others, [undefined]);
      const later = start(subject, folder, { OPERATOR_COVERAGE_INTERVAL: "off" });
      await checkpoint(folder, "first");
      assert.equal((await named(folder, "covbegun")).length, 1);
      await later.kill();
      const last = start(subject, folder, { OPERATOR_COVERAGE_INTERVAL: "off" });
      await last.finish();
      assert.equal((await named(folder, "covbegun")).length, 1);
      const arrived = await gather(
        [{ operator: "op", build: "b", pod: "p", raw: path.basename(folder), refused: [] }],
        "atomic",
        root,
      );
      assert.deepEqual(arrived.pods[0]!.unsaved, [`${trace.pid}.${trace.start}`]);
    });

    it("leaves its last snapshot when it panics", async () => {
      const running = start(subject, folder, { OPERATOR_COVERAGE_INTERVAL: "off" });
      await running.tell("count 5");
      await checkpoint(folder, "first");
      assert.equal((await running.end("panic")).code, 2);
      assert.match(running.stderr, /^panic: as asked/);
      assert.equal(await rounds(subject, root, folder), 5);
    });

    it("saves at the interval without being asked, each snapshot in place of the one before", async () => {
      const running = start(subject, folder, { OPERATOR_COVERAGE_INTERVAL: "0.3" });
      const saved = async () =>
        Promise.all((await named(folder, "covsnapshot")).map((f) => stat(path.join(folder, f))));
      await until(async () => (await saved()).length > 0, "the first snapshot");
      await running.tell("count 5");
      const [told] = await saved();
      // The one under way now may have been begun before.
      await until(async () => (await saved())[0]!.mtimeMs > told!.mtimeMs + 600, "snapshots after the count");
      await running.kill();
      assert.equal((await named(folder, "covsnapshot")).length, 1);
      assert.deepEqual(await named(folder, "checkpoint"), []);
      assert.equal(await rounds(subject, root, folder), 5);
    });

    it("saves soon after the start, long before a long interval is over", async () => {
      const running = start(subject, folder, { OPERATOR_COVERAGE_INTERVAL: "1h" });
      await running.tell("count 5");
      await until(async () => (await named(folder, "covsnapshot")).length > 0, "an early snapshot");
      await running.kill();
      assert.equal(await rounds(subject, root, folder), 5);
    });

    it("saves only on request where the interval is off, and answers each request once", async () => {
      const running = start(subject, folder, { OPERATOR_COVERAGE_INTERVAL: "off" });
      await running.tell("count 5");
      await new Promise((resolve) => setTimeout(resolve, 1200));
      assert.deepEqual((await readdir(folder)).map((name) => name.split(".")[0]).sort(), ["covbegun", "covmeta"]);
      const [process, answer] = [...(await checkpoint(folder, "one"))][0]!;
      assert.equal(answer.failure, undefined);
      assert.match(process, new RegExp(`^${running.child.pid}\\.\\d+$`));
      const [snapshot] = await named(folder, "covsnapshot");
      const { mtimeMs } = await stat(path.join(folder, snapshot!));
      await running.tell("count 7");
      await new Promise((resolve) => setTimeout(resolve, 600));
      assert.equal((await stat(path.join(folder, snapshot!))).mtimeMs, mtimeMs);
      await checkpoint(folder, "two");
      await running.kill();
      assert.equal(await rounds(subject, root, folder), 12);
    });

    it("answers for itself beside other processes in one folder, and their counts add up", async () => {
      const off = { OPERATOR_COVERAGE_INTERVAL: "off" };
      const [one, two] = [start(subject, folder, off), start(subject, folder, off)];
      await Promise.all([one.tell("count 5"), two.tell("count 7")]);
      const answered = await checkpoint(folder, "both", 2);
      assert.deepEqual([...answered.values()], [{ token: "both" }, { token: "both" }]);
      await one.kill();
      await two.tell("count 100");
      await two.finish();
      const late = start(subject, folder, off);
      await late.tell("count 1000");
      await until(
        async () => (await named(folder, "checkpoint.done")).length === 3,
        "the answer of one that came late",
      );
      await late.kill();
      assert.equal((await named(folder, "covsnapshot")).length, 2);
      assert.equal((await named(folder, "covcounters")).length, 1);
      assert.equal(await rounds(subject, root, folder), 1112);
    });

    it("has one counter file with the counts so far, wherever in its exit it is killed", async () => {
      const off = { OPERATOR_COVERAGE_INTERVAL: "off" };
      // Each is killed a little later after it was told to exit than the one before; and some as soon as they are seen at it.
      const moments = [...Array.from({ length: 8 }, (_, index) => index / 2), ...Array(12).fill("at work")];
      const running = await Promise.all(
        moments.map(async () => {
          const one = start(subject, folder, off);
          await one.tell("count 5");
          return one;
        }),
      );
      await checkpoint(folder, "before", running.length);
      let hit = 0;
      for (const [index, one] of running.entries()) {
        const files = () => readdirSync(folder).filter((file) => file.includes(`.${one.child.pid}.`));
        const before = files().join();
        const end = performance.now() + (moments[index] === "at work" ? 2000 : moments[index]);
        // It is on its way when this returns, and nothing here waits for anything but the clock.
        one.child.stdin.write("exit 0\n");
        while (performance.now() < end && (moments[index] !== "at work" || files().join() === before));
        const { signal } = await one.kill();
        if (signal === "SIGKILL" && files().join() !== before) hit++;
      }
      assert.ok(hit > 0, "none was killed between its first change in the folder and its end");
      const files = [...(await named(folder, "covsnapshot")), ...(await named(folder, "covcounters"))];
      assert.equal(files.length, running.length);
      assert.equal(await rounds(subject, root, folder), 5 * running.length);
    });

    it("goes on with one line on stderr where the folder can't be written", async () => {
      await chmod(folder, 0o555);
      const asRoot = process.getuid?.() === 0;
      const running = start(subject, folder, { OPERATOR_COVERAGE_INTERVAL: "0.25" }, asRoot ? 65534 : undefined);
      await running.tell("count 5");
      await new Promise((resolve) => setTimeout(resolve, 1500));
      const lines = running.stderr.trim().split("\n");
      assert.match(lines[0]!, /^error: coverage meta-data emit failed: /);
      assert.match(lines[1]!, /^error: coverage snapshot failed: .*permission denied$/);
      assert.equal(lines.length, 2, running.stderr);
      assert.deepEqual(await running.end("exit 3"), { code: 3, signal: null });
      assert.deepEqual(await readdir(folder), []);
    });

    it("says in its answer why it could not save", async () => {
      const running = start(subject, folder, { OPERATOR_COVERAGE_INTERVAL: "off" });
      await running.tell("count 5");
      await checkpoint(folder, "first");
      const [answer] = await named(folder, "checkpoint.done");
      const blocked = `tmp.${(await named(folder, "covsnapshot"))[0]}`;
      await mkdir(path.join(folder, blocked));
      await writeFile(path.join(folder, blocked, "full"), "");
      const failed = await checkpoint(folder, "second");
      assert.match(
        failed.get(answer!.slice("checkpoint.done.".length))!.failure!,
        /^coverage snapshot: .*is a directory/,
      );
      await running.finish();
      assert.match(running.stderr, /error: coverage snapshot failed: counters at exit: /);
      assert.equal(await rounds(subject, root, folder), 5);
    });

    it("writes meta-data and counters into a folder that was not there when it started", async () => {
      await rm(folder, { recursive: true });
      const running = start(subject, folder, { OPERATOR_COVERAGE_INTERVAL: "off" });
      await running.tell("count 5");
      await mkdir(folder);
      await checkpoint(folder, "late");
      await running.kill();
      assert.equal(await rounds(subject, root, folder), 5);
    });

    it("takes the default for an interval that is none, and says so", async () => {
      const running = start(subject, folder, { OPERATOR_COVERAGE_INTERVAL: "soon" });
      await running.tell("count 5");
      await running.finish();
      assert.match(running.stderr, /^error: Expected OPERATOR_COVERAGE_INTERVAL to be .*, got "soon"; taking 10s\n$/);
      assert.equal(await rounds(subject, root, folder), 5);
    });

    it("is silent without GOCOVERDIR but for Go's own warning", async () => {
      const running = start(subject, "");
      await running.tell("count 5");
      assert.equal((await running.finish()).code, 0);
      assert.equal(running.stderr, "warning: GOCOVERDIR not set, no coverage data emitted\n");
    });

    it("says that it makes no snapshots in another cover mode than atomic, and leaves its counters at exit", async () => {
      const set = await buildSubject(root, {
        toolchain,
        overlay: { snapshots: true, profiles: false },
        covermode: "set",
      });
      const running = start(set, folder);
      await running.tell("count 5");
      await ask(folder, "one");
      await until(async () => (await named(folder, "checkpoint.done")).length > 0, "the answer");
      await running.finish();
      assert.match(
        running.stderr,
        /^error: coverage snapshot failed: Expected .*-covermode=atomic, got set: [^\n]*\n$/,
      );
      assert.equal(await rounds(set, root, folder), 1);
    });
  });
}
