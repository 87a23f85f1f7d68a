import { strict as assert } from "node:assert";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import * as os from "node:os";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { seesAll } from "../../../../src/system/process/pidNamespace";
import { takeTurn } from "../../../../src/system/process/takeTurn";

describe("a turn", () => {
  let folder: string;
  let file: string;
  const children: ChildProcess[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "operator-coverage-turn-"));
    file = path.join(folder, "session", "turn");
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
    await rm(folder, { recursive: true });
  });

  /** A process that takes its turn, calls a program where it is given one, and goes on. */
  const holder = async (...call: string[]): Promise<ChildProcess> => {
    const args = ["--import", "tsx", path.join(__dirname, "turnHolder.ts"), file, ...call];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    children.push(child);
    await once(child.stdout!, "data");
    return child;
  };

  it("is taken from a process that goes on, which is ended", async () => {
    const child = await holder();
    const ended = once(child, "exit");
    const said: string[] = [];
    await takeTurn(file, (message) => said.push(message));
    assert.deepEqual(said, [`ending what an interrupted run left going: a step (pid ${child.pid})`]);
    assert.deepEqual(await ended, [null, "SIGTERM"]);
    assert.match(await readFile(file, "utf8"), new RegExp(`^${process.pid}\n`));
  });

  for (const way of ["killed", "going on"]) {
    it(`is taken from all that a process called, and what that called in turn, where the process is ${way}`, async () => {
      const child = await holder("sh", "-c", "sleep 60 & echo called; wait");
      let output = "taken\n";
      child.stdout!.on("data", (chunk) => {
        output += chunk;
      });
      const closed = once(child.stdout!, "close");
      while (!output.includes("called")) await once(child.stdout!, "data");
      if (way === "killed") {
        child.kill("SIGKILL");
        await once(child, "exit");
      }
      const said: string[] = [];
      await takeTurn(file, (message) => said.push(message));
      // All that write there have ended.
      await closed;
      assert.match(said[0]!, /^ending what an interrupted run left going: .*sh \(pid \d+\)/);
    });
  }

  it("leaves what was called in another turn alone", async () => {
    const child = spawn("sleep", ["60"], { env: { ...process.env, OPERATOR_COVERAGE_TURN: `${file}2` } });
    children.push(child);
    await once(child, "spawn");
    await takeTurn(file, assert.fail);
    assert.deepEqual([child.exitCode, child.signalCode], [null, null]);
  });

  it("is free after a process that has ended", async () => {
    const child = await holder();
    child.kill("SIGKILL");
    await once(child, "exit");
    await takeTurn(file, assert.fail);
  });

  it("is free where the number is another process's by now, which is left alone", async () => {
    const child = spawn("sleep", ["60"]);
    children.push(child);
    await once(child, "spawn");
    await takeTurn(file, assert.fail);
    await writeFile(file, `${child.pid}\nlong ago\n`);
    await takeTurn(file, assert.fail);
    assert.deepEqual([child.exitCode, child.signalCode], [null, null]);
  });

  for (const text of ["", "x", "12", "-1\n1\n"]) {
    it(`is free where the file holds ${JSON.stringify(text)}`, async () => {
      await takeTurn(file, assert.fail);
      await writeFile(file, text);
      await takeTurn(file, assert.fail);
    });
  }

  describe("of another PID namespace", () => {
    const other = { host: os.hostname(), boot: "", namespace: "pid:[1]" };
    before(async function () {
      if (process.platform !== "linux") this.skip();
      other.boot = (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim();
    });
    const written = async (place: object, pid = process.pid) => {
      await takeTurn(file, assert.fail);
      const [, started] = (await readFile(file, "utf8")).split("\n");
      await writeFile(file, `${pid}\n${started}\n${JSON.stringify(place)}\n`);
    };

    it("is not taken where nobody can tell whether it goes on, and the way out is told", async () => {
      await written({ ...other, host: "elsewhere", boot: "another" });
      await assert.rejects(
        takeTurn(file, assert.fail),
        /^Error: Expected nobody else to work on this session, got a step\. It is process \d+ of another PID namespace or machine \(elsewhere\), and can't be seen from here: once it is known to have ended, delete .*turn\.$/,
      );
    });

    it("is free after that machine was started anew", async () => {
      await written({ ...other, boot: "another" });
      await takeTurn(file, assert.fail);
    });

    it("is left to a process here that has its number and did not begin with it", async function () {
      if (!(await seesAll())) this.skip();
      const child = spawn("sleep", ["60"]);
      children.push(child);
      await once(child, "spawn");
      await written(other, child.pid);
      await takeTurn(file, assert.fail);
      assert.deepEqual([child.exitCode, child.signalCode], [null, null]);
    });
  });
});
