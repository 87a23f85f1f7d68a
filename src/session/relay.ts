import type { Readable, Writable } from "node:stream";

/**
 * Passes a program's output on. Where nobody reads that any more the program is read all the same, and never knows of it; see `outliveReaders`.
 * @param from nothing where the program writes there by itself
 */
export function relay(from: Readable | null, to: Writable): void {
  from?.on("data", (chunk: Buffer) => to.write(chunk));
}

/** Lets this process go on where its output can't be written, as when its terminal was closed (EIO) or what read it has ended (EPIPE). */
export function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
}
