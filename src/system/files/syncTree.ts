import { open, readdir } from "node:fs/promises";
import * as path from "node:path";

/** More at once only wait for the disk, whose journal takes those together that come together. */
const AT_ONCE = 16;

/** Returns once everything in a folder is on disk, the folder and its files, so that nothing else need keep it. */
export async function syncTree(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const waiting = entries.filter((e) => e.isFile() || e.isDirectory()).map((e) => path.join(e.parentPath, e.name));
  waiting.push(folder);
  const work = async () => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) await sync(next);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

/** Returns once a file or folder is on disk. */
export async function sync(file: string): Promise<void> {
  const handle = await open(file, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
