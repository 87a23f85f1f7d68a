import { type ChildProcess, spawn } from "node:child_process";
import * as os from "node:os";
import * as path from "node:path";
import type { Job } from "./jobs";
import { type Results, readResults, resultsVariable } from "./results";

const repository = path.resolve(__dirname, "../..");

/** A job that runs, and what came of it. A signal that ends this process is passed on to all that run, and is waited for. */
export class MochaRun {
  private static readonly running = new Set<ChildProcess>();
  /** whether a signal has come */
  static stopped = false;

  readonly ended: Promise<{ output: string; results: Results }>;

  /** @param file absolute path for the results */
  constructor(job: Job, lanes: number, file: string) {
    const args = [...(job.parallel ? ["--parallel", "--jobs", String(lanes)] : []), ...job.files];
    const child = spawn(process.execPath, [require.resolve("mocha/bin/mocha.js"), ...args], {
      cwd: repository,
      env: { ...process.env, [resultsVariable]: file },
      stdio: ["ignore", "pipe", "pipe"],
    });
    MochaRun.running.add(child);
    let output = "";
    const take = (chunk: string) => {
      output += chunk;
    };
    child.stdout.setEncoding("utf8").on("data", take);
    child.stderr.setEncoding("utf8").on("data", take);
    this.ended = new Promise<number>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code, signal) => resolve(code ?? 128 + os.constants.signals[signal!]));
    }).then(async (status) => {
      MochaRun.running.delete(child);
      return { output, results: await readResults(file, job.name, status) };
    });
  }

  static {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
      process.on(signal, () => {
        MochaRun.stopped = true;
        // Ctrl-C has reached all of a terminal's group by itself; Mocha ends without its hooks at a second one.
        if (signal === "SIGINT" && process.stdin.isTTY) return;
        for (const child of MochaRun.running) child.kill(signal);
      });
  }
}
