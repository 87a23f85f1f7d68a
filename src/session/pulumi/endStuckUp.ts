import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { forbiddenOf, type MakersAndEvents } from "../../cluster/explain/forbidden";
import { type NodesAndPods, SchedulingWatch, schedulingOf } from "../../cluster/explain/scheduling";
import type { Project } from "../../settings/project";
import { sessionFolders } from "../../state/folders";
import { stateFolder } from "../../state/stateFolder";
import { ProgramError, run } from "../../system/process/run";
import type { Child } from "../child";
import { typesUnderWay } from "./eventLog";

/** Milliseconds between two looks, and without a change until pods are given up that no node takes or that the API server forbids. */
const pause = 2_000;
const quiet = 15_000;

/** What is waited for until its pods are ready. */
const workload = /^kubernetes:(?:apps|batch)\//;

/**
 * Ends an `up` that waits for pods which no node takes, or which may not be made, once nothing changes any more: providers would wait until the whole
 * `timeouts.ready` has passed. Only while workloads are all that it still waits for, for anything else may be what those pods need.
 * @param child the Pulumi CLI; it is asked to end, as by a signal
 * @param log absolute path of its log of events
 * @param stack the short name of its stack, once that is known
 */
export async function endStuckUp(
  child: Child,
  log: string,
  { folder }: Project,
  stack: Promise<string | undefined> | string,
): Promise<void> {
  const begun = Date.now();
  const ended = child.status.then(() => true);
  const name = await stack;
  if (name === undefined) return;
  const { kubeconfig } = sessionFolders(stateFolder(folder, process.env), name);
  const watch = new SchedulingWatch(quiet);
  while (!(await Promise.race([ended, sleep(pause, false, { ref: false })]))) {
    const types = typesUnderWay(await readFile(log, "utf8").catch(() => ""));
    const seen = types.length > 0 && types.every((type) => workload.test(type)) ? await look(kubeconfig) : undefined;
    if (seen === undefined) {
      watch.reset();
      continue;
    }
    const scheduling = { ...schedulingOf(seen), forbidden: forbiddenOf(seen, begun) };
    if (watch.see(scheduling, performance.now()).length === 0) continue;
    say("no node takes these pods", scheduling.unschedulable);
    say("the API server forbids the pods of these", scheduling.forbidden);
    child.kill("SIGTERM");
    return;
  }
}

function say(what: string, which: readonly string[]): void {
  if (which.length === 0) return;
  console.error(`==> ${what}, and nothing has changed for ${quiet / 1000} s: ending \`up\``);
  for (const words of which) console.error(`    ${words}`);
}

/** Nothing where the cluster does not answer. */
async function look(kubeconfig: string): Promise<(NodesAndPods & MakersAndEvents) | undefined> {
  const args = [
    "--kubeconfig",
    kubeconfig,
    "--request-timeout=5s",
    "get",
    "nodes,pods,replicasets,statefulsets,daemonsets,jobs,events",
    "--all-namespaces",
    "-o",
    "json",
  ];
  try {
    return JSON.parse(await run("kubectl", args, { timeout: 10_000 })) as NodesAndPods & MakersAndEvents;
  } catch (error) {
    if (error instanceof ProgramError) return undefined;
    throw error;
  }
}
