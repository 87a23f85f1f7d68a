import { realpath, symlink } from "node:fs/promises";
import * as path from "node:path";
import { mistake, Phrase } from "../../../settings/problems";
import type { GoPackage } from "../../packages/goPackages";

/** Where a main package is built, with something laid over it. */
export interface Place {
  /** absolute path that the go command runs in */
  readonly source: string;
  /** absolute path of the main package, as the go command says it */
  readonly folder: string;
  /** what the go command needs to know besides */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Finds a place where a main package can be laid over. Go refuses to lay anything over files in its module cache, so sources there are
 * reached by a link.
 * @param main the main package
 * @param source absolute path of the folder that its build runs in
 * @param cache GOMODCACHE
 * @param into absolute path of a folder for the link, which has to last as long as the build
 * @throws SettingsError where it is no package of the sources' own, but of a module that they require
 */
export async function placeSources(main: GoPackage, source: string, cache: string, into: string): Promise<Place> {
  const { Dir: folder, Module: module, ImportPath: importPath } = main;
  if (importPath === "command-line-arguments") {
    const wayOut = "A test belongs to a whole package: name its folder, such as ./cmd/manager.";
    throw mistake("main", "a package in mode test-binary", new Phrase("files of one"), wayOut);
  }
  const inCache = isBelow(folder, cache);
  if (!module?.Dir || !isBelow(folder, module.Dir) || (inCache && !module.Main)) {
    const wayOut = `Set \`source\` to the folder of that module, and \`main\` to the package in it.`;
    const got = new Phrase(`${importPath} of the module ${module?.Path}, which lies in ${folder}`);
    throw mistake("main", "a package of the operator's own module in mode test-binary", got, wayOut);
  }
  if (!inCache) return { source, folder, env: {} };
  const root = module.Dir;
  const link = path.join(into, "source");
  await symlink(root, link);
  const linked = (at: string) => path.join(link, path.relative(root, at));
  const place = linked(await realpath(source));
  // By PWD the go command knows by which way it got there.
  return { source: place, folder: linked(folder), env: { PWD: place } };
}

function isBelow(file: string, folder: string): boolean {
  return file === folder || file.startsWith(`${folder}${path.sep}`);
}
