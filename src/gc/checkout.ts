import { readdir, readFile, readlink } from "node:fs/promises";
import * as path from "node:path";
import { publishedPaths } from "../runs/arrival/publish";
import { outputOf } from "../runs/runFolder";
import type { CollectionInput } from "../state/collectionInput";
import { collectionFile, ownOutput, sessionFolders, toolchainLinks } from "../state/folders";
import { projectBeside } from "../state/project";
import type { SessionName } from "../state/sessionName";
import { readRecord } from "../state/sessionRecord";
import { checkoutOf, formerFolder } from "../state/stateFolder";
import { exists } from "../system/files/exists";
import { isWithin } from "../system/files/isWithin";
import { remains } from "../system/untrusted/removeTree";
import { isForbidden } from "./forbidden";

/** Ends the names of folders that are being removed: no stack's name has this character. */
export const removing = "~gc";

/** Names of the stacks whose sessions have a folder in a state folder, and folders that a removal which was cut off left. */
export async function stacksOf(state: string): Promise<{ stacks: string[]; halfRemoved: string[] }> {
  const folder = path.dirname(sessionFolders(state, "x").root);
  const names = await entries(folder);
  // A removal that was cut off may have left the folder, what was moved out of it, or both.
  const asRemoved = (name: string) => (name.endsWith(`${removing}${remains}`) ? name.slice(0, -remains.length) : name);
  const isHalf = (name: string) => asRemoved(name).endsWith(removing);
  return {
    stacks: names.filter((name) => !isHalf(name)),
    halfRemoved: [...new Set(names.filter(isHalf).map(asRemoved))].map((name) => path.join(folder, name)),
  };
}

/** The folders that hold raw counters of runs which were not published, and so can't be had again. */
export async function unpublishedCounters({ state, stack }: SessionName): Promise<string[]> {
  const { live } = sessionFolders(state, stack);
  const found: string[] = [];
  // What begins with a dot is published already, or a probe.
  for (const run of (await entries(live)).filter((name) => !name.startsWith("."))) {
    const folder = path.join(live, run);
    if (!(await holdsFiles(folder))) continue;
    const published = publishedPaths({ output: await outputFolder({ state, stack }), stack, run }).run;
    if (!(await exists(path.join(published, "run.json")))) found.push(folder);
  }
  return found;
}

/** Reports that were never finished. */
export interface Partials {
  readonly own: string[];
  /** those of runs that nothing here knows of: another checkout that publishes in the same folder may be at work on them */
  readonly others: string[];
}

/** What collections and checkpoints of a session that were cut off left among its published runs. */
export async function partialReports({ state, stack }: SessionName): Promise<Partials> {
  const output = await outputFolder({ state, stack });
  const folder = path.join(output, stack);
  const names = await entries(folder);
  const found: { file: string; run: string | undefined }[] = [];
  for (const name of names) {
    const file = path.join(folder, name);
    const [, run] = /^\.(.+)\.partial(?:~gc)?$/.exec(name) ?? [];
    const [, withCheckpoints] = /^(.+)\.checkpoints$/.exec(name) ?? [];
    if (run !== undefined) found.push({ file, run });
    else if (/^\.latest\.\d+(~gc)?$/.test(name)) found.push({ file, run: await readlink(file).catch(() => undefined) });
    else if (withCheckpoints !== undefined)
      for (const inner of (await entries(file)).filter(isPartial))
        found.push({ file: path.join(file, inner), run: withCheckpoints });
  }
  const runs = await ownRuns({ state, stack });
  // In its own state folder no other checkout publishes.
  const isOwn = ({ run }: { run: string | undefined }) =>
    isWithin(output, state) || (run !== undefined && runs.has(run));
  const files = (wanted: boolean) => found.filter((one) => isOwn(one) === wanted).map(({ file }) => file);
  return { own: files(true), others: files(false) };
}

/** See `publishedPaths` and `pointLatest` in src/runs/arrival/publish.ts. */
function isPartial(name: string): boolean {
  return /^\.(.+\.partial|latest\.\d+)(~gc)?$/.test(name);
}

/** The runs that a session's own records name. */
async function ownRuns({ state, stack }: SessionName): Promise<Set<string>> {
  const { record, live } = sessionFolders(state, stack);
  const [began, told, arrived] = await Promise.all([readRecord(record), collectionOf({ state, stack }), entries(live)]);
  const discarded = arrived.map((name) => name.replace(/^\.(.+)\.published$/, "$1"));
  return new Set([...discarded, began?.run, told?.run].filter((run) => run !== undefined));
}

/**
 * Links to Go toolchains that are no longer there, and those that were never put in their place, see src/instrument/runtime/toolchain.ts.
 * @param state absolute path of the state folder that has them
 */
export async function deadToolchainLinks(state: string): Promise<string[]> {
  const folder = toolchainLinks(state);
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
export async function buildsOf({ state, stack }: SessionName): Promise<string[]> {
  const { builds } = sessionFolders(state, stack);
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
async function outputFolder({ state, stack }: SessionName): Promise<string> {
  const told = await collectionOf({ state, stack });
  if (told) return told.output;
  const project = await checkoutOf(state);
  const own = path.basename(state) === formerFolder ? path.join(path.dirname(state), "coverage") : ownOutput(state);
  return project === undefined ? own : outputOf(stack, await projectBeside(project, state), own);
}

async function collectionOf({ state, stack }: SessionName): Promise<CollectionInput | undefined> {
  const text = await readFile(collectionFile(sessionFolders(state, stack).live), "utf8").catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as CollectionInput);
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
