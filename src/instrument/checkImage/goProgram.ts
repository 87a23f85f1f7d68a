import { createReadStream } from "node:fs";
import { ProgramError, run } from "../../system/process/run";
import { exitHook, homes } from "../runtime/layout";

/**
 * The name of the function that a main package calls when it was built with -cover, as it stands in a program's table of functions. The table stays in
 * stripped programs. Only some versions of Go note -cover in a program's build settings, none where `go build` was given files.
 */
const hook = "runtime/coverage.initHook";

/** The function that writes the counters at exit where our files were laid over Go's coverage package. */
const laidOver = homes.map((home) => `${home}.${exitHook}`);

/**
 * Whether a Go program writes coverage counters (any version since 1.20).
 * @param file its path
 */
export function isInstrumented(file: string): Promise<boolean> {
  return hasFunction(file, [hook]);
}

/**
 * Whether a Go program was built with what instrument/runtime lays over the standard library.
 * @param file its path
 */
export function keepsFilesCurrent(file: string): Promise<boolean> {
  return hasFunction(file, laidOver);
}

/** Whether one of some functions stands in a program's table. */
async function hasFunction(file: string, names: readonly string[]): Promise<boolean> {
  const entries = names.map((name) => Buffer.from(`\0${name}\0`));
  const overlap = Math.max(...entries.map((entry) => entry.length)) - 1;
  let before = Buffer.alloc(0);
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    const seen = Buffer.concat([before, chunk]);
    if (entries.some((entry) => seen.includes(entry))) return true;
    before = seen.subarray(Math.max(0, seen.length - overlap));
  }
  return false;
}

/** The version of Go that built a program, such as go1.26.1; undefined for other files. */
export async function toolOf(file: string): Promise<string | undefined> {
  try {
    return /: (\S.*)$/m.exec(await run("go", ["version", file]))?.[1];
  } catch (error) {
    if (error instanceof ProgramError) return undefined;
    throw error;
  }
}
