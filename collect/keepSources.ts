import { copyFile, mkdir, readdir } from "node:fs/promises";
import * as path from "node:path";

/**
 * Copies Go sources into a run's folder, so that its reports can be made again anywhere. Where there are none, the reports say so.
 * @param from absolute path of a folder laid out by import path
 * @param to absolute path, made where it is not there
 */
export async function keepSources(from: string, to: string): Promise<void> {
  const entries = await readdir(from, { withFileTypes: true, recursive: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return [];
      throw error;
    },
  );
  for (const entry of entries) {
    if (!entry.isFile() || !entry.name.endsWith(".go")) continue;
    const folder = path.join(to, path.relative(from, entry.parentPath));
    await mkdir(folder, { recursive: true });
    await copyFile(path.join(entry.parentPath, entry.name), path.join(folder, entry.name));
  }
}
