import { readdir } from "node:fs/promises";
import * as path from "node:path";

/** A folder that the counters of one pod were written to. */
export interface PodFolder {
  readonly operator: string;
  readonly build: string;
  /** the pod's UID */
  readonly pod: string;
  /** absolute path */
  readonly folder: string;
}

export interface FoundPods {
  /** in the order of operator, build and pod */
  readonly pods: PodFolder[];
  /** what lies among the folders and is none, by its path under `live`; symbolic links are never followed */
  readonly strays: string[];
}

/**
 * Finds the folders of all pods that ran with instrumentation.
 * @param live absolute path of a run's folder with OPERATOR/BUILD/POD-UID/; none at all means that no pod ever started
 */
export async function findPods(live: string): Promise<FoundPods> {
  const pods: PodFolder[] = [];
  const strays: string[] = [];
  const folders = async (...at: string[]): Promise<string[]> => {
    const entries = await readdir(path.join(live, ...at), { withFileTypes: true });
    strays.push(...entries.filter((e) => !e.isDirectory()).map((e) => path.join(...at, e.name)));
    return entries
      .filter((e) => e.isDirectory())
      .map((e) => e.name)
      .sort();
  };
  const operators = await folders().catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  for (const operator of operators) {
    for (const build of await folders(operator)) {
      for (const pod of await folders(operator, build)) {
        pods.push({ operator, build, pod, folder: path.join(live, operator, build, pod) });
      }
    }
  }
  return { pods, strays: strays.sort() };
}
