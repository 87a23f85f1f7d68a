import { realpathSync } from "node:fs";
import * as path from "node:path";

/**
 * Whether something is a folder, or lies below it, by its name or by what links lead to. It need not be there yet.
 * @param file absolute path
 * @param folder absolute path
 */
export function isWithin(file: string, folder: string): boolean {
  return isBelow(path.resolve(file), path.resolve(folder)) || isBelow(resolved(file), resolved(folder));
}

function isBelow(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return relative === "" || (relative.split(path.sep)[0] !== ".." && !path.isAbsolute(relative));
}

/** With no link in what there is of it. */
function resolved(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    const parent = path.dirname(file);
    return parent === file ? file : path.join(resolved(parent), path.basename(file));
  }
}
