import { type ChildProcess, spawn } from "node:child_process";
import * as fs from "node:fs";

/** How to run a program. */
export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** File that all its output is added to; errors then name it. */
  readonly log?: string;
  /** Milliseconds after which it's ended with SIGKILL and counts as failed. */
  readonly timeout?: number;
}

/** What a program left behind. `status` is 127 when there is no such program, 128 when a signal ended it. */
export interface CommandResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

const running = new Set<ChildProcess>();
let stopped = false;

/** Ends every program that runs, and lets none start from now on: for when one of several failed, or the user wants out.
 * Their callers see a failure and clean up after themselves. */
export function endCommands(): void {
  stopped = true;
  for (const child of running) child.kill("SIGTERM");
}

/** Gives up what goes on after endCommands.
 * @throws Error then */
export function checkGoingOn(): void {
  if (stopped) throw new Error("Expected to go on, but the run is being ended");
}

/** Runs a program to its end and returns its output, whatever its status. */
export function tryCommand(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const log = options.log === undefined ? undefined : fs.openSync(options.log, "a");
  return new Promise((resolve) => {
    const { cwd, env, timeout } = options;
    const child = spawn(program, args, { cwd, env, timeout, killSignal: "SIGKILL", stdio: ["ignore", "pipe", "pipe"] });
    running.add(child);
    const output = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"] as const) {
      child[stream].setEncoding("utf8").on("data", (text: string) => {
        output[stream] += text;
        if (log !== undefined) fs.writeSync(log, text);
      });
    }
    const end = (status: number) => {
      running.delete(child);
      if (log !== undefined) fs.closeSync(log);
      resolve({ status, ...output });
    };
    child.on("error", (error) => {
      output.stderr += error.message;
      if (child.pid === undefined) end(127);
    });
    child.on("close", (status) => child.pid !== undefined && end(status ?? 128));
  });
}

/** Runs a program that must succeed, and returns its standard output.
 * @throws Error with the end of what it printed, and the log if there is one. */
export async function command(program: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  checkGoingOn();
  const result = await tryCommand(program, args, options);
  if (result.status === 0) return result.stdout;
  const said = (result.stderr.trim() || result.stdout.trim()).split("\n").slice(-15).join("\n");
  const where = options.log === undefined ? "" : `\nAll of its output: ${options.log}`;
  const line = [program, ...args].map((word) => (word.length > 80 ? `${word.slice(0, 77)}...` : word)).join(" ");
  throw new Error(`Expected \`${line}\` to succeed, got status ${result.status}:\n${said}${where}`);
}
