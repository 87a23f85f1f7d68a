import { explainNotReady } from "../cluster/explainNotReady";
import { exists } from "../run/exists";
import { sessionFolders } from "../run/folders";

/**
 * Tells people, after an `up` that failed, which pods of a stack's session are not ready and why, if any.
 * @param project absolute path of the project
 */
export async function sayNotReady(project: string, stack: string): Promise<void> {
  const { kubeconfig } = sessionFolders(project, stack);
  if (!(await exists(kubeconfig))) return;
  for (const line of await explainNotReady(kubeconfig)) console.error(line);
}
