import { chmod, mkdir } from "node:fs/promises";
import type { CollectionInput } from "../state/collectionInput";
import { buildFolder, collectionFile } from "../state/folders";
import { replaceFile } from "../system/files/replaceFile";

/**
 * Makes the folder of each operator's current build, writable by every user, because kubelet gives a pod's folder in it the same mode; and
 * keeps what the collection is told where those find it who ask for coverage before.
 */
export async function prepareFolders(input: CollectionInput): Promise<void> {
  const { live, run, operators } = input;
  for (const { name, build } of operators) {
    const folder = buildFolder(live, run, name, build);
    await mkdir(folder, { recursive: true });
    await chmod(folder, 0o777);
  }
  await replaceFile(collectionFile(live), JSON.stringify(input, undefined, 2), 0o600);
}
