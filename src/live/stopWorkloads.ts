import { setTimeout as sleep } from "node:timers/promises";
import { awaitAnswer, isOutage } from "../cluster/api/awaitAnswer";
import { explainSilence } from "../cluster/explain/explainSilence";
import { stopNodes } from "../cluster/kind/stopNodes";
import { overlayNames } from "../overlay/profileOverlay";
import type { WorkloadName } from "../state/collectionInput";
import { ownCommand } from "../state/ownCommand";
import { run } from "../system/process/run";

export interface StopOptions {
  /** name of the kind cluster */
  readonly cluster: string;
  /** `SessionFolders.live`, by which its nodes are known */
  readonly live: string;
  /** absolute path of its kubeconfig */
  readonly kubeconfig: string;
  /** seconds that the pods may take altogether, and the API server to answer where it does not */
  readonly timeout: number;
  /** whether the nodes are to be stopped, and with them what runs there, where pods can't be */
  readonly force: boolean;
  readonly progress: (message: string) => void;
  /** is called when the nodes are about to be stopped */
  readonly onStop?: () => void;
}

interface PodList {
  readonly items: readonly {
    readonly metadata: { readonly namespace: string; readonly name: string };
    readonly spec: { readonly volumes?: readonly { readonly name: string }[] };
    readonly status?: { readonly phase?: string };
  }[];
}

/**
 * Makes sure that no profiled container runs any more, because a process writes its counters when it ends. Normally Pulumi has deleted the
 * workloads by now; what an interrupted run left in the cluster without Pulumi knowing is deleted here.
 * @returns "stopped", or "gone" where the cluster itself is no more, or its nodes were stopped by force
 * @throws Error where pods outlive the time they have, or the cluster is there and does not answer; by force, in neither case
 */
export async function stopWorkloads(
  workloads: readonly WorkloadName[],
  options: StopOptions,
): Promise<"stopped" | "gone"> {
  const { cluster, kubeconfig, live, timeout, force, progress } = options;
  const giveUp = async (why: string) => {
    progress(`${why}: stopping the nodes of ${cluster}, and with them what runs there`);
    options.onStop?.();
    await stopNodes(cluster, live);
    return "gone" as const;
  };
  // One that comes and goes is not asked for ever.
  for (const end = Date.now() + timeout * 1000; ; ) {
    const state = await awaitAnswer(cluster, kubeconfig, force ? Math.min(timeout, forcedPatience) : timeout, progress);
    if (state === "gone") return "gone";
    if (state === "silent") {
      if (force) return giveUp("its API server does not answer");
      throw new Error([silence(options), ...(await explainSilence(cluster))].join("\n"));
    }
    try {
      await deleteAndWait(workloads, options);
      return "stopped";
    } catch (error) {
      const words = (error as Error).message;
      if (isOutage(error) && Date.now() < end) {
        progress(`the API server of ${cluster} did not answer: ${words.split("\n").at(-1)}`);
        await sleep(pause);
      } else if (force) return giveUp(words);
      else throw error;
    }
  }
}

/** Seconds for an API server to answer where the user does not insist on what its cluster holds. */
const forcedPatience = 10;

/** Milliseconds between two questions. */
const pause = 250;

const byForce = `\`${ownCommand("pulumi", "destroy --force")}\`, or OPERATOR_COVERAGE_FORCE=true, stops the nodes and reports what has arrived`;

function silence({ cluster, timeout }: StopOptions): string {
  return `Expected the API server of ${cluster}, whose node runs, to answer within ${timeout} s, got nothing. Nothing is lost: \`docker restart ${cluster}-control-plane\` may help, then destroy again; ${byForce}.`;
}

async function deleteAndWait(
  workloads: readonly WorkloadName[],
  { kubeconfig, timeout, progress }: StopOptions,
): Promise<void> {
  const kubectl = (args: readonly string[]) => run("kubectl", ["--kubeconfig", kubeconfig, ...args]);
  await Promise.all(
    workloads.map(({ kind, namespace, name }) =>
      kubectl([
        "delete",
        kind,
        name,
        ...(namespace ? ["-n", namespace] : []),
        "--ignore-not-found",
        "--cascade=foreground",
        `--timeout=${timeout}s`,
      ]),
    ),
  );
  const end = Date.now() + timeout * 1000;
  for (let said = ""; ; await sleep(pause)) {
    const alive = (
      JSON.parse(await kubectl(["get", "pods", "--all-namespaces", "-o", "json"])) as PodList
    ).items.filter(isProfiledAndAlive);
    if (alive.length === 0) return;
    const names = alive.map((pod) => `${pod.metadata.namespace}/${pod.metadata.name}`).join(", ");
    if (Date.now() > end)
      throw new Error(
        `Expected all pods of the operators to end within ${timeout} s, got ${names} still there. Nothing is lost: look at them with kubectl, then destroy again; ${byForce}.`,
      );
    if (names !== said) progress(`waiting for ${names} to end and write counters`);
    said = names;
  }
}

function isProfiledAndAlive(pod: PodList["items"][number]): boolean {
  const ended = pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";
  return !ended && (pod.spec.volumes ?? []).some((volume) => volume.name === overlayNames.volume);
}
