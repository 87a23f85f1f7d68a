/** Which session something belongs to. */
export interface SessionName {
  /** absolute path of the checkout's state folder, see stateFolder.ts */
  readonly state: string;
  /** name of the Pulumi stack, or of one of several sessions in it: see `sessionIn` */
  readonly stack: string;
}

/** The name of a stack's session that every program has which has one: it is called as its stack is. */
export const defaultSession = "default";

/**
 * The name under which a session keeps its folders, labels and reports. No stack is called so, for stacks' names have no `+`.
 * @param stack name of the Pulumi stack
 * @param session name of one of the sessions in its program
 */
export function sessionIn(stack: string, session: string): string {
  return session === defaultSession ? stack : `${stack}+${session}`;
}

/** The Pulumi stack that a session is part of. */
export function stackOfSession(name: string): string {
  return name.replace(/\+.*$/s, "");
}

/** A session's folder in a state folder, or in a checkout of a version that kept its state there. */
const pattern =
  /^(\/(?:.*\/)?(?:operator-coverage\/[^/]*-[0-9a-f]{12}|\.operator-coverage))\/sessions\/([^/]+)(?:\/.*)?$/s;

/**
 * The session that a path lies in, told by the path alone: its state folder may have been deleted since.
 * @param file absolute path of a session's folder (`SessionFolders.root`) or of anything in it
 * @returns nothing for any other path
 */
export function sessionOf(file: string): SessionName | undefined {
  const [, state, stack] = pattern.exec(file) ?? [];
  return state === undefined || stack === undefined ? undefined : { state, stack };
}
