import { type SpawnOptions, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { keepTrack } from "./children";

export interface RunOptions {
  /** working directory; this process's own by default */
  readonly cwd?: string;
  /** added to this process's environment; `undefined` removes a variable */
  readonly env?: Record<string, string | undefined>;
  /** written to the program's standard input, which is empty otherwise */
  readonly input?: string;
  /** called with every line of both streams as it comes */
  readonly onLine?: (line: string) => void;
  /** milliseconds until the program is killed */
  readonly timeout?: number;
}

/** What a program said when it failed. */
export class ProgramError extends Error {
  override readonly name = "ProgramError";

  constructor(
    /** the program and its arguments, for people */
    readonly command: string,
    /** exit status; undefined where a signal ended it or it never started */
    readonly status: number | undefined,
    readonly stdout: string,
    readonly stderr: string,
    reason: string,
  ) {
    super(`${command}: ${reason}${stderr.trim() ? `\n${stderr.trim()}` : ""}`);
  }
}

/**
 * Runs a program without a shell, so that no name or path is ever taken for shell text.
 * @returns its standard output
 * @throws ProgramError where it can't be started, fails, is killed or takes longer than it may
 */
export async function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { cwd, env, input, onLine, timeout } = options;
  const spawned: SpawnOptions = { cwd, env: { ...process.env, ...env }, stdio: ["pipe", "pipe", "pipe"] };
  const child = spawn(program, args, spawned);
  keepTrack(child);
  // spawn's own timer would keep this process alive where the program can't be started.
  const timer = timeout === undefined ? undefined : setTimeout(giveUp, timeout);
  function giveUp() {
    child.kill("SIGKILL");
    // What it has called in turn may live on and hold these open.
    child.stdout?.destroy();
    child.stderr?.destroy();
  }
  const out: string[] = [];
  const err: string[] = [];
  const collect = (stream: Readable | null, chunks: string[]) => {
    let rest = "";
    stream?.setEncoding("utf8").on("data", (chunk: string) => {
      chunks.push(chunk);
      if (!onLine) return;
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) onLine(line);
    });
    stream?.on("end", () => rest && onLine?.(rest));
  };
  collect(child.stdout, out);
  collect(child.stderr, err);
  // A program may end without reading its input; its exit status tells, not the broken pipe.
  child.stdin?.on("error", () => {}).end(input ?? "");
  return new Promise((resolve, reject) => {
    const fail = (status: number | undefined, reason: string) =>
      reject(new ProgramError([program, ...args].join(" "), status, out.join(""), err.join(""), reason));
    child.on("error", (error) => {
      clearTimeout(timer);
      fail(undefined, error.message);
    });
    child.on("close", (status, signal) => {
      clearTimeout(timer);
      if (status === 0) resolve(out.join(""));
      else fail(status ?? undefined, signal ? `ended by ${signal}` : `exit status ${status}`);
    });
  });
}
