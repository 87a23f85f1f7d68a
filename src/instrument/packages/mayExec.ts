import { readFile } from "node:fs/promises";
import * as path from "node:path";
import type { GoPackage } from "./goPackages";

/** Packages with an Exec that has another program take the place of the process's own; the second calls the first. */
const homes = ["syscall", "golang.org/x/sys/unix"];

/** How a file imports one of them, if under another name. */
const imported = /(?:([\w.]+)[ \t]+)?["`](?:syscall|golang\.org\/x\/sys\/unix)["`]/g;

/**
 * Whether a program may replace itself with another one in its process, by the sources of all that it is made of; nothing in the standard library does. It may
 * say so of one that never gets there, which costs no more than time to compile.
 * @param packages what it is made of
 */
export async function mayExec(packages: readonly GoPackage[]): Promise<boolean> {
  const importing = packages.filter(
    ({ Standard, ImportPath, Imports = [] }) =>
      !Standard && !homes.includes(ImportPath) && homes.some((home) => Imports.includes(home)),
  );
  const files = importing.flatMap(({ Dir, GoFiles = [], CgoFiles = [] }) =>
    [...GoFiles, ...CgoFiles].map((name) => path.join(Dir, name)),
  );
  const found = await Promise.all(files.map(async (file) => refersToExec(await readFile(file, "utf8"))));
  return found.includes(true);
}

/** Whether Go source refers to such an Exec. */
export function refersToExec(source: string): boolean {
  for (const [, name] of source.matchAll(imported)) {
    if (name === "_") continue;
    const exec =
      name === "."
        ? /\bExec\b/
        : new RegExp(`\\b${name === undefined || name === "import" ? "(?:syscall|unix)" : name}\\s*\\.\\s*Exec\\b`);
    if (exec.test(source)) return true;
  }
  return false;
}
