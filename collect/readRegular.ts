import * as fs from "node:fs";

/** A file of covered code's counters is some kilobytes, its meta-data a few megabytes; more than this is not read. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Why a file is not read, as the end of a sentence that begins with its name. */
export class UnreadableError extends Error {
  override readonly name = "UnreadableError";
}

/**
 * Reads a file that somebody else's process wrote: regular files of bounded size only, never through a symbolic link, and without waiting on a
 * pipe. Synchronous, because for thousands of small files the event loop costs more than reading them.
 * @throws UnreadableError if it is anything else
 * @throws Error if this user may not read it, since then it is no fault of the file
 */
export function readRegular(file: string): Buffer {
  let handle: number | undefined;
  try {
    const kind = fs.lstatSync(file);
    if (kind.isSymbolicLink()) throw new UnreadableError("is a symbolic link");
    if (!kind.isFile()) throw new UnreadableError(kind.isDirectory() ? "is a folder" : "is not a regular file");
    // What was looked at and what is opened may be two files: the flags and the second look hold for the one that is read.
    handle = fs.openSync(file, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK);
    const opened = fs.fstatSync(handle);
    if (!opened.isFile()) throw new UnreadableError("is not a regular file");
    if (opened.size > MAX_BYTES) throw new UnreadableError(`has ${opened.size} bytes, more than any coverage file`);
    if (opened.size === 0) throw new UnreadableError("is empty");
    return fs.readFileSync(handle);
  } catch (error) {
    if (error instanceof UnreadableError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "EACCES" || code === "EPERM") {
      throw new Error(
        `Expected ${file} to be readable, got ${message}. Run this as a user who may read what the pods wrote, such as root.`,
      );
    }
    throw new UnreadableError(`can't be read (${code ?? message})`);
  } finally {
    if (handle !== undefined) fs.closeSync(handle);
  }
}
