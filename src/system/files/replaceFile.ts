import { rename, rm, writeFile } from "node:fs/promises";
import * as path from "node:path";

/**
 * Writes a file whole or not at all, over the one that was there.
 * @param file absolute path in a folder that is there
 * @param mode of the file, before the process's umask
 */
export async function replaceFile(file: string, content: string | Uint8Array, mode = 0o666): Promise<void> {
  const aside = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}`);
  try {
    await writeFile(aside, content, { mode });
    await rename(aside, file);
  } finally {
    await rm(aside, { force: true });
  }
}
