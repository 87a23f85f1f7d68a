import { lstat } from "node:fs/promises";
import * as path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { readName } from "../../contract/counterNames";
import { holdFolder, listBounded } from "../../system/untrusted/holdFolder";
import type { CollectionPlan } from "../record/plan";
import { type RunRecord, readRunRecord, recordOf } from "../record/runRecord";
import type { PodFolder } from "./findPods";

/**
 * Checks that a run which is published already is this one, and holds all that lies in `live`; then collecting it again has nothing to do.
 * @param run absolute path of the published run
 * @param pods what is in `live` now, which may be nothing
 * @throws Error if it is another run, or something has arrived since
 */
export async function checkPublished(run: string, plan: CollectionPlan, pods: readonly PodFolder[]): Promise<void> {
  const record = await readRunRecord(run);
  const identity = ({ stack, run: id, operators }: RunRecord) => ({ stack, run: id, operators });
  if (!isDeepStrictEqual(identity(record), identity(recordOf(plan, [], [])))) {
    throw new Error(
      `Expected ${run} to be published from the same operators and builds, got others. No run is overwritten: move that folder away and destroy again.`,
    );
  }
  const late = await lateFiles(run, record, pods);
  if (late.length > 0) {
    throw new Error(
      `Expected ${run} to hold all counters in ${plan.live}, got ${late.length} files that came later, such as ${late[0]}. No run is overwritten: move that folder away and destroy again.`,
    );
  }
}

/** Files in `live` that the run neither keeps nor named when it was made. */
async function lateFiles(run: string, { pods: kept }: RunRecord, pods: readonly PodFolder[]): Promise<string[]> {
  const late: string[] = [];
  for (const { operator, build, pod, folder } of pods) {
    const known = kept.find((k) => k.pod === pod && k.build === build && k.operator === operator);
    const refused = new Set(known?.refused.map(({ file }) => file));
    for (const file of namesIn(folder)) {
      if (["foreign", "leftover", "checkpoint"].includes(readName(file).kind) || refused.has(file)) continue;
      const [now, then] = [
        await sizeOf(path.join(folder, file)),
        known && (await sizeOf(path.join(run, known.raw, file))),
      ];
      // Of more than is taken, not every file is named.
      const isBeyond = then === undefined && known?.exceeded !== undefined;
      if (now !== then && !isBeyond) late.push(path.join(folder, file));
    }
  }
  return late;
}

function namesIn(folder: string): readonly string[] {
  const held = holdFolder(folder);
  try {
    return listBounded(held.path).names;
  } finally {
    held.release();
  }
}

async function sizeOf(file: string): Promise<number | undefined> {
  return lstat(file).then(
    (stat) => stat.size,
    () => undefined,
  );
}
