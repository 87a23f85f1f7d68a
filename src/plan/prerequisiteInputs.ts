import type { Settings } from "../settings/readSettings";
import type { PrerequisiteConfiguration } from "../settings/schema";
import { testEnvironment } from "../state/testEnvironment";
import type { Session } from "./prepareSession";

export interface PrerequisiteInput {
  readonly configuration: PrerequisiteConfiguration;
  /** not needed to apply it, but what has changed is applied anew */
  readonly digest: string;
  /** absolute path of the folder that relative paths start from */
  readonly project: string;
  /** what commands find in their environment: `KUBECONFIG` among it */
  readonly environment: Readonly<Record<string, string>>;
  /** absolute path of the cluster's kubeconfig */
  readonly kubeconfig: string;
  /** seconds until all of it has to be ready */
  readonly timeout: number;
  /** kinds, as `group/version Kind`, that have to be known once it is there */
  readonly kinds: readonly string[];
}

/** What the steps need that put a session's prerequisites into its cluster, in their order. */
export function prerequisiteInputs(
  { project, timeouts }: Settings,
  { record, folders, deployed: { prerequisites, awaited } }: Session,
): PrerequisiteInput[] {
  return prerequisites.map(({ configuration, digest }, index) => ({
    configuration,
    digest,
    project,
    environment: testEnvironment(record, folders),
    kubeconfig: folders.kubeconfig,
    timeout: timeouts.prerequisites,
    // Commands before the last one may not have defined all yet.
    kinds: index === prerequisites.length - 1 ? awaited : [],
  }));
}
