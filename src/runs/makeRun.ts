import { rm } from "node:fs/promises";
import * as path from "node:path";
import type { FoundPods } from "./arrival/findPods";
import { type KeptPod, keepRaw } from "./arrival/keepRaw";
import { keepSources } from "./arrival/keepSources";
import { beginPartial, type PublishedPaths, publish } from "./arrival/publish";
import { recordedOf, writeClusterRecord } from "./record/clusterRecord";
import type { CollectionPlan } from "./record/plan";
import { recordOf, sourcesOf, writeRunRecord } from "./record/runRecord";
import { reportRun } from "./reportRun";

/** What tells a checkpoint from a finished run. */
export interface Taken {
  /** names its folder */
  readonly checkpoint: string;
  /** processes of a pod that go on, see `KeptPod` */
  readonly running: (pod: KeptPod) => readonly string[];
}

/**
 * Makes a run's folder of what pods left, with its reports, and publishes it by one rename. It can be cut off anywhere and be repeated.
 * @throws Error if an operator ran and left no counters, a tool fails or a file can't be written; then nothing is published or lost
 */
export async function makeRun(
  plan: CollectionPlan,
  { pods, strays }: FoundPods,
  paths: PublishedPaths,
  progress: (message: string) => void,
  { taken, skipForbidden }: { taken?: Taken; skipForbidden?: boolean } = {},
): Promise<void> {
  await beginPartial(paths);
  try {
    progress(`Gathering what ${pods.length === 1 ? "a pod" : `${pods.length} pods`} left in ${plan.live}`);
    const raw = await keepRaw(pods, paths.partial, { skipForbidden });
    const kept = taken ? raw.map((pod) => ({ ...pod, running: taken.running(pod) })) : raw;
    for (const { name, builds } of plan.operators) {
      for (const { id, sources } of builds) {
        if (kept.some((pod) => pod.operator === name && pod.build === id)) {
          await keepSources(sources, path.join(paths.partial, sourcesOf(name, id)));
        }
      }
    }
    const known = await recordedOf(plan);
    if (known) await writeClusterRecord(paths.partial, known);
    const record = recordOf(plan, kept, strays);
    await writeRunRecord(paths.partial, taken ? { ...record, checkpoint: taken.checkpoint } : record);
    await reportRun(paths.partial, progress);
    await publish(paths);
  } catch (error) {
    await rm(paths.partial, { recursive: true, force: true }).catch(() => {});
    throw error;
  }
}
