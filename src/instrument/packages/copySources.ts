import { copyFile, mkdir } from "node:fs/promises";
import * as path from "node:path";
import type { GoPackage } from "./goPackages";

/**
 * Keeps the sources that a build covers, laid out by import path as coverage profiles name them. Reports are made from these copies:
 * the sources themselves may have been edited by then, and would show counts on the wrong lines.
 * @param packages the packages to keep
 * @param folder absolute path to write to
 */
export async function copySources(packages: readonly GoPackage[], folder: string): Promise<void> {
  await Promise.all(
    packages.map(async (p) => {
      const to = path.join(folder, p.ImportPath);
      await mkdir(to, { recursive: true });
      const names = [...(p.GoFiles ?? []), ...(p.CgoFiles ?? [])];
      await Promise.all(names.map((name) => copyFile(path.join(p.Dir, name), path.join(to, path.basename(name)))));
    }),
  );
}
