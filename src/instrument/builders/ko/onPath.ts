import { access, constants } from "node:fs/promises";
import * as path from "node:path";

/** Whether a program is on PATH. */
export async function isOnPath(program: string, search = process.env.PATH ?? ""): Promise<boolean> {
  const found = search.split(path.delimiter).map((folder) =>
    access(path.resolve(folder, program), constants.X_OK).then(
      () => true,
      () => false,
    ),
  );
  return (await Promise.all(found)).includes(true);
}
