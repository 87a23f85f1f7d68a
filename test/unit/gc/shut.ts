import { chmod } from "node:fs/promises";

/** Does something while a folder lets nobody in. Root is let in all the same, and becomes somebody else for so long. */
export async function shut<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const isRoot = process.geteuid!() === 0;
  await chmod(folder, 0);
  if (isRoot) process.seteuid!(65534);
  try {
    return await work();
  } finally {
    if (isRoot) process.seteuid!(0);
    await chmod(folder, 0o755);
  }
}
