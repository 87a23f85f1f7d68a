import { readdir } from "node:fs/promises";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ExpectedPods } from "../overlay/expectedPods";
import { holdFolder, listBounded } from "../system/untrusted/holdFolder";

export interface ArrivalInput {
  readonly operator: string;
  /** absolute host path of the folder that holds the pods' folders */
  readonly folder: string;
  /** seconds until it is an error */
  readonly timeout: number;
  /** whether its workloads, which are up, have pods */
  readonly expected: ExpectedPods;
}

/**
 * Checks that an operator which runs has begun to write coverage: a Go program that is instrumented writes its meta-data when it starts.
 * @throws Error where none does: the image is not instrumented, or its user can't write
 */
export async function checkArrival({ operator, folder, timeout, expected }: ArrivalInput): Promise<void> {
  if (expected === "none") return;
  for (const end = Date.now() + timeout * 1000; ; await sleep(50)) {
    const pods = await readdir(folder);
    // Its pods would be up, and kubelet makes a pod's folder before the pod's container.
    if (expected === "perhaps" && pods.length === 0) return;
    if (pods.some((pod) => namesOf(path.join(folder, pod)).some(isFirstSign))) return;
    if (Date.now() > end) {
      const folders = pods.length === 1 ? "a pod's folder" : `the folders of ${pods.length} pods`;
      const found = pods.length === 0 ? "no pod's folder" : `${folders} without any`;
      throw new Error(
        `Expected ${operator} to write coverage meta-data to ${folder} when it starts, got ${found}. Either nothing of its program is instrumented (see \`build.coverpkg\`) or its user can't write there: see the operator's log for a warning about GOCOVERDIR.`,
      );
    }
  }
}

/** The names in a pod's folder, as far as a folder is listed. A pod that is gone, or has put something else there, has none. */
function namesOf(folder: string): readonly string[] {
  let held: ReturnType<typeof holdFolder>;
  try {
    held = holdFolder(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR" || code === "ELOOP") return [];
    throw error;
  }
  try {
    return listBounded(held.path).names;
  } finally {
    held.release();
  }
}

/** What a process writes when it starts: Go's meta-data, or a test binary's mark. */
function isFirstSign(name: string): boolean {
  return name.startsWith("covmeta.") || /^covprofile\..*\.started$/.test(name);
}
