import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { ProgramError } from "../process/run";

/** Milliseconds: enough for the first call of a tool that the go command has to build, on a slow machine with much data. */
const TIMEOUT = 600_000;
/** Bytes of warnings; every counter that overflows makes one. */
const MAX_OUTPUT = 64 * 1024 * 1024;

/**
 * Runs a tool of the local Go distribution without the user's Go settings: flags meant for building operators (such as -cover) would reach the tool,
 * which the go command may have to build first.
 * @param args such as `["covdata", "textfmt", "-i=in", "-o=out"]`
 * @param cwd a folder of the caller's own, so that files can be named without any path, whose commas and spaces tools read as something else
 * @returns the lines that it wrote to standard error, its warnings
 * @throws ProgramError if Go is missing or the tool fails
 */
export async function runGoTool(args: readonly string[], cwd: string): Promise<string[]> {
  const own = { GOENV: "off", GOFLAGS: undefined, GOTOOLCHAIN: "local", GOWORK: "off", GOCOVERDIR: undefined };
  const options = { cwd, env: { ...process.env, ...own }, timeout: TIMEOUT, maxBuffer: MAX_OUTPUT };
  try {
    const { stderr } = await promisify(execFile)("go", ["tool", ...args], options);
    return stderr.split("\n").filter((line) => line.trim());
  } catch (error) {
    const { code, killed, message, stdout, stderr } = error as Failure;
    const command = ["go", "tool", ...args].join(" ");
    if (code === "ENOENT") {
      throw new ProgramError(command, undefined, "", "", "Expected Go to be installed and on PATH, got no `go` there");
    }
    const reason = typeof code === "number" ? `exit status ${code}` : killed ? "took longer than it may" : message;
    throw new ProgramError(command, typeof code === "number" ? code : undefined, stdout ?? "", stderr ?? "", reason);
  }
}

/** What `execFile` throws. */
interface Failure extends Error {
  readonly code?: number | string;
  readonly killed?: boolean;
  readonly stdout?: string;
  readonly stderr?: string;
}
