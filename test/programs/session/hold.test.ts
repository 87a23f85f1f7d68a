import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { hold, letGo } from "../../../src/session/hold";

const project = path.resolve(__dirname, "..", "..", "..");

/** At each of its times asks for the file of that number, then says who had them, and lives on until it is killed. */
const contender = `
  const { hold } = require(process.argv[1]);
  const [, , folder, count] = process.argv;
  console.log("ready");
  process.stdin.once("data", async (start) => {
    const told = [];
    for (let n = 0; n < Number(count); n++) {
      while (Date.now() < Number(start) + n * 25) {}
      const holder = await hold(folder + "/" + n);
      told.push(holder ? holder.pid : process.pid);
    }
    console.log(JSON.stringify(told));
  });`;

describe("a file that one process at a time has", function () {
  this.timeout(30_000);
  let folder: string;
  let file: string;
  const children: ChildProcess[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "operator-coverage-hold-"));
    file = path.join(folder, "0");
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true });
  });

  /** Who has each of the files 0, 1, ... for each of several processes that ask for them at once. */
  async function contend(processes: number, files: number): Promise<number[][]> {
    const args = ["--import", "tsx", "-e", contender, path.join(project, "src/session/hold.ts"), folder, String(files)];
    const started = Array.from({ length: processes }, () =>
      spawn(process.execPath, args, { cwd: project, stdio: ["pipe", "pipe", "inherit"] }),
    );
    children.push(...started);
    await Promise.all(started.map(({ stdout }) => once(stdout, "data")));
    const answers = started.map(({ stdout }) => once(stdout, "data") as Promise<[Buffer]>);
    const start = Date.now() + 50;
    for (const { stdin } of started) stdin.write(String(start));
    return (await Promise.all(answers)).map(([answer]) => JSON.parse(answer.toString()) as number[]);
  }

  async function endAll(): Promise<void> {
    for (const child of children.splice(0)) {
      child.kill("SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    }
  }

  for (const [state, left] of [
    ["nobody has", undefined],
    ["a dead process has", "1\nlong ago\n"],
  ] as const)
    it(`is had by exactly one of many that ask at once, where ${state} it`, async () => {
      const count = 60;
      for (let n = 0; left !== undefined && n < count; n++) await writeFile(path.join(folder, String(n)), left);
      const told = await contend(4, count);
      const pids = children.map(({ pid }) => pid!);
      for (let n = 0; n < count; n++) {
        const winners = pids.filter((pid, i) => told[i]![n] === pid);
        assert.equal(winners.length, 1, `file ${n}: ${told.map((of) => of[n])}, of ${pids}`);
      }
      assert.equal((await readdir(folder)).length, count);
    });

  it("names who has it, until that one gives it up or is killed", async () => {
    await contend(1, 1);
    assert.equal((await hold(file))?.pid, children[0]!.pid);
    await endAll();
    assert.equal(await hold(file), undefined);
    assert.equal((await hold(file))?.pid, process.pid);
    await letGo(file);
    assert.deepEqual(await readdir(folder), []);
  });

  it("is void where another process has the number of the one that had it, or it can't be read", async () => {
    for (const left of [`${process.pid}\nlong ago\n`, ""]) {
      await writeFile(file, left);
      assert.equal(await hold(file), undefined);
      await letGo(file);
    }
  });
});
