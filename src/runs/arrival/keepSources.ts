import { copyFile, mkdir, readdir } from "node:fs/promises";
import * as path from "node:path";

/**
 * Copies Go sources into a run's folder, so that its reports can be made again anywhere. Where there are none, the reports say so.
 * @param from absolute path of a folder laid out by import path
 * @param to absolute path, made where it is not there
 */
export async function keepSources(from: string, to: string): Promise<void> {
  for (const name of await keptSources(from)) {
    await mkdir(path.dirname(path.join(to, name)), { recursive: true });
    await copyFile(path.join(from, name), path.join(to, name));
  }
}

/**
 * The names of Go sources, by import path; none where the folder is not there.
 * @param folder absolute path of a folder laid out by import path
 */
export async function keptSources(folder: string): Promise<Set<string>> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return [];
      throw error;
    },
  );
  const sources = entries.filter((entry) => entry.isFile() && entry.name.endsWith(".go"));
  return new Set(sources.map(({ parentPath, name }) => path.relative(folder, path.join(parentPath, name))));
}
