import * as fs from "node:fs";

/** A file of covered code's counters is some kilobytes, its meta-data a few megabytes; more than this is not read. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Linux: names a file without opening it, which for a device or a pipe could do something, or wait. */
const O_PATH = 0o10000000;

/** Why a file is not read, as the end of a sentence that begins with its name. */
export class UnreadableError extends Error {
  override readonly name: string = "UnreadableError";
}

/** The same, where there is no such file, or none any more. */
export class VanishedError extends UnreadableError {
  override readonly name = "VanishedError";
}

/** This user may not read a file, which is no fault of the file. */
export class ForbiddenError extends Error {
  override readonly name = "ForbiddenError";
}

export interface ReadOptions {
  /** the file's path for people, where it is reached by another */
  readonly shown?: string;
  /** bytes; a file that has more is not read */
  readonly most?: number;
}

/**
 * Reads a file that somebody else's process wrote: regular files of bounded size only, never through a symbolic link, and without waiting on a
 * pipe. Synchronous, because for thousands of small files the event loop costs more than reading them.
 * @throws UnreadableError if it is anything else
 * @throws ForbiddenError if this user may not read it
 */
export function readRegular(file: string, options?: ReadOptions): Buffer {
  return readDated(file, options).bytes;
}

/** The same, with the time at which that very file was written. */
export function readDated(
  file: string,
  { shown = file, most = MAX_BYTES }: ReadOptions = {},
): { readonly bytes: Buffer; readonly written: Date } {
  let named: number | undefined;
  let opened: number | undefined;
  try {
    // The name may stand for something else a moment later, so it is looked up once: what it named is looked at, and that is opened.
    named = fs.openSync(file, O_PATH | fs.constants.O_NOFOLLOW);
    const { size, mtime } = checkKind(fs.fstatSync(named), most);
    // A process that holds a lease on its file makes others wait for it.
    opened = fs.openSync(`/proc/self/fd/${named}`, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
    return { bytes: readUpTo(opened, size), written: mtime };
  } catch (error) {
    if (error instanceof UnreadableError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") throw new VanishedError("can't be read (ENOENT)");
    if (code === "EACCES" || code === "EPERM") {
      throw new ForbiddenError(
        `Expected ${shown} to be readable, got ${code}. Run this as a user who may read what the pods wrote, such as root.`,
      );
    }
    throw new UnreadableError(`can't be read (${code ?? message})`);
  } finally {
    if (opened !== undefined) fs.closeSync(opened);
    if (named !== undefined) fs.closeSync(named);
  }
}

function checkKind(kind: fs.Stats, most: number): fs.Stats {
  if (kind.isSymbolicLink()) throw new UnreadableError("is a symbolic link");
  if (!kind.isFile()) throw new UnreadableError(kind.isDirectory() ? "is a folder" : "is not a regular file");
  if (kind.size > most) throw new UnreadableError(`has ${kind.size} bytes, more than any coverage file`);
  if (kind.size === 0) throw new UnreadableError("is empty");
  return kind;
}

/** A file that grows meanwhile is read as far as it was; one that shrinks is as long as it is then. */
function readUpTo(handle: number, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  let at = 0;
  for (let read = 1; at < size && read > 0; at += read) read = fs.readSync(handle, bytes, at, size - at, at);
  return bytes.subarray(0, at);
}
