import type { Origin } from "./whichProject";

/** The session of those who name none. */
const defaultStack = "dev";

/**
 * The stack that a command is about.
 * @throws Error where a Pulumi program may have settings for several, and none is named
 */
export function namedStack(origin: Origin, given: string | undefined): string {
  if (given !== undefined) return given;
  if (origin.kind !== "program") return defaultStack;
  throw new Error(
    `Expected --stack NAME, whose settings are in ${origin.project.program}/Pulumi.NAME.yaml, got nothing.`,
  );
}
