import { readdir, readFile, readlink } from "node:fs/promises";
import * as path from "node:path";
import { publishedPaths } from "../collect/publish";
import { exists } from "../run/exists";
import { collectionFile, sessionFolders, toolchainLinks } from "../run/folders";
import type { SessionName } from "../run/sessionName";
import { outputOf } from "../session/runFolder";
import type { CollectionInput } from "../steps/collectRun";
import { isForbidden } from "./forbidden";

/** Ends the names of folders that are being removed: no stack's name has this character. */
export const removing = "~gc";

/** Names of the stacks whose sessions have a folder in a checkout, and folders that a removal which was cut off left. */
export async function stacksOf(project: string): Promise<{ stacks: string[]; halfRemoved: string[] }> {
  const folder = path.dirname(sessionFolders(project, "x").root);
  const names = await entries(folder);
  const isHalf = (name: string) => name.endsWith(removing);
  return {
    stacks: names.filter((name) => !isHalf(name)),
    halfRemoved: names.filter(isHalf).map((name) => path.join(folder, name)),
  };
}

/** The folders that hold raw counters of runs which were not published, and so can't be had again. */
export async function unpublishedCounters({ project, stack }: SessionName): Promise<string[]> {
  const { live } = sessionFolders(project, stack);
  const found: string[] = [];
  // What begins with a dot is published already, or a probe.
  for (const run of (await entries(live)).filter((name) => !name.startsWith("."))) {
    const folder = path.join(live, run);
    if (!(await holdsFiles(folder))) continue;
    const published = publishedPaths({ output: await outputFolder({ project, stack }), stack, run }).run;
    if (!(await exists(path.join(published, "run.json")))) found.push(folder);
  }
  return found;
}

/** What collections and checkpoints of a session that were cut off left among its published runs. */
export async function partialReports({ project, stack }: SessionName): Promise<string[]> {
  const folder = path.join(await outputFolder({ project, stack }), stack);
  const names = await entries(folder);
  const checkpoints = names.filter((name) => name.endsWith(".checkpoints")).map((name) => path.join(folder, name));
  const found: string[] = [];
  for (const within of [folder, ...checkpoints])
    found.push(...(await entries(within)).filter(isPartial).map((name) => path.join(within, name)));
  return found;
}

/** See `publishedPaths` and `pointLatest` in collect/publish.ts. */
function isPartial(name: string): boolean {
  return /^\.(.+\.partial|latest\.\d+)(~gc)?$/.test(name);
}

/**
 * Links to Go toolchains that are no longer there, and those that were never put in their place, see instrument/runtime/toolchain.ts.
 * @param folder absolute path of the folder that has them
 */
export async function deadToolchainLinks(folder: string = toolchainLinks): Promise<string[]> {
  const found: string[] = [];
  for (const name of await entries(folder)) {
    const link = path.join(folder, name);
    const [, maker] = /\.(\d+)\.\d{6,}$/.exec(name) ?? [];
    const isLink = (await readlink(link).catch(() => undefined)) !== undefined;
    // What another user's folder hides may well be there.
    const isThere = () => exists(link).catch((error: unknown) => isForbidden(error) || Promise.reject(error));
    if (isLink && (maker === undefined ? !(await isThere()) : !isRunning(Number(maker)))) found.push(link);
  }
  return found;
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** The images that a session's own builds made: `up` takes them for there. Names as in `NAME-profile:BUILD`; none where this user may not look. */
export async function buildsOf({ project, stack }: SessionName): Promise<string[]> {
  const { builds } = sessionFolders(project, stack);
  const visible = (folder: string) =>
    entries(folder).catch((error: unknown): string[] => {
      if (isForbidden(error)) return [];
      throw error;
    });
  const operators = await visible(builds);
  const names = operators.map(async (operator) =>
    (await visible(path.join(builds, operator))).map((build) => `${operator}-profile:${build.slice(0, 12)}`),
  );
  return (await Promise.all(names)).flat();
}

/** What its collection was told; what its settings say, where it never came to that. */
async function outputFolder({ project, stack }: SessionName): Promise<string> {
  const text = await readFile(collectionFile(sessionFolders(project, stack).live), "utf8").catch(() => undefined);
  return text === undefined ? outputOf(stack, project) : (JSON.parse(text) as CollectionInput).output;
}

async function holdsFiles(folder: string): Promise<boolean> {
  const all = await readdir(folder, { withFileTypes: true, recursive: true });
  return all.some((entry) => !entry.isDirectory());
}

async function entries(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return [];
    throw error;
  });
}
