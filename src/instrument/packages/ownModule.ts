import { realpath } from "node:fs/promises";
import * as path from "node:path";
import { type GoListOptions, mainModules } from "./goPackages";

/** The Go module that an operator's source belongs to. */
export interface OwnModule {
  /** its import path */
  readonly path: string;
  /** import path of the source, a folder in it */
  readonly folder: string;
  /** whether the go command takes no other for a main module: in a workspace, all that are used are */
  readonly alone: boolean;
}

/**
 * Finds the Go module that a folder belongs to: of the main ones, the innermost around it.
 * @returns undefined where the folder is in none, as a workspace's own may be, or where there are no modules
 * @throws ProgramError with the go command's words
 */
export async function ownModule(options: Pick<GoListOptions, "source" | "env">): Promise<OwnModule | undefined> {
  if ((options.env?.GO111MODULE ?? process.env.GO111MODULE) === "off") return undefined;
  const source = await realpath(options.source);
  const modules = await Promise.all(
    (await mainModules(options)).map(async ({ Path, Dir }) => ({ path: Path, folder: await realpath(Dir) })),
  );
  const [own] = modules
    .map((module) => ({ ...module, below: path.relative(module.folder, source) }))
    .filter(({ below }) => below !== ".." && !below.startsWith(`..${path.sep}`))
    .sort((a, b) => b.folder.length - a.folder.length);
  if (!own) return undefined;
  const folder = path.posix.join(own.path, ...own.below.split(path.sep));
  return { path: own.path, folder, alone: modules.length === 1 };
}
