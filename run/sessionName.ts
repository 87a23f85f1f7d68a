/** Which session something belongs to. */
export interface SessionName {
  /** absolute path of the project, a checkout of this repository */
  readonly project: string;
  /** name of the Pulumi stack */
  readonly stack: string;
}

/**
 * The session that a path lies in, told by the path alone: the checkout may have been deleted since.
 * @param file absolute path of a session's folder (`SessionFolders.root`) or of anything in it
 * @returns nothing for any other path
 */
export function sessionOf(file: string): SessionName | undefined {
  const [, project, stack] = /^(\/.+)\/\.operator-coverage\/sessions\/([^/]+)(?:\/.*)?$/s.exec(file) ?? [];
  return project === undefined || stack === undefined ? undefined : { project, stack };
}
