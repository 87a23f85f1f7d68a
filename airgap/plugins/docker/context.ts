import { createHash, type Hash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { pipeline } from "node:stream/promises";
import { hasExceptions, ignorer } from "./ignore";

/**
 * Digests what a build can see: the Dockerfile, and the names, modes and contents of the context's files that
 * aren't ignored. Symbolic links count by where they point.
 *
 * @param context an existing folder. @param dockerfile an existing file, inside of it or not.
 * @returns hexadecimal SHA-256.
 */
export async function contextDigest(context: string, dockerfile: string): Promise<string> {
  const ignore = readIfThere(`${dockerfile}.dockerignore`) ?? readIfThere(path.join(context, ".dockerignore"));
  const isIgnored = ignorer(ignore);
  const hash = createHash("sha256");
  await addFile(hash, "", dockerfile);

  const addFolder = async (folder: string): Promise<void> => {
    const names = await fs.promises.readdir(path.join(context, folder));
    // An order of our own, for the file system's may change.
    for (const name of names.sort()) {
      const relative = folder === "" ? name : `${folder}/${name}`;
      const ignored = isIgnored(relative);
      const file = path.join(context, relative);
      const isFolder = (await fs.promises.lstat(file)).isDirectory();
      if (isFolder && !(ignored && !hasExceptions(ignore))) await addFolder(relative);
      else if (!isFolder && !ignored) await addFile(hash, relative, file);
    }
  };
  await addFolder("");
  return hash.digest("hex");
}

async function addFile(hash: Hash, name: string, file: string): Promise<void> {
  const stat = await fs.promises.lstat(file);
  // A zero byte can't be part of a name, so that names and contents can't be taken for each other.
  hash.update(`${name}\0${(stat.mode & 0o7777).toString(8)}\0${stat.size}\0`);
  if (stat.isSymbolicLink()) hash.update(await fs.promises.readlink(file));
  else if (stat.isFile()) await pipeline(fs.createReadStream(file), hash, { end: false });
}

function readIfThere(file: string): string | undefined {
  return fs.existsSync(file) ? fs.readFileSync(file, "utf8") : undefined;
}
