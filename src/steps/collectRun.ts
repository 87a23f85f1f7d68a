import { rename } from "node:fs/promises";
import * as path from "node:path";
import { collect } from "../live/collect";
import { collectionPlan } from "../live/collectionPlan";
import { stopWorkloads } from "../live/stopWorkloads";
import { openToThisUser, removeInNode } from "../live/throughNode";
import { findPods } from "../runs/arrival/findPods";
import { publishedPaths } from "../runs/arrival/publish";
import { NoCountersError } from "../runs/measure/measure";
import type { CollectionPlan } from "../runs/record/plan";
import type { CollectionInput } from "../state/collectionInput";
import { writeIncomplete } from "../state/incomplete";
import { ownCommand } from "../state/ownCommand";
import { exists } from "../system/files/exists";
import { remains, removeTree } from "../system/untrusted/removeTree";

/**
 * Gathers a session's counters once no operator runs any more, and publishes its reports. Can be cut off anywhere and run again.
 * @throws Error where pods don't end, or where an operator ran and left no counters; cluster and raw data then stay as they are
 */
export async function collectRun(input: CollectionInput, progress: (message: string) => void): Promise<void> {
  const workloads = input.operators.flatMap((operator) => operator.workloads);
  let halted: Date | undefined;
  const onStop = () => {
    halted = new Date();
  };
  const stopped = await stopWorkloads(workloads, { ...input, force: isForced(), progress, onStop });
  if (stopped === "gone") progress(`the cluster ${input.cluster} is gone: gathering what arrived before it went`);
  const live = path.join(input.live, input.run);
  const published = publishedPaths(input).run;
  if (!(await exists(live)) && (await exists(published))) {
    progress(`${published} is published already`);
  } else {
    const plan = { ...(await collectionPlan(input)), ...(halted && { stopped: halted.toISOString() }) };
    if (plan.operators.length === 0) {
      if (await isUnnamed(live, input, progress)) return;
      progress("Nothing to collect: no operator ever ran");
    } else {
      await openToThisUser(input, progress);
      const { saved, missing } = await save(plan, stopped, progress);
      if (input.require === "complete" && missing.length > 0 && !isForced())
        await writeIncomplete(input.live, { reasons: missing, told: false });
      if (!saved) return;
    }
  }
  await discard(live, input, progress);
}

/**
 * Whether pods left something of which no build is on record any more, so that nobody can say what it is the coverage of.
 * @throws Error saying so, if the user has not given it up
 */
async function isUnnamed(
  live: string,
  { builds }: CollectionInput,
  progress: (message: string) => void,
): Promise<boolean> {
  const { pods } = await findPods(live);
  if (pods.length === 0) return false;
  const left = pods.length === 1 ? "a pod" : `${pods.length} pods`;
  const message = `Expected ${builds} to have the record of the builds that ran, got none, and what ${left} left is still in ${live}. Nothing was published, and nothing is lost: \`up\` again, of the same source, makes the record anew; then destroy.`;
  if (!isForced()) throw withWayOut(new Error(message));
  progress(`NOT SAVED: ${message}`);
  return true;
}

/** What became of a run: not saved is one where the user or the state of things forbids to insist on it. */
interface Saved {
  readonly saved: boolean;
  /** a sentence each */
  readonly missing: readonly string[];
}

async function save(
  plan: CollectionPlan,
  stopped: "stopped" | "gone",
  progress: (message: string) => void,
): Promise<Saved> {
  try {
    const collected = await collect(plan, progress, { skipForbidden: isForced() });
    const gaps = collected.outcome === "published" ? collected.summary.gaps : [];
    for (const gap of gaps) progress(`missing: ${gap}`);
    return { saved: true, missing: gaps };
  } catch (error) {
    if (!mayLose(error, stopped)) throw withWayOut(error);
    const message = `${(error as Error).message} What did arrive stays in ${plan.live}.`;
    progress(`NOT SAVED: ${message}`);
    return { saved: false, missing: [message] };
  }
}

/**
 * Takes away what was published, whole or not at all: were a part of it left, the run would not be known again by who is cut off here and tries again.
 * The run is published, so that what pods made in a way that this user can't take away is no failure.
 */
async function discard(live: string, input: CollectionInput, progress: (message: string) => void): Promise<void> {
  const aside = path.join(path.dirname(live), `.${path.basename(live)}.published`);
  await rename(live, aside).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
  try {
    removeTree(aside);
  } catch (error) {
    if (
      await removeInNode(
        input,
        [aside, `${aside}${remains}`].map((folder) => path.basename(folder)),
      )
    )
      return;
    progress(
      `what pods left could not all be taken away (${(error as NodeJS.ErrnoException).code}); it is published, so that you may remove ${aside} and ${aside}${remains} yourself, as root`,
    );
  }
}

/** A cluster that is gone can't give more than it gave, and whoever asks for it by name may give up what is missing. */
function mayLose(error: unknown, stopped: "stopped" | "gone"): boolean {
  return isForced() || (stopped === "gone" && error instanceof NoCountersError);
}

function isForced(): boolean {
  return process.env.OPERATOR_COVERAGE_FORCE === "true";
}

function withWayOut(error: unknown): Error {
  const wayOut = `To delete the cluster in spite of that, run \`${ownCommand("pulumi", "destroy --force")}\`, or set OPERATOR_COVERAGE_FORCE=true and destroy again.`;
  return new Error(`${(error as Error).message}\n${wayOut}`, { cause: error });
}
