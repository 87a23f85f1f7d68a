import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, readlink, stat } from "node:fs/promises";
import * as path from "node:path";
import { pipeline } from "node:stream/promises";

/** Which files of a folder count, by their paths relative to it, with slashes. */
export interface Choice {
  readonly file: (relative: string) => boolean;
  /** whether to look into a folder at all */
  readonly folder: (relative: string) => boolean;
  /** whether symbolic links count as what they point to, not by where that is */
  readonly follow?: boolean;
}

const together = 16;

/**
 * Digests the names, modes and contents of a folder's files.
 * @param folder absolute path
 * @returns hexadecimal SHA-256
 */
export async function digestFolder(folder: string, choice: Choice): Promise<string> {
  const files = await listFiles(folder, "", choice);
  const lines: string[] = [];
  for (let from = 0; from < files.length; from += together)
    lines.push(...(await Promise.all(files.slice(from, from + together).map((file) => describeFile(folder, file)))));
  return createHash("sha256").update(JSON.stringify(lines.sort())).digest("hex");
}

interface Found {
  readonly relative: string;
  readonly link: boolean;
}

async function listFiles(folder: string, below: string, choice: Choice): Promise<Found[]> {
  const entries = await readdir(path.join(folder, below), { withFileTypes: true });
  const found = await Promise.all(
    entries.map(async (entry): Promise<Found[]> => {
      const relative = below ? `${below}/${entry.name}` : entry.name;
      const link = entry.isSymbolicLink() && !choice.follow;
      const kind = entry.isSymbolicLink() && choice.follow ? await stat(path.join(folder, relative)) : entry;
      if (kind.isDirectory()) return choice.folder(relative) ? listFiles(folder, relative, choice) : [];
      // Sockets and the like are in no image.
      return (link || kind.isFile()) && choice.file(relative) ? [{ relative, link }] : [];
    }),
  );
  return found.flat();
}

async function describeFile(folder: string, { relative, link }: Found): Promise<string> {
  const file = path.join(folder, relative);
  if (link) return `${relative}\0-> ${await readlink(file)}`;
  const { mode } = await stat(file);
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return `${relative}\0${(mode & 0o777).toString(8)} ${hash.digest("hex")}`;
}
