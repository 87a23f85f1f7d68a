import { readdir, readFile } from "node:fs/promises";
import * as path from "node:path";
import { marked } from "../process/mark";
import { turnOf } from "../process/takeTurn";
import { exists } from "../run/exists";
import { backendFile, sessionFolders, turnFile } from "../run/folders";
import type { SessionName } from "../run/sessionName";
import { embeddedState } from "../session/pulumiEnvironment";
import { lockHolder } from "../session/staleLocks";
import { engineHasCheckout } from "./engine";
import { isForbidden } from "./forbidden";
import type { Evidence } from "./judge";

/** The Pulumi project, see Pulumi.yaml: its stacks' states lie in a folder of this name. */
const pulumiProject = "operator-coverage";

/**
 * Looks up what there is to know of a session. Nothing is changed.
 * @param image id of an image that the Docker engine has, to ask it by for a checkout that is not to be seen here
 */
export async function examine(session: SessionName, image: string | undefined): Promise<Evidence> {
  try {
    return await look(session, image);
  } catch (error) {
    if (!isForbidden(error)) throw error;
    return { checkout: "forbidden", ...nothing };
  }
}

const nothing = { folder: false, record: false, resources: undefined };

async function look(session: SessionName, image: string | undefined): Promise<Evidence> {
  const { project, stack } = session;
  if (!(await exists(project))) {
    const seen = image === undefined || (await engineHasCheckout(session, image));
    return { checkout: seen ? "elsewhere" : "gone", ...nothing };
  }
  const folders = sessionFolders(project, stack);
  const turn = turnFile(folders.live);
  // An environment without a backend of the user's: what it was when that session began is on record.
  const state = embeddedState(project, {})!;
  const holder = await lockHolder(state, `organization/${pulumiProject}/${stack}`);
  const [backend, folder, record] = await Promise.all([
    readFile(backendFile(folders.live), "utf8").catch(unlessForbidden(undefined)),
    exists(folders.root),
    exists(folders.record),
  ]);
  return {
    checkout: "here",
    folder,
    record,
    resources: backend === "other" ? undefined : await resourcesOf(state, stack, backend === "embedded"),
    worker: holder ?? (await turnOf(turn))?.pid ?? (await marked(turn))[0]?.pid,
  };
}

/** What Pulumi's file backend keeps of a stack, as far as it matters here (pulumi/sdk/go/common/apitype/core.go). */
interface Kept {
  readonly checkpoint?: {
    readonly latest?: { readonly resources?: readonly { readonly custom?: boolean; readonly type: string }[] };
  };
}

/**
 * Counts what `destroy` would take away.
 * @param isEmbedded whether the session is known to have used this backend
 * @returns nothing where this state may not be all that there is
 */
async function resourcesOf(state: string, stack: string, isEmbedded: boolean): Promise<number | undefined> {
  const folder = path.join(state, ".pulumi", "stacks", pulumiProject);
  const names = await readdir(folder).catch(unlessForbidden<string[]>([]));
  // Pulumi can be told to compress its state, as STACK.json.gz.
  if (!names.includes(`${stack}.json`)) return isEmbedded && !names.includes(`${stack}.json.gz`) ? 0 : undefined;
  try {
    const { checkpoint } = JSON.parse(await readFile(path.join(folder, `${stack}.json`), "utf8")) as Kept;
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
