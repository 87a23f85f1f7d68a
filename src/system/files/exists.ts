import { access } from "node:fs/promises";

/**
 * Whether something stands at a path.
 * @throws Error where that can't be told, as in a folder that this user may not look into
 */
export async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT" || error.code === "ENOTDIR") return false;
      throw error;
    },
  );
}
