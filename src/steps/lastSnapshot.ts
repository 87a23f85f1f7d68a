import * as path from "node:path";
import { answers } from "../cluster/api/answers";
import { letDeletionsPass } from "../cluster/api/letDeletionsPass";
import { requestSnapshots, unansweredGaps } from "../live/checkpoint/requestSnapshots";
import { runningContainers } from "../live/checkpoint/runningContainers";
import { findPods } from "../runs/arrival/findPods";

export interface LastSnapshotInput {
  readonly operator: string;
  /** absolute host path of the folder that holds the pods' folders of the current build */
  readonly folder: string;
  /** absolute path of the cluster's kubeconfig */
  readonly kubeconfig: string;
  /** whether the operator's processes answer requests */
  readonly answers: boolean;
}

/** Seconds that processes have to save what they covered: they look for requests four times a second. */
const patience = 10;

/**
 * The last step before an operator's pods are deleted: its processes save what they covered, so that nothing is lost even if they have to be killed, and nothing
 * of what they serve may keep them from going. It never fails, because what it could not have is no reason to keep a cluster: it says so, and the reports will.
 */
export async function lastSnapshot(input: LastSnapshotInput, progress: (message: string) => void): Promise<void> {
  if (input.answers) await askForSnapshots(input, progress);
  // One that is silent is waited for by the collection, and not by everybody in turn.
  if (!(await answers(input.kubeconfig, "/readyz"))) return;
  await letDeletionsPass(input.kubeconfig, progress).catch((error: Error) =>
    progress(`${input.operator}: webhooks that may keep its pods from going were not looked for: ${error.message}`),
  );
}

async function askForSnapshots(
  { operator, folder, kubeconfig }: LastSnapshotInput,
  progress: (message: string) => void,
): Promise<void> {
  try {
    const start = Date.now();
    const live = path.dirname(path.dirname(folder));
    const { pods } = await findPods(live);
    const own = pods.filter((pod) => pod.operator === operator);
    const given = await requestSnapshots(own, await runningContainers(kubeconfig), patience);
    const gaps = unansweredGaps(given, patience);
    for (const gap of gaps) progress(gap);
    const containers = given.flatMap((pod) => pod.containers).length;
    if (gaps.length === 0 && containers > 0)
      progress(
        `${operator}: ${containers} running ${containers === 1 ? "process has" : "processes have"} saved a last snapshot, in ${((Date.now() - start) / 1000).toFixed(1)} s`,
      );
  } catch (error) {
    progress(`${operator}: no last snapshot: ${(error as Error).message}`);
  }
}
