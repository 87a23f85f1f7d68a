import { readFile } from "node:fs/promises";
import { hasLineDirectives } from "../profile/lineDirectives";
import type { Profile } from "../profile/profile";
import { untracedNote } from "./traceLines";

/**
 * Names the files with `//line` directives among those of a main package that was built by the names of its files: Go then gives blocks the lines of
 * another file under the name of theirs.
 * @param arrived the profile with the names that Go gave
 * @param named the same with the names of kept sources, see `nameByImport`
 * @param locate gives the absolute path of a file's source, or undefined
 * @returns a sentence each
 */
export async function directedMainFiles(
  arrived: Profile,
  named: Profile,
  locate: (file: string) => string | undefined,
): Promise<string[]> {
  const known = new Set(arrived.files.map(({ name }) => name));
  const notes: string[] = [];
  for (const { name } of named.files) {
    const source = known.has(name) ? undefined : locate(name);
    const text = source && (await readFile(source, "latin1").catch(() => undefined));
    if (text && hasLineDirectives(text))
      notes.push(untracedNote(name, "its package was built by the names of its files"));
  }
  return notes;
}
