import { spawn } from "node:child_process";
import { ProgramError } from "../system/process/run";

/** What a tool may take. What pods wrote is bounded before (src/coverage/data/bounds.ts), so that what takes more is no operator's honest data. */
export interface Limits {
  /** milliseconds: enough for the first call of a tool that the go command has to build, on a slow machine with much data */
  readonly time: number;
  /** bytes of address space of each process, of which Go takes some hundred MiB before it does anything */
  readonly memory: number;
}

const usual: Limits = { time: 600_000, memory: 4 * 1024 ** 3 };

/** Bytes of warnings that are kept; every counter that overflows makes one. */
const MAX_OUTPUT = 64 * 1024 * 1024;

/** A tool took more memory or time than it may: a fault of the data that it was given, and of nobody else's. */
export class GoToolLimitError extends ProgramError {}

/** Constant: values are arguments. Where the system knows no such limit, as macOS, the tool runs without. */
const LIMITED = 'ulimit -v "$1" 2>/dev/null; shift; exec "$@"';

/**
 * Runs a tool of the local Go distribution without the user's Go settings: flags meant for building operators (such as -cover) would reach the tool,
 * which the go command may have to build first.
 * @param args such as `["covdata", "textfmt", "-i=in", "-o=out"]`
 * @param cwd a folder of the caller's own, so that files can be named without any path, whose commas and spaces tools read as something else
 * @returns the lines that it wrote to standard error, its warnings
 * @throws GoToolLimitError if it takes more than it may
 * @throws ProgramError if Go is missing or the tool fails
 */
export async function runGoTool(
  args: readonly string[],
  cwd: string,
  { time, memory }: Limits = usual,
): Promise<string[]> {
  const own = { GOENV: "off", GOFLAGS: undefined, GOTOOLCHAIN: "local", GOWORK: "off", GOCOVERDIR: undefined };
  const command = ["go", "tool", ...args];
  // In a group of its own: the go command calls the tool as a child, and both must end.
  const child = spawn("/bin/sh", ["-c", LIMITED, "sh", String(Math.floor(memory / 1024)), ...command], {
    cwd,
    env: { ...process.env, ...own },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const out = keep(child.stdout);
  const err = keep(child.stderr);
  let isLate = false;
  const endGroup = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  };
  const timer = setTimeout(() => {
    isLate = true;
    endGroup();
  }, time);
  const onExit = () => endGroup();
  process.once("exit", onExit);
  const [status, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, by) => resolve([code, by]));
  }).finally(() => {
    clearTimeout(timer);
    process.off("exit", onExit);
  });
  const [stdout, stderr] = [out(), err()];
  if (status === 0 && !isLate) return stderr.split("\n").filter((line) => line.trim());
  const fail = (Kind: typeof ProgramError, reason: string) =>
    new Kind(command.join(" "), status ?? undefined, stdout, stderr.slice(0, 4000), reason);
  if (isLate) throw fail(GoToolLimitError, `took longer than the ${time / 1000} s that it may`);
  if (/out of memory|cannot allocate memory|failed to reserve/.test(stderr))
    throw fail(GoToolLimitError, `needed more than the ${memory / 1024 ** 2} MiB of memory that it may`);
  if (status === 127) throw fail(ProgramError, "Expected Go to be installed and on PATH, got no `go` there");
  throw fail(ProgramError, signal ? `ended by ${signal}` : `exit status ${status}`);
}

/** Keeps what a stream says, up to a bound. @returns gives all that came */
function keep(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on("data", (chunk: Buffer) => {
    if (size < MAX_OUTPUT) chunks.push(chunk);
    size += chunk.length;
  });
  return () => Buffer.concat(chunks).toString("utf8");
}
