import * as fs from "node:fs";
import * as path from "node:path";
import { holdFolder } from "./holdFolder";

export interface RemoveOptions {
  /** milliseconds until it is given up, where somebody goes on writing there */
  readonly patience?: number;
}

/** Ends the name of the folder beside one that is being removed, into which what is left of it is moved. */
export const remains = ".removing";

/** So many names of a folder are taken at once. */
const AT_ONCE = 10_000;

/**
 * Removes a folder that somebody else's processes have written to, and may still. Whatever they put in the place of a folder meanwhile, nothing
 * outside is touched: each folder is moved into one of this user's own first, and is looked through by a handle. Names may be any bytes, and folders may lie
 * in each other however deep. It can be cut off anywhere and be called again; what is not there is no error.
 * @param folder absolute path in a folder where nobody else may write
 * @throws Error with the code EACCES or EPERM where this user may not, EBUSY where there is no end of it in time
 */
export function removeTree(folder: string, { patience = 60_000 }: RemoveOptions = {}): void {
  const end = Date.now() + patience;
  const rest = `${folder}${remains}`;
  if (!isThere(folder) && !isThere(rest)) return;
  fs.mkdirSync(rest, { recursive: true, mode: 0o700 });
  const held = holdFolder(rest);
  let moved = 0;
  const moveIn = (entry: fs.PathLike): void => {
    // Numbers that an attempt before this one has given are passed over: a folder in use is no place for a rename.
    for (;;) {
      moved++;
      const to = path.join(held.path, String(moved));
      if (isThere(to)) continue;
      fs.renameSync(entry, to);
      return;
    }
  };
  try {
    if (isThere(folder)) moveIn(folder);
    for (;;) {
      const left = namesIn(held.path);
      if (left.length === 0) break;
      for (const name of left) empty(below(held.path, name), moveIn, end);
    }
  } finally {
    held.release();
  }
  fs.rmdirSync(rest);
}

/** Takes away what is at a place of our own, of which folders in it come to be beside it. */
function empty(entry: Buffer, moveIn: (entry: fs.PathLike) => void, end: number): void {
  if (!isFolder(entry)) {
    fs.unlinkSync(entry);
    return;
  }
  const held = holdFolder(entry);
  try {
    for (let names = namesIn(held.path); names.length > 0; names = namesIn(held.path)) {
      for (const name of names) take(below(held.path, name), moveIn);
      if (Date.now() > end)
        throw Object.assign(new Error(`Expected nobody to write there, got more`), { code: "EBUSY" });
    }
  } finally {
    held.release();
  }
  try {
    fs.rmdirSync(entry);
  } catch (error) {
    // Something was made there since; it is the next round's.
    if ((error as NodeJS.ErrnoException).code !== "ENOTEMPTY" || Date.now() > end) throw error;
  }
}

function take(entry: Buffer, moveIn: (entry: fs.PathLike) => void): void {
  try {
    fs.unlinkSync(entry);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return;
    if (code !== "EISDIR" && code !== "EPERM") throw error;
    takeFolder(entry, moveIn);
  }
}

function takeFolder(entry: Buffer, moveIn: (entry: fs.PathLike) => void): void {
  try {
    moveIn(entry);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return;
    if (code !== "EACCES" && code !== "EPERM") throw error;
    // Only its owner may move a folder that others can't write to; one without anything in it can be taken away by anybody.
    try {
      fs.rmdirSync(entry);
    } catch {
      throw error;
    }
  }
}

function namesIn(folder: string): Buffer[] {
  const names: Buffer[] = [];
  const listing = fs.opendirSync(folder, { encoding: "buffer" as BufferEncoding, bufferSize: 1024 });
  try {
    for (let entry = listing.readSync(); entry !== null && names.length < AT_ONCE; entry = listing.readSync())
      names.push(entry.name as unknown as Buffer);
  } finally {
    listing.closeSync();
  }
  return names;
}

function below(folder: string, name: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${folder}/`), name]);
}

function isThere(entry: fs.PathLike): boolean {
  return fs.lstatSync(entry, { throwIfNoEntry: false }) !== undefined;
}

function isFolder(entry: fs.PathLike): boolean {
  return fs.lstatSync(entry, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
