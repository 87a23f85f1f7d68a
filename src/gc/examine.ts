import { readdir, readFile } from "node:fs/promises";
import * as path from "node:path";
import { lockHolder } from "../session/mend/staleLocks";
import { backendFile, backendFolder, sessionFolders, turnFile } from "../state/folders";
import { packageName } from "../state/packageRoot";
import { type SessionName, stackOfSession } from "../state/sessionName";
import { checkoutOf } from "../state/stateFolder";
import { exists } from "../system/files/exists";
import { marked } from "../system/process/mark";
import { turnOf } from "../system/process/takeTurn";
import { engineHas } from "./engine";
import { isForbidden } from "./forbidden";
import type { Evidence } from "./judge";
import { engineSees } from "./sharedFolder";

/** What the Docker engine has. */
export interface InEngine {
  /** id of an image, to ask the engine by for files and folders; nothing where it has none */
  readonly image: string | undefined;
  /** whether it has anything of this session */
  readonly holds: boolean;
}

/** Looks up what there is to know of a session. Nothing is changed. */
export async function examine(session: SessionName, engine: InEngine): Promise<Evidence> {
  try {
    return await look(session, engine);
  } catch (error) {
    if (!isForbidden(error)) throw error;
    return { checkout: "forbidden", ...nothing };
  }
}

const nothing = { folder: false, record: false, resources: undefined };

async function look(session: SessionName, { image, holds }: InEngine): Promise<Evidence> {
  const { state, stack } = session;
  if (!(await exists(state)))
    return { checkout: (await isGone(state, session, image)) ? "here" : "elsewhere", ...nothing };
  // One of another machine may have the same path, and other files.
  if (holds && !(image !== undefined && (await engineSees(session, image)))) return { checkout: "apart", ...nothing };
  const checkout = await checkoutOf(state);
  const isHere = checkout === undefined || (await exists(checkout));
  if (!isHere && !(await isGone(checkout, session, image))) return { checkout: "elsewhere", ...nothing };
  const folders = sessionFolders(state, stack);
  const turn = turnFile(folders.live);
  // The backend of this state folder: whether it was that session's when it began is on record.
  const embedded = backendFolder(state);
  const projects = await projectsIn(embedded);
  const pulumiStack = stackOfSession(stack);
  const holders = projects.map((name) => lockHolder(embedded, `organization/${name}/${pulumiStack}`));
  const holder = (await Promise.all(holders)).find((pid) => pid !== undefined);
  const [backend, folder, record] = await Promise.all([
    readFile(backendFile(folders.live), "utf8").catch(unlessForbidden(undefined)),
    exists(folders.root),
    exists(folders.record),
  ]);
  return {
    checkout: isHere ? "here" : "gone",
    folder,
    record,
    resources:
      backend === "other" ? undefined : await resourcesOf(embedded, projects, pulumiStack, backend === "embedded"),
    worker: holder ?? (await turnOf(turn))?.pid ?? (await marked(turn))[0]?.pid,
  };
}

/**
 * Whether a folder is neither here nor where the Docker engine is. In doubt it is there.
 * @param session whose labels the engine's answer gets
 */
export async function isGone(folder: string, session: SessionName, image: string | undefined): Promise<boolean> {
  if (await exists(folder)) return false;
  return image !== undefined && (await engineHas(folder, session, image)) === false;
}

/** What Pulumi's file backend keeps of a stack, as far as it matters here (pulumi/sdk/go/common/apitype/core.go). */
interface Kept {
  readonly checkpoint?: {
    readonly latest?: { readonly resources?: readonly { readonly custom?: boolean; readonly type: string }[] };
  };
}

/** Names of the Pulumi projects whose stacks a backend may have: people's own programs have others than this package's. */
async function projectsIn(state: string): Promise<string[]> {
  const found = await readdir(path.join(state, ".pulumi", "stacks")).catch(unlessForbidden<string[]>([]));
  return [...new Set([packageName, ...found])];
}

/**
 * Counts what `destroy` would take away: the session's stack is that of one of these projects.
 * @param isEmbedded whether the session is known to have used this backend
 * @returns nothing where this state may not be all that there is
 */
async function resourcesOf(
  state: string,
  projects: readonly string[],
  stack: string,
  isEmbedded: boolean,
): Promise<number | undefined> {
  let sum: number | undefined = isEmbedded ? 0 : undefined;
  for (const project of projects) {
    const folder = path.join(state, ".pulumi", "stacks", project);
    const names = await readdir(folder).catch(unlessForbidden<string[]>([]));
    if (!names.includes(`${stack}.json`)) {
      // Pulumi can be told to compress its state, as STACK.json.gz.
      if (names.includes(`${stack}.json.gz`)) return undefined;
      continue;
    }
    const count = await resourcesIn(path.join(folder, `${stack}.json`));
    if (count === undefined) return undefined;
    sum = (sum ?? 0) + count;
  }
  return sum;
}

async function resourcesIn(file: string): Promise<number | undefined> {
  try {
    const { checkpoint } = JSON.parse(await readFile(file, "utf8")) as Kept;
    const resources = checkpoint?.latest?.resources ?? [];
    return resources.filter(({ custom, type }) => custom && !type.startsWith("pulumi:providers:")).length;
  } catch (error) {
    return unlessForbidden(undefined)(error);
  }
}

function unlessForbidden<T>(otherwise: T): (error: unknown) => T {
  return (error) => {
    if (isForbidden(error)) throw error;
    return otherwise;
  };
}
