/** Which session something belongs to. */
export interface SessionName {
  /** absolute path of the checkout's state folder, see stateFolder.ts */
  readonly state: string;
  /** name of the Pulumi stack */
  readonly stack: string;
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
