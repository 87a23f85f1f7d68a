import { readdir, readFile } from "node:fs/promises";
import * as path from "node:path";
import type { Going } from "./endAll";
import { run } from "./run";

const variable = "OPERATOR_COVERAGE_TURN";

/**
 * Marks the programs that this process starts from here on, and those that they start: an environment is inherited, also by a program whose parent was
 * killed before it could note what it had started.
 * @param mark absolute path of what they work on
 */
export function markCalls(mark: string): void {
  process.env[variable] = mark;
}

/**
 * The programs with a mark that go on, whoever started them; as far as this user may look into them. It shows in what a process starts, never in the process
 * that marks: systems tell the environment that a process began with.
 */
export function marked(mark: string): Promise<Going[]> {
  const entry = `${variable}=${mark}`;
  return process.platform === "linux" ? inProc(entry) : inProcessList(entry);
}

async function inProc(entry: string): Promise<Going[]> {
  const found: Going[] = [];
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const environment = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
    if (!environment.split("\0").includes(entry)) continue;
    const name = await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "");
    found.push({ pid: Number(pid), name: name.trim() });
  }
  return found;
}

/** macOS prints a program's environment behind its arguments, parted by spaces. */
async function inProcessList(entry: string): Promise<Going[]> {
  const lines = (await run("ps", ["-axEww", "-o", "pid=,command="], { env: { [variable]: undefined } })).split("\n");
  return lines
    .filter((line) => `${line} `.includes(` ${entry} `))
    .map((line) => line.trim().split(" "))
    .map(([pid, program]) => ({ pid: Number(pid), name: path.basename(program ?? "") }));
}
