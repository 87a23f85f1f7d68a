import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { type NodesAndPods, SchedulingWatch, schedulingOf } from "../cluster/scheduling";
import { ProgramError, run } from "../process/run";
import { sessionFolders } from "../run/folders";
import { stateFolder } from "../run/stateFolder";
import type { Child } from "./child";
import { typesUnderWay } from "./eventLog";

/** Milliseconds between two looks, and without a change until pods are given up that no node takes. */
const pause = 2_000;
const quiet = 15_000;

/** What is waited for until its pods are ready. */
const workload = /^kubernetes:(?:apps|batch)\//;

/**
 * Ends an `up` that waits for pods which no node takes, once nothing changes any more: providers would wait until the whole `timeouts.ready` has passed. Only
 * while workloads are all that it still waits for, for anything else may be what those pods need.
 * @param child the Pulumi CLI; it is asked to end, as by a signal
 * @param log absolute path of its log of events
 * @param project absolute path of the project
 * @param stack the short name of its stack, once that is known
 */
export async function endStuckUp(
  child: Child,
  log: string,
  project: string,
  stack: Promise<string | undefined> | string,
): Promise<void> {
  const ended = child.status.then(() => true);
  const name = await stack;
  if (name === undefined) return;
  const { kubeconfig } = sessionFolders(stateFolder(project, process.env), name);
  const watch = new SchedulingWatch(quiet);
  while (!(await Promise.race([ended, sleep(pause, false, { ref: false })]))) {
    const types = typesUnderWay(await readFile(log, "utf8").catch(() => ""));
    const seen = types.length > 0 && types.every((type) => workload.test(type)) ? await look(kubeconfig) : undefined;
    if (seen === undefined) {
      watch.reset();
      continue;
    }
    const refused = watch.see(schedulingOf(seen), performance.now());
    if (refused.length === 0) continue;
    console.error(`==> no node takes these pods, and nothing has changed for ${quiet / 1000} s: ending \`up\``);
    for (const words of refused) console.error(`    ${words}`);
    child.kill("SIGTERM");
    return;
  }
}

/** Nothing where the cluster does not answer. */
async function look(kubeconfig: string): Promise<NodesAndPods | undefined> {
  const args = [
    "--kubeconfig",
    kubeconfig,
    "--request-timeout=5s",
    "get",
    "nodes,pods",
    "--all-namespaces",
    "-o",
    "json",
  ];
  try {
    return JSON.parse(await run("kubectl", args, { timeout: 10_000 })) as NodesAndPods;
  } catch (error) {
    if (error instanceof ProgramError) return undefined;
    throw error;
  }
}
