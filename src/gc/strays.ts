import { readdir } from "node:fs/promises";
import * as path from "node:path";
import { backendFolder, bracketFile, ownOutput, sessionFolders, toolchainLinks } from "../state/folders";
import { checkoutOf } from "../state/stateFolder";
import { exists } from "../system/files/exists";
import { deadToolchainLinks, stacksOf } from "./checkout";
import { isGone } from "./examine";
import type { SessionPlan, Thing } from "./plan";

/** Leftovers that belong to no session. */
export interface Strays {
  /** where they are, in words */
  readonly of: string;
  readonly things: readonly Thing[];
  /** what stays, and why, a line each */
  readonly notes: readonly string[];
  /** looks again whether they may go */
  readonly isDead: () => Promise<boolean>;
}

/** @param states absolute paths of the checkout's state folders */
export async function ownStrays(project: string, states: readonly string[]): Promise<Strays> {
  const things: Thing[] = [];
  for (const state of states) {
    for (const name of (await stacksOf(state)).halfRemoved) things.push({ kind: "folder", name });
    for (const name of await deadToolchainLinks(state)) things.push({ kind: "file", name });
  }
  return { of: `of no session, in ${project}`, things, notes: [], isDead: async () => true };
}

/**
 * What a state folder keeps besides its sessions, once its checkout is gone and they are dead: reports stay, and all of it where raw counters do, for a checkout in the
 * same place could publish those.
 * @param state absolute path
 * @param sessions those of this folder
 */
export async function straysOfGone(
  state: string,
  sessions: readonly SessionPlan[],
  image: string | undefined,
): Promise<Strays> {
  const checkout = (await checkoutOf(state)) ?? state;
  const isDead = () => isGone(checkout, { state, stack: "none" }, image);
  const strays = { of: `of ${checkout}, which is gone`, notes: [] as string[], isDead };
  if (sessions.some(({ counters }) => counters.length > 0)) return { ...strays, things: [] };
  const output = ownOutput(state);
  if (!(await holdsReports(output))) return { ...strays, things: [{ kind: "folder", name: state }] };
  const parts = [
    backendFolder(state),
    toolchainLinks(state),
    path.dirname(bracketFile(state, "x")),
    path.dirname(sessionFolders(state, "x").announced),
  ];
  const things: Thing[] = [];
  for (const name of parts) if (await exists(name)) things.push({ kind: "folder", name });
  return { ...strays, things, notes: [`kept: ${output}, reports; remove it where nobody needs them`] };
}

/** Whether there is any file that is no part of an unfinished report. */
async function holdsReports(output: string): Promise<boolean> {
  const all = await readdir(output, { withFileTypes: true, recursive: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  const isUnfinished = (file: string) => file.split(path.sep).some((name) => name.startsWith("."));
  return all.some(
    (entry) => !entry.isDirectory() && !isUnfinished(path.relative(output, path.join(entry.parentPath, entry.name))),
  );
}
