import { isUtf8 } from "node:buffer";
import * as fs from "node:fs";

/** A folder that somebody else's processes may write to, held open: whatever takes the place of its name, paths below `path` lead to this one. */
export interface HeldFolder {
  /** a path of this process's, good until `release` is called; names below it are looked up in the folder that is held */
  readonly path: string;
  release(): void;
}

/**
 * Opens a folder by its own name, never through a symbolic link in its place.
 * @param folder absolute path, of which all but the last part is this user's own
 * @throws Error with the code ENOTDIR or ELOOP where something else is there, ENOENT where nothing is
 */
export function holdFolder(folder: fs.PathLike): HeldFolder {
  const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = fs.constants;
  const handle = fs.openSync(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  return { path: `/proc/self/fd/${handle}`, release: () => fs.closeSync(handle) };
}

/** What a folder holds, as far as it was looked through. */
export interface Listing {
  /** in order */
  readonly names: readonly string[];
  /** those of them that were folders */
  readonly folders: ReadonlySet<string>;
  /** names that are no text, with what is none of it replaced: there is no path to them */
  readonly unnameable: readonly string[];
  /** whether there are more */
  readonly cut: boolean;
}

/** More names than any operator's processes leave in one folder; listing so many takes a fraction of a second. */
export const mostNames = 100_000;

/**
 * Lists a folder that may have any number of names, and get more meanwhile.
 * @param folder absolute path
 * @param most how many names are taken
 */
export function listBounded(folder: string, most = mostNames): Listing {
  const names: string[] = [];
  const folders = new Set<string>();
  const unnameable: string[] = [];
  const result = (cut: boolean) => ({ names: names.sort(), folders, unnameable, cut });
  const listing = fs.opendirSync(folder, { encoding: "buffer" as BufferEncoding, bufferSize: 1024 });
  try {
    for (let n = 0; ; n++) {
      const entry = listing.readSync();
      if (entry === null) return result(false);
      if (n === most) return result(true);
      const bytes = entry.name as unknown as Buffer;
      const name = bytes.toString("utf8");
      (isUtf8(bytes) ? names : unnameable).push(name);
      if (isUtf8(bytes) && entry.isDirectory()) folders.add(name);
    }
  } finally {
    listing.closeSync();
  }
}
