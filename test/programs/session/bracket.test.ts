import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import * as path from "node:path";
import { exists } from "../../../src/system/files/exists";
import { FakePrograms } from "../../unit/fixtures/fakePrograms";

const project = path.resolve(__dirname, "..", "..", "..");
const summary = { percent: 50, status: "complete", statements: 2, covered: 1, gaps: [], operators: [], packages: [] };

/** A session that ended. */
interface Ended {
  readonly code: number | null;
  readonly output: string;
  /** calls of pulumi, without its options, and of the tests */
  readonly calls: readonly string[];
}

describe("a bracketed session", function () {
  this.timeout(30_000);
  let fake: FakePrograms;

  beforeEach(async () => {
    fake = await FakePrograms.install();
    const summaryFile = path.join(fake.root, "summary.json");
    const outputs = {
      cluster: "c",
      environment: { KUBECONFIG: "/k" },
      run: "r",
      reports: { total: { summary: summaryFile } },
    };
    await writeFile(path.join(fake.root, "outputs.json"), JSON.stringify(outputs));
    await writeFile(path.join(fake.root, "published"), JSON.stringify(summary));
  });
  afterEach(() => fake.remove());

  /** A Pulumi whose commands do as told; they do well otherwise. */
  async function pulumi(
    commands: { begin?: string; up?: string; output?: string; destroy?: string } = {},
  ): Promise<void> {
    const {
      begin = 'while [ "$1" ]; do [ "$1" != --event-log ] || : > "$2"; shift; done',
      up = "exit 0",
      output = 'cat "$ROOT/outputs.json"',
      destroy = 'cp "$ROOT/published" "$ROOT/summary.json"',
    } = commands;
    await fake.add(
      "pulumi",
      `case "$1 $2" in "stack ls") echo "[]" ;; "stack output") ${output} ;; esac
case "$1" in up) ${begin}; ${up} ;; destroy) ${destroy} ;; esac`,
    );
  }

  async function session(
    tests: string,
    whileRunning?: (pid: number, child: ChildProcess) => Promise<void>,
    more: Record<string, string> = {},
    program = "tests",
  ): Promise<Ended> {
    await fake.add("tests", tests);
    const args = [
      "--import",
      "tsx",
      path.join(project, "src", "cli", "main.ts"),
      "session",
      "--stack",
      "dev",
      "--",
      program,
      "a b",
      "$(x)",
    ];
    const env = { ...process.env, PULUMI_BACKEND_URL: "file:///nowhere", INIT_CWD: fake.root, ...more };
    const child = spawn(process.execPath, args, { cwd: project, env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
    await whileRunning?.(child.pid ?? assert.fail(), child);
    const code = await ended;
    const calls = (await fake.calls()).map((c) => c.replace(/^(pulumi \w+( ls| init| output)?).*/, "$1"));
    return { code, output, calls };
  }

  const whole = [
    "pulumi stack ls",
    "pulumi stack init",
    "pulumi up",
    "pulumi stack output",
    "tests a b $(x)",
    "pulumi destroy",
  ];
  const withoutTests = whole.filter((call) => !call.startsWith("tests"));

  it("makes the stack, and runs up, the tests with what they need, and destroy", async () => {
    await pulumi();
    const { code, output, calls } = await session(
      '[ "$KUBECONFIG" = /k ] && [ "$PWD" = "$ROOT" ] && [ "$OPERATOR_COVERAGE_RUN" = r ]',
    );
    assert.equal(code, 0, output);
    assert.deepEqual(calls, whole);
    assert.match(output, /coverage: 50.0% of statements/);
  });

  it("opens the stack that comes with the project, whatever passphrase the user has for others", async () => {
    const check = '[ "$PULUMI_CONFIG_PASSPHRASE" = operator-coverage ] || exit 9';
    await pulumi({ up: check, destroy: `${check}; cp "$ROOT/published" "$ROOT/summary.json"` });
    const { code, output } = await session("exit 0", undefined, { PULUMI_CONFIG_PASSPHRASE: "mine" });
    assert.equal(code, 0, output);
  });

  it("destroys after tests that fail, and ends as they did", async () => {
    await pulumi();
    const { code, output, calls } = await session("exit 7");
    assert.equal(code, 7, output);
    assert.deepEqual(calls, whole);
  });

  it("destroys after tests that were killed", async () => {
    await pulumi();
    const { code, calls } = await session("kill -9 $$");
    assert.equal(code, 137);
    assert.deepEqual(calls, whole);
  });

  it("destroys after tests that can't be started, and says so", async () => {
    await pulumi();
    const { code, output, calls } = await session("exit 0", undefined, {}, "no-such-program");
    assert.equal(code, 127);
    assert.match(output, /no-such-program: spawn no-such-program ENOENT/);
    assert.deepEqual(calls, withoutTests);
  });

  it("destroys what an up that failed has left, without any test", async () => {
    await pulumi({ up: "exit 255" });
    const { code, output, calls } = await session("exit 0");
    assert.equal(code, 125, output);
    assert.deepEqual(calls, ["pulumi stack ls", "pulumi stack init", "pulumi up", "pulumi destroy"]);
  });

  it("leaves a stack alone that another command works on, and says what to do", async () => {
    await pulumi({ begin: 'echo "error: the stack is currently locked" >&2; exit 255' });
    const { code, output, calls } = await session("exit 0");
    assert.equal(code, 125, output);
    assert.match(output, /currently locked.*The session failed: up failed with status 255 before it made anything/s);
    assert.deepEqual(calls, ["pulumi stack ls", "pulumi stack init", "pulumi up"]);
  });

  it("is refused at once where another of its stack is under way, which it leaves alone", async () => {
    await pulumi();
    let second: Ended | undefined;
    let first: number | undefined;
    const tests = 'while [ ! -e "$ROOT/on" ]; do sleep 0.02; done';
    const { code, calls } = await session(tests, async (pid) => {
      first = pid;
      await until(async () => (await fake.calls()).some((call) => call.startsWith("tests")));
      second = await session(tests);
      await writeFile(path.join(fake.root, "on"), "");
    });
    assert.equal(second?.code, 125);
    assert.equal(
      second.output,
      `\nThe session failed: Expected no other session of the stack dev to be under way, got one (pid ${first}). Wait until it has ended, or give this one a stack of its own: --stack NAME.\n`,
    );
    assert.deepEqual(second.calls, whole.slice(0, -1));
    assert.equal(code, 0);
    assert.deepEqual(calls, whole);
  });

  it("goes ahead where another of its stack was killed, or has ended", async () => {
    await pulumi();
    const killed = await session("sleep 1", async (pid) => {
      await until(async () => (await fake.calls()).some((call) => call.startsWith("tests")));
      process.kill(pid, "SIGKILL");
    });
    assert.equal(killed.code, null);
    for (let n = 0; n < 2; n++) assert.equal((await session("exit 0")).code, 0);
  });

  it("destroys where the outputs can't be read, without any test", async () => {
    await pulumi({ output: 'echo "error: locked" >&2; exit 255' });
    const { code, output, calls } = await session("exit 0");
    assert.equal(code, 125, output);
    assert.match(output, /error: locked.*The session failed: up failed/s);
    assert.deepEqual(calls, withoutTests);
  });

  it("says how to go on where destroy fails", async () => {
    await pulumi({ destroy: "exit 1" });
    const { code, output } = await session("exit 0");
    assert.equal(code, 125);
    assert.match(output, /Nothing is lost: .*destroy --stack dev/);
  });

  for (const [signal, status] of [
    ["SIGHUP", 129],
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)
    it(`ends the tests and destroys on ${signal}`, async () => {
      await pulumi();
      const { code, calls } = await session("exec sleep 60", async (pid) => {
        await until(async () => (await fake.calls()).some((call) => call.startsWith("tests")));
        process.kill(pid, signal);
      });
      assert.equal(code, status);
      assert.deepEqual(calls, whole);
    });

  for (const [first, second, status] of [
    ["SIGINT", "SIGINT", 130],
    ["SIGTERM", "SIGINT", 143],
    ["SIGHUP", "SIGTERM", 129],
  ] as const)
    it(`lets \`up\` end by itself on ${first}, passes ${second} on that follows, and destroys`, async () => {
      // As Pulumi does: it cancels at the first, and ends at once at the second.
      const up = `trap 'n=$((n+1)); : > "$ROOT/signal$n"' INT TERM; n=0; i=0; : > "$ROOT/signal0"; while [ $n -lt 2 ] && [ $((i+=1)) -lt 500 ]; do sleep 0.02; done; exit 255`;
      await pulumi({ up });
      const { code, calls } = await session("exit 0", async (pid) => {
        const gets = (number: number) => until(() => exists(path.join(fake.root, `signal${number}`)));
        await gets(0);
        process.kill(pid, first);
        await gets(1);
        process.kill(pid, second);
        await gets(2);
      });
      assert.equal(code, status);
      assert.deepEqual(calls, ["pulumi stack ls", "pulumi stack init", "pulumi up", "pulumi destroy"]);
    });

  /** A `destroy` that has much to say before it has done anything. */
  const talkative =
    'for i in 1 2 3; do echo out; echo err >&2; sleep 0.1; done; cp "$ROOT/published" "$ROOT/summary.json"';

  it("destroys where nobody reads its output any more", async () => {
    await pulumi({ destroy: talkative });
    const { code, calls } = await session("exec sleep 60", async (pid, child) => {
      await until(async () => (await fake.calls()).some((call) => call.startsWith("tests")));
      child.stdout?.destroy();
      child.stderr?.destroy();
      process.kill(pid, "SIGHUP");
    });
    assert.equal(code, 129);
    assert.deepEqual(calls, whole);
    assert.ok(await exists(path.join(fake.root, "summary.json")));
  });

  it("destroys where its terminal is gone", async function () {
    if (process.platform !== "linux") this.skip();
    await pulumi({ destroy: talkative });
    await fake.add("tests", "exec sleep 60");
    // What runs on a terminal of its own, which goes when `script` does.
    const words = [
      process.execPath,
      "--import",
      "tsx",
      path.join(project, "src/cli/main.ts"),
      "session",
      "--stack",
      "dev",
    ];
    const command = `exec ${[...words, "--", "tests"].map((word) => `'${word}'`).join(" ")}`;
    const env = { ...process.env, PULUMI_BACKEND_URL: "file:///nowhere", INIT_CWD: fake.root };
    const terminal = spawn("script", ["-qec", command, "/dev/null"], {
      cwd: project,
      env,
      stdio: ["pipe", "ignore", "ignore"],
    });
    await until(async () => (await fake.calls()).some((call) => call.startsWith("tests")));
    terminal.kill("SIGKILL");
    await until(() => exists(path.join(fake.root, "summary.json")));
  });

  it("goes on with destroy whatever signal comes", async () => {
    await pulumi({ destroy: 'sleep 1; cp "$ROOT/published" "$ROOT/summary.json"' });
    const { output } = await session("exit 0", async (pid) => {
      await until(async () => (await fake.calls()).some((call) => call.startsWith("pulumi destroy")));
      for (const signal of ["SIGHUP", "SIGINT", "SIGTERM", "SIGINT"] as const) process.kill(pid, signal);
    });
    assert.match(output, /coverage is being saved/);
    assert.match(output, /coverage: 50.0% of statements/);
  });
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 20_000; !(await holds()); await new Promise((resolve) => setTimeout(resolve, 20)))
    assert.ok(Date.now() < end, "Expected it to come about within 20 s");
}
