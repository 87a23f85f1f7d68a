/** Whose operators are measured, and by which Pulumi program. */
export interface Project {
  /** absolute path of the user's own folder: it names the state folder, and relative paths of settings start from it */
  readonly folder: string;
  /** absolute path of the folder with Pulumi.yaml and Pulumi.STACK.yaml that the Pulumi CLI is started in */
  readonly program: string;
}

/** Tells the Pulumi program the absolute path of the user's folder, where the program lies elsewhere. */
export const projectVariable = "OPERATOR_COVERAGE_PROJECT";

/** A folder whose Pulumi program lies in itself. */
export function projectIn(folder: string): Project {
  return { folder, program: folder };
}
