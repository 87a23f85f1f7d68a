import * as path from "node:path";
import { exists } from "../../../system/files/exists";
import { digestFolder } from "../../packages/fileDigest";
import type { GoPackage } from "../../packages/goPackages";

/**
 * Digests the files that ko adds to the images: those in the folder kodata beside each main package, where links lead to what they name.
 * @param packages what the programs are made of
 * @returns by import path
 */
export async function dataDigests(packages: readonly GoPackage[]): Promise<Record<string, string>> {
  const digests: Record<string, string> = {};
  for (const { Name, Dir, DepOnly, ImportPath } of packages) {
    const folder = path.join(Dir, "kodata");
    if (Name !== "main" || DepOnly || !(await exists(folder))) continue;
    digests[ImportPath] = await digestFolder(folder, { file: () => true, folder: () => true, follow: true });
  }
  return digests;
}
