import { readFile } from "node:fs/promises";
import * as path from "node:path";
import type { Summary } from "../report/summary";
import { checkPublished } from "../runs/arrival/alreadyPublished";
import { findPods } from "../runs/arrival/findPods";
import type { RawOptions } from "../runs/arrival/keepRaw";
import { pointLatest, publishedPaths } from "../runs/arrival/publish";
import { makeRun } from "../runs/makeRun";
import { NoCountersError } from "../runs/measure/measure";
import { checkPlan } from "../runs/record/checkPlan";
import { recordedOf } from "../runs/record/clusterRecord";
import type { CollectionPlan } from "../runs/record/plan";
import { reportFiles } from "../state/folders";
import { exists } from "../system/files/exists";

/** What became of a collection. */
export type Published =
  /** no pod of any operator ever started, so that there is nothing to report; this is no failure */
  | { readonly outcome: "nothing"; readonly message: string }
  | {
      readonly outcome: "published";
      /** absolute path of OUTPUT/STACK/RUN */
      readonly folder: string;
      readonly summary: Summary;
      /** whether it was published already, by an attempt that did not get to clear up */
      readonly again: boolean;
    };

/**
 * Publishes the coverage of one run: checks and keeps what the pods left, adds it up, writes the reports, all beside the published runs, and
 * then appears among them by one rename. It can be cut off anywhere and be repeated. What lies in `live` is left to the caller to
 * delete, afterwards.
 * @param progress is told each step in a sentence
 * @param skipForbidden see `RawOptions`
 * @throws Error if an operator ran and left no counters, a tool fails or a file can't be written; then nothing is published or lost
 */
export async function collect(
  plan: CollectionPlan,
  progress: (message: string) => void,
  { skipForbidden }: Pick<RawOptions, "skipForbidden"> = {},
): Promise<Published> {
  checkPlan(plan);
  const paths = publishedPaths(plan);
  const found = await findPods(plan.live).catch((error) => fail(error, plan));
  const again = await exists(paths.run);
  if (again) {
    await checkPublished(paths.run, plan, found.pods);
    progress(`${paths.run} is published already`);
  } else if (found.pods.length === 0 && !(await hasRun(plan))) {
    const message = "Nothing to collect: no pod of any operator ever started";
    progress(message);
    return { outcome: "nothing", message };
  } else {
    await makeRun(plan, found, paths, progress, { skipForbidden }).catch((error) => fail(error, plan));
    progress(`Published ${paths.run}`);
  }
  await pointLatest(paths);
  const summary = JSON.parse(await readFile(reportFiles(paths.run).summary, "utf8")) as Summary;
  return { outcome: "published", folder: paths.run, summary, again };
}

/** Whether the cluster saw an operator of the plan run, whatever is left of it in `live`. */
async function hasRun(plan: CollectionPlan): Promise<boolean> {
  const { containers = [] } = (await recordedOf(plan)) ?? {};
  return containers.some(
    ({ operator, seen }) => seen === "ran" && plan.operators.some(({ name }) => name === operator),
  );
}

/** Says what is kept and what to do. */
function fail(error: NodeJS.ErrnoException, { live, output }: CollectionPlan): never {
  const kept = `Nothing was published, and the raw counters are still in ${live}.`;
  if (error instanceof NoCountersError) {
    const { operator, onRecord } = error;
    // What the cluster saw run is missed with its folder and without it.
    const without = `; to go on without ${operator}, delete ${path.join(live, operator)} and destroy again`;
    error.message += `\nNothing was published, and what did arrive is still in ${live}. See the pods' last log lines for why${onRecord ? "" : without}.`;
    throw error;
  }
  if (error.code !== undefined && error.syscall !== undefined) {
    throw new Error(
      `Expected to copy the counters to ${output} and to write the reports there, got ${error.message}.\n${kept} Free some room or set another \`output\`, and destroy again.`,
      { cause: error },
    );
  }
  throw new Error(`${error.message}\n${kept} Mend that and destroy again.`, { cause: error });
}
