import { readdir, readFile } from "node:fs/promises";
import * as path from "node:path";
import { hasLineDirectives } from "../profile/lineDirectives";

/** A source of a package, one character a byte, since Go counts columns in bytes. */
export interface Source {
  readonly name: string;
  readonly text: string;
}

/**
 * The kept sources of a package, in the order in which the go command covers them: those that use C come last.
 * @param folder absolute path
 * @returns undefined where there are none, or none may hold a `//line` directive
 */
export async function packageWithDirectives(folder: string): Promise<Source[] | undefined> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (["ENOENT", "ENOTDIR", "ENAMETOOLONG"].includes(error.code ?? "")) return [];
    throw error;
  });
  const names = entries.filter((entry) => entry.isFile() && entry.name.endsWith(".go")).map(({ name }) => name);
  const sources: Source[] = [];
  for (const name of names) sources.push({ name, text: await readFile(path.join(folder, name), "latin1") });
  if (!sources.some(({ text }) => hasLineDirectives(text))) return undefined;
  const usesC = ({ text }: Source) => Number(/^\s*(?:import\s+)?"C"/m.test(text));
  return sources.sort((a, b) => usesC(a) - usesC(b) || (a.name < b.name ? -1 : 1));
}
