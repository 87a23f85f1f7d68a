import * as path from "node:path";
import type { Settings } from "../../settings/readSettings";
import { checkKinds, type Given } from "./checkKinds";
import { readObjects } from "./inspectManifests";
import { inspectPrerequisites, type Prerequisite } from "./inspectPrerequisites";

/** What has to be in the cluster before the operators, and what nobody can know before. */
export interface Deployed {
  readonly prerequisites: readonly Prerequisite[];
  /** kinds, as `group/version Kind`, that commands among them have to define */
  readonly awaited: readonly string[];
}

/**
 * Reads what goes into the cluster, and checks that it will know all kinds. It takes a second: nobody should wait for a compiler to be told.
 * @throws SettingsError naming everything that is wrong, but for manifests of operators that can't be read, which `inspectOperator` tells
 */
export async function inspectDeployed(
  { operators, cluster, project }: Settings,
  progress: (message: string) => void,
): Promise<Deployed> {
  const read = operators.map(async ({ manifests, source, variables }, index): Promise<Given | undefined> => {
    const at = `operators[${index}]`;
    const from = path.resolve(project, source);
    const objects = await readObjects(manifests, from, at, { variables, variablesAt: at }).catch(() => undefined);
    return objects && { at, objects };
  });
  const prerequisites = await inspectPrerequisites(cluster.prerequisites ?? [], project);
  const given = await Promise.all(read);
  // What can't be read may define what others need.
  if (given.includes(undefined)) return { prerequisites, awaited: [] };
  const awaited = checkKinds(given as Given[], prerequisites);
  if (awaited.length > 0)
    progress(
      `Whether the cluster will know ${awaited.join(", ")} shows only once the commands of \`cluster.prerequisites\` have run: it is checked then, before any operator is deployed.`,
    );
  return { prerequisites, awaited };
}
