import * as path from "node:path";
import { exists } from "../../system/files/exists";
import { holdFolder, listBounded } from "../../system/untrusted/holdFolder";

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

/** So many of one folder are named. */
const MOST_STRAYS = 1000;

/**
 * Finds the folders of all pods that ran with instrumentation.
 * @param live absolute path of a run's folder with OPERATOR/BUILD/POD-UID/; none at all means that no pod ever started
 */
export async function findPods(live: string): Promise<FoundPods> {
  const pods: PodFolder[] = [];
  const strays: string[] = [];
  const folders = (...at: string[]): string[] => {
    const held = holdFolder(path.join(live, ...at));
    try {
      const { names, folders, unnameable } = listBounded(held.path);
      const others = [...names.filter((name) => !folders.has(name)), ...unnameable];
      strays.push(...others.slice(0, MOST_STRAYS).map((name) => path.join(...at, name)));
      return names.filter((name) => folders.has(name));
    } finally {
      held.release();
    }
  };
  for (const operator of (await exists(live)) ? folders() : []) {
    for (const build of folders(operator)) {
      for (const pod of folders(operator, build)) {
        pods.push({ operator, build, pod, folder: path.join(live, operator, build, pod) });
      }
    }
  }
  return { pods, strays: strays.sort() };
}
