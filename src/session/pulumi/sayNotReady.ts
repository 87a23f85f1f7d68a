import { answers } from "../../cluster/api/answers";
import { explainNotReady } from "../../cluster/explain/explainNotReady";
import { explainSilence } from "../../cluster/explain/explainSilence";
import type { Project } from "../../settings/project";
import { sessionFolders } from "../../state/folders";
import { readRecord } from "../../state/sessionRecord";
import { stateFolder } from "../../state/stateFolder";
import { exists } from "../../system/files/exists";

/** Tells people, after an `up` that failed, which pods of a stack's session are not ready and why, if any, or why its cluster does not answer. */
export async function sayNotReady({ folder }: Project, stack: string): Promise<void> {
  const { kubeconfig, record } = sessionFolders(stateFolder(folder, process.env), stack);
  if (!(await exists(kubeconfig))) return;
  const lines = (await answers(kubeconfig, "/readyz"))
    ? await explainNotReady(kubeconfig)
    : await whySilent((await readRecord(record))?.cluster);
  for (const line of lines) console.error(line);
}

async function whySilent(cluster: string | undefined): Promise<string[]> {
  const lines = cluster === undefined ? [] : await explainSilence(cluster);
  return lines.length === 0 ? [] : [`The API server of ${cluster} does not answer:`, ...lines];
}
