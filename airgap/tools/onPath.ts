import * as fs from "node:fs";
import * as path from "node:path";

/** Returns the files of that name which can be executed, in the order of PATH. */
export function allOnPath(name: string, searchPath: string = process.env.PATH ?? ""): string[] {
  return searchPath
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder))
    .map((folder) => path.join(folder, name))
    .filter(isExecutable);
}

/** Returns the first of them. */
export function onPath(name: string, searchPath?: string): string | undefined {
  return allOnPath(name, searchPath)[0];
}

/** Tells whether `file` is a file that this user may execute. */
export function isExecutable(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}
