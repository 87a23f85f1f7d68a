import { readdir } from "node:fs/promises";
import * as path from "node:path";

/**
 * The JSON files that Pulumi's file backend keeps of one kind.
 * @param state absolute path of the embedded backend's folder
 * @returns their paths relative to the folder of that kind; none where there is no such folder
 */
export async function stateFiles(state: string, kind: "stacks" | "locks"): Promise<string[]> {
  const names = await readdir(path.join(state, ".pulumi", kind), { recursive: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return [];
      throw error;
    },
  );
  return names.filter((name) => name.endsWith(".json"));
}
