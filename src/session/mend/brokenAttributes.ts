import { readdir, readFile, rm } from "node:fs/promises";
import * as path from "node:path";

/**
 * Takes away what a killed Pulumi CLI has left half written beside its state. Its file backend replaces each file at once, but writes the file of attributes
 * beside it (`dev.json.attrs`: a content type and a checksum that nobody asks for) in place. A CLI that is killed just then leaves it empty, and every later
 * command ends with "failed to load checkpoint: EOF", though the state itself is whole. Without a file of attributes, it takes the defaults
 * (gocloud.dev/blob/fileblob/attrs.go).
 * @param state absolute path of the embedded backend's folder
 */
export async function removeBrokenAttributes(state: string): Promise<void> {
  const names = await readdir(path.join(state, ".pulumi"), { recursive: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return [];
      throw error;
    },
  );
  for (const name of names) {
    if (!name.endsWith(".attrs")) continue;
    const file = path.join(state, ".pulumi", name);
    // A CLI that is at work takes its own files away, or has not ended one yet: to lose it costs nothing, see above.
    if (!(await isWhole(file))) await rm(file, { force: true });
  }
}

async function isWhole(file: string): Promise<boolean> {
  const text = await readFile(file, "utf8").catch(() => "{}");
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
