import * as assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { constants, tmpdir } from "node:os";
import * as path from "node:path";
import { toolchains } from "../../../unit/instrument/builders/dockerfile/toolchains";
import { checkpoint, named, rounds, until } from "./podFolder";
import { canUnshare, Running, start, startFirst } from "./running";
import { buildSubject, type Subject } from "./subject";

const { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1 } = constants.signals;
const ending = { SIGHUP, SIGINT, SIGQUIT, SIGTERM } as const;
type Ending = keyof typeof ending;

/** What can be seen from outside, and the same for two runs of one program: addresses and goroutines differ. */
const seen = async (running: Running) => ({
  ...(await running.ended),
  stdout: running.stdout,
  // Of a dump of goroutines, its head and the goroutine that runs main.
  stderr: running.stderr
    .split("\n")
    .filter((line) => /^(SIG|panic|fatal|error|warning|main\.main)/.test(line))
    .map((line) => line.replace(/\(.*/, "")),
});

for (const toolchain of toolchains) {
  describe(`A signal that ends an operator that is built by Go ${toolchain}`, function () {
    this.timeout(300_000);
    let root: string;
    let subject: Subject;
    let plain: Subject;
    let folder: string;
    before(async () => {
      root = await mkdtemp(path.join(tmpdir(), "operator-coverage-signals-"));
      await chmod(root, 0o755);
      plain = await buildSubject(root, { toolchain, overlay: false });
      subject = await buildSubject(root, { toolchain, overlay: { snapshots: true, profiles: false } });
    });
    after(() => rm(root, { recursive: true, force: true }));
    beforeEach(async () => {
      folder = await mkdtemp(path.join(root, "pod-"));
    });

    /** Runs one scenario with Go's own program and with ours: they must end alike, and ours with all that it counted. */
    async function same(
      scenario: (running: Running) => Promise<unknown>,
      begin = start,
    ): Promise<Awaited<ReturnType<typeof seen>>> {
      const theirs = begin(plain, await mkdtemp(path.join(root, "pod-")));
      await scenario(theirs);
      const ours = begin(subject, folder, { OPERATOR_COVERAGE_INTERVAL: "off" });
      await scenario(ours);
      assert.deepEqual(await seen(ours), await seen(theirs));
      assert.deepEqual(await named(folder, "covsnapshot"), []);
      assert.equal((await named(folder, "covcounters")).length, 1);
      return seen(ours);
    }

    for (const [name, number] of Object.entries(ending) as [Ending, number][]) {
      it(`writes the last counters before ${name} ends it`, async () => {
        const { code, signal, stderr } = await same(async (running) => {
          await running.tell("count 5");
          await running.signal(name);
        });
        assert.equal(await rounds(subject, root, folder), 5);
        if (name === "SIGQUIT") assert.deepEqual([code, signal, stderr[0]], [2, null, "SIGQUIT: quit"]);
        else assert.deepEqual([code, signal, stderr], [null, name, []]);
      });

      it(`does so as PID 1, where ${name} makes Go exit with code 2`, async function () {
        if (!canUnshare()) return this.skip();
        const asFirst = (program: Subject, into: string, env: Record<string, string> = {}) =>
          startFirst([program.binary], { GOCOVERDIR: into, ...env });
        const { code } = await same(async (running) => {
          await running.tell("count 5");
          process.kill(await childOf(running.child.pid!), name);
        }, asFirst);
        assert.equal(await rounds(subject, root, folder), 5);
        assert.equal(code, 2);
      });

      it(`does so where the operator gave ${name} back`, async () => {
        for (const back of [`reset ${number}`, "stop"]) {
          folder = await mkdtemp(path.join(root, "pod-"));
          const { stdout } = await same(async (running) => {
            await running.tell(`notify ${number}`, "count 5", `raise ${number}`, "receive", "count 7", back, "count 9");
            await running.signal(name);
          });
          assert.equal(await rounds(subject, root, folder), 21, back);
          assert.equal(stdout.split("\n").length, 8);
        }
      });

      it(`leaves ${name} to an operator that handles it, at once or later`, async () => {
        await same(async (running) => {
          await running.tell("count 5", `notify ${number}`);
          running.child.kill(name);
          await running.tell("receive", "count 7");
          running.child.kill(name);
          await running.tell("receive");
          await running.finish();
        });
        assert.equal(await rounds(subject, root, folder), 12);
      });

      it(`goes on where the operator ignores ${name}`, async () => {
        const { code, stdout } = await same(async (running) => {
          await running.tell(
            `ignored ${number}`,
            `ignore ${number}`,
            `ignored ${number}`,
            `raise ${number}`,
            "count 5",
          );
          await running.tell(`reset ${number}`, `ignored ${number}`, `raise ${number}`, "count 7");
          await running.finish();
        });
        assert.equal(code, 0);
        assert.match(stdout, /^false ok\nok\ntrue ok\n/);
        assert.equal(await rounds(subject, root, folder), 12);
      });
    }

    it("goes on under nohup, until the operator handles SIGHUP, and after that", async () => {
      const nohup = (program: Subject, into: string, env: Record<string, string> = {}) =>
        new Running(
          spawn("sh", ["-c", 'trap "" HUP INT; exec "$0"', program.binary], {
            env: { PATH: process.env.PATH, GOCOVERDIR: into, ...env },
            cwd: "/",
          }),
        );
      const { stdout } = await same(async (running) => {
        await running.tell("ignored 1", "ignored 2", "raise 1", "raise 2", "count 5");
        await running.tell("notify 1", "ignored 1", "raise 1", "receive", "reset 1", "raise 1", "count 7");
        await running.finish();
      }, nohup);
      assert.match(stdout, /^true ok\ntrue ok\n/);
      assert.match(stdout, /hangup/);
      assert.equal(await rounds(subject, root, folder), 12);
    });

    it("counts once where an operator sends it to itself and exits at once", async () => {
      for (let round = 0; round < 20; round++) {
        folder = await mkdtemp(path.join(root, "pod-"));
        const running = start(subject, folder);
        await running.tell("notify 15", "raise 15", "receive", "reset 15", "count 5");
        // With Go itself either can win, for the kernel has another thread handle the signal.
        const { code, signal } = await running.end("raise-and-exit 15");
        assert.ok(code === 7 || signal === "SIGTERM", `${code} ${signal}`);
        assert.equal((await named(folder, "covcounters")).length, 1);
        assert.equal(await rounds(subject, root, folder), 5);
      }
    });

    it("counts once, however many come at a time, with others that the operator handles", async () => {
      const running = start(subject, folder);
      await running.tell(`notify ${SIGUSR1}`, "count 5");
      await checkpoint(folder, "first");
      for (const name of ["SIGUSR1", "SIGTERM", "SIGUSR1", "SIGINT", "SIGHUP", "SIGTERM"] as const)
        running.child.kill(name);
      const { signal } = await running.ended;
      assert.match(String(signal), /^SIG(HUP|INT|TERM)$/);
      assert.deepEqual(await named(folder, "covsnapshot"), []);
      assert.equal((await named(folder, "covcounters")).length, 1);
      assert.equal(await rounds(subject, root, folder), 5);
    });

    it("ends an operator that is about to exit, with all that it counted", async () => {
      for (let delay = 0; delay < 20; delay++) {
        folder = await mkdtemp(path.join(root, "pod-"));
        const running = start(subject, folder);
        await running.tell("count 5");
        running.child.stdin.write("exit 3\n");
        await new Promise((resolve) => setTimeout(resolve, delay / 4));
        const { code, signal } = await running.signal("SIGTERM");
        assert.ok(code === 3 || signal === "SIGTERM", `${code} ${signal}`);
        assert.equal((await named(folder, "covcounters")).length, 1);
        assert.equal(await rounds(subject, root, folder), 5);
      }
    });

    it("ends one whose folder does not answer, after two seconds", async () => {
      const running = start(subject, folder, { OPERATOR_COVERAGE_INTERVAL: "off" });
      await running.tell("count 5");
      await checkpoint(folder, "first");
      // A pipe that is full and that nobody reads is like a volume whose server is gone.
      const [snapshot] = await named(folder, "covsnapshot");
      const script = 'mkfifo "$0" && exec 3<>"$0" && dd if=/dev/zero bs=65536 count=1 >&3 2>/dev/null; echo full; cat';
      const pipe = spawn("sh", ["-c", script, path.join(folder, `tmp.${snapshot}`)], {
        stdio: ["pipe", "pipe", "ignore"],
      });
      await new Promise((resolve) => pipe.stdout.once("data", resolve));
      const begun = Date.now();
      assert.deepEqual(await running.signal("SIGTERM"), { code: null, signal: "SIGTERM" });
      assert.ok(Date.now() - begun >= 1_900);
      pipe.stdin.end();
      assert.deepEqual(await named(folder, "covcounters"), []);
      assert.equal(await rounds(subject, root, folder), 5);
    });
  });
}

/** The one process that another started. */
async function childOf(pid: number): Promise<number> {
  let child = "";
  await until(async () => {
    child = (await readFile(`/proc/${pid}/task/${pid}/children`, "utf8")).trim();
    return child !== "";
  }, "the process to start");
  return Number(child);
}
