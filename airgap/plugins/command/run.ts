import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import type { Log } from "../protocol/log";
import { endGroup } from "./group";
import type { CommandInputs, CommandOutputs } from "./inputs";
import { lineCutter } from "./lines";

/** What a script said, without the last line's end. */
export interface Said {
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs one script of a Command, showing its lines as they come.
 *
 * @param script given to the interpreter as its last argument.
 * @param previous what the Command's last script said; it is in the script's environment unless the inputs say no.
 * @throws Error with all that the script said, where it ends with another status than 0 or can't be run.
 */
export async function run(
  script: string,
  inputs: CommandInputs,
  previous: CommandOutputs,
  signal: AbortSignal,
  log: Log,
): Promise<Said> {
  signal.throwIfAborted();
  if (inputs.dir !== undefined && !fs.existsSync(inputs.dir)) {
    throw new Error(`Expected \`dir\` to be an existing folder, got ${inputs.dir}: create it before the command runs`);
  }
  const [program = "/bin/sh", ...args] = inputs.interpreter?.length ? inputs.interpreter : ["/bin/sh", "-c"];
  const child = start(program, [...args, script], inputs, previous);
  let ended: Promise<void> | undefined;
  const onAbort = () => {
    ended = endGroup(child);
  };
  signal.addEventListener("abort", onAbort, { once: true });

  const chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[], both: [] as Buffer[] };
  for (const stream of ["stdout", "stderr"] as const) {
    const shown = (inputs.logging ?? "stdoutAndStderr").toLowerCase().includes(stream);
    const lines = lineCutter((line) => log.status(line));
    child[stream].on("data", (chunk: Buffer) => {
      chunks[stream].push(chunk);
      chunks.both.push(chunk);
      if (shown) lines.write(chunk);
    });
    child[stream].on("end", () => lines.end());
  }
  // A script that doesn't read its input is no error.
  child.stdin.on("error", () => {});
  child.stdin.end(inputs.stdin ?? "");

  try {
    const [code, killedBy] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
    if (code === 0) return { stdout: text(chunks.stdout), stderr: text(chunks.stderr) };
    const end = code === null ? `signal: ${killedBy}` : `exit status ${code}`;
    const cancelled = signal.aborted ? "cancelled, " : "";
    throw new Error(`${cancelled}${end}: running ${JSON.stringify(script)}:\n${text(chunks.both)}`);
  } catch (error) {
    throw explained(error as NodeJS.ErrnoException, program);
  } finally {
    signal.removeEventListener("abort", onAbort);
    // The script may be gone, and a child of its still cleaning up.
    await ended;
  }
}

function start(program: string, args: readonly string[], inputs: CommandInputs, previous: CommandOutputs) {
  try {
    return spawn(program, args, {
      cwd: inputs.dir,
      env: { ...process.env, ...inputs.environment, ...previousOutput(inputs, previous) },
      // A process group of its own, for it can then be signalled as a whole, children's children included.
      detached: true,
    });
  } catch (error) {
    throw explained(error as NodeJS.ErrnoException, program);
  }
}

function text(chunks: readonly Buffer[]): string {
  return Buffer.concat(chunks).toString().replace(/\n$/, "");
}

function previousOutput(inputs: CommandInputs, { stdout, stderr }: CommandOutputs): Record<string, string> {
  if (inputs.addPreviousOutputInEnv === false) return {};
  return { ...(stdout && { PULUMI_COMMAND_STDOUT: stdout }), ...(stderr && { PULUMI_COMMAND_STDERR: stderr }) };
}

function explained(error: NodeJS.ErrnoException, program: string): Error {
  if (error.code === "ENOENT") {
    return new Error(`Expected \`interpreter\` to start with a program, got ${program}, which isn't there: install it`);
  }
  if (error.code === "E2BIG") {
    return new Error(
      "Expected the script and its environment to fit into the system's limit, got more: write large output to files," +
        " or set `addPreviousOutputInEnv: false`",
    );
  }
  return error;
}
