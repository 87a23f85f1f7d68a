import { readdir } from "node:fs/promises";
import * as path from "node:path";
import type { SessionName } from "../state/sessionName";
import { checkoutOf, formerFolder } from "../state/stateFolder";
import { isGone } from "./examine";
import { isForbidden } from "./forbidden";

export interface Checkout {
  /** absolute path */
  readonly project: string;
  /** absolute path of its state folder */
  readonly state: string;
}

/** The state folders of a checkout: its own, and the one that earlier versions had in it. */
export function ownStates({ project, state }: Checkout): string[] {
  return [state, path.join(project, formerFolder)];
}

/**
 * State folders whose checkout is gone, so that nobody calls gc there: those beside the checkout's own, and those of sessions that the Docker engine has
 * something of. Where another user's can't be looked into they are that user's.
 * @param image id of an image that the engine has, to ask it by; nothing where it has none
 */
export async function goneStates(
  checkout: Checkout,
  sessions: readonly SessionName[],
  image: string | undefined,
): Promise<string[]> {
  const beside = path.dirname(checkout.state);
  const names = await readdir(beside).catch((): string[] => []);
  const own = ownStates(checkout);
  const others = [...names.map((name) => path.join(beside, name)), ...sessions.map(({ state }) => state)];
  const gone: string[] = [];
  for (const state of new Set(others)) {
    const project = own.includes(state) ? undefined : await checkoutOrNone(state);
    const session = { state, stack: "none" };
    if (project !== undefined && (await isGone(project, session, image).catch(unlessForbidden))) gone.push(state);
  }
  return gone;
}

/** The checkout that a state folder belongs to; nothing where nobody knows, or this user may not look. */
export async function checkoutOrNone(state: string): Promise<string | undefined> {
  return checkoutOf(state).catch(unlessForbidden);
}

function unlessForbidden(error: unknown): undefined {
  if (!isForbidden(error)) throw error;
}
