import { readFileSync } from "node:fs";
import * as path from "node:path";

/** The name in our own package.json. */
export const packageName = "operator-coverage";

let own: string | undefined;

/**
 * The folder of this package: the nearest one upwards with our own package.json. It is the same for sources and for compiled code in `dist`, in a checkout and
 * in somebody's node_modules.
 * @returns an absolute path
 * @throws Error where a copy of this file lies in no such folder
 */
export function packageRoot(): string {
  own ??= nearestPackage(__dirname);
  return own;
}

/**
 * The nearest folder upwards that has our own package.json.
 * @param from absolute path of a folder
 * @throws Error where there is none
 */
export function nearestPackage(from: string): string {
  for (let folder = from; ; folder = path.dirname(folder)) {
    if (nameIn(folder) === packageName) return folder;
    if (path.dirname(folder) === folder)
      throw new Error(
        `Expected a package.json of ${packageName} in ${from} or a folder above it, got none. Install the package whole.`,
      );
  }
}

function nameIn(folder: string): unknown {
  try {
    return (JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")) as { name?: unknown } | null)?.name;
  } catch (error) {
    // A file that is no JSON is not ours.
    if (error instanceof SyntaxError || ["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? ""))
      return undefined;
    throw error;
  }
}
