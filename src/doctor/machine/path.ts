import * as fs from "node:fs";
import * as path from "node:path";

/** The files of a name that can be executed, in the order of PATH: absolute paths. */
export function filesOnPath(name: string, { PATH = "" }: NodeJS.ProcessEnv): string[] {
  return PATH.split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder))
    .map((folder) => path.join(folder, name))
    .filter(isExecutable);
}

/** Whether something is a file that this user may execute. */
export function isExecutable(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}
