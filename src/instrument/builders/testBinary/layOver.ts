import { readdir, readFile, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { packageRoot } from "../../../state/packageRoot";
import { digestFolder } from "../../packages/fileDigest";
import { hookExit } from "./exitHook";

/** What `go test -overlay` takes: the files that stand for others, or, where empty, delete them. All paths are absolute. */
export interface Overlay {
  readonly Replace: Readonly<Record<string, string>>;
}

/** What an overlay adds to a main package. */
export interface LayOver {
  /** absolute path of the main package */
  readonly folder: string;
  readonly importPath: string;
  /** absolute path of package os in the Go that builds; undefined where that one's os.Exit writes what was covered */
  readonly os?: string;
}

/** Where the sources that are laid over an operator live. */
const program = path.join(packageRoot(), "go/testBinary/_program");

/**
 * Digests the sources that are laid over an operator: others make another build.
 * @param folder absolute path of them
 * @returns hexadecimal SHA-256
 */
export function programDigest(folder = program): Promise<string> {
  return digestFolder(folder, { file: () => true, folder: () => true });
}

/** The package that is added below the main package, and the first part of the name of the test that is added to it. */
const added = "zz_operator_coverage";

/** The import path that stands for that package in our sources. */
const placeholder = '"operator/coverage"';

/**
 * Writes an overlay that turns a main package into a test of its main, whatever tests it has of its own: they are not there, with all that they
 * need, so that another TestMain or a module that only tests import does no harm.
 * @param into absolute path of an empty folder that is there as long as the build runs
 * @returns absolute path of the overlay, for `-overlay`
 */
export async function layOver({ folder, importPath, os }: LayOver, into: string): Promise<string> {
  const replace: Record<string, string> = {};
  for (const name of await readdir(folder)) {
    if (name.endsWith("_test.go")) replace[path.join(folder, name)] = "";
  }
  const write = async (replaced: string, name: string, content: string) => {
    const file = path.join(into, name);
    await writeFile(file, content);
    replace[replaced] = file;
  };
  const main = await readFile(path.join(program, "main_test.go"), "utf8");
  const withImport = main.replace(placeholder, JSON.stringify(`${importPath}/${added}`));
  await write(path.join(folder, `${added}_test.go`), "main_test.go", withImport);
  for (const name of await readdir(path.join(program, "operatorcoverage"))) {
    const content = await readFile(path.join(program, "operatorcoverage", name), "utf8");
    await write(path.join(folder, added, name), name, content);
  }
  if (os) {
    const proc = path.join(os, "proc.go");
    await write(proc, "proc.go", hookExit(await readFile(proc, "utf8")));
  }
  const overlay: Overlay = { Replace: replace };
  const file = path.join(into, "overlay.json");
  await writeFile(file, JSON.stringify(overlay, undefined, 2));
  return file;
}
