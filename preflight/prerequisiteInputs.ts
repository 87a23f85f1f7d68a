import { testEnvironment } from "../run/testEnvironment";
import type { Settings } from "../settings";
import type { PrerequisiteInput } from "../steps/applyPrerequisite";
import type { Session } from "./prepareSession";

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
