import { setTimeout as sleep } from "node:timers/promises";
import { nodeContainers } from "../cluster/engine";
import { overlayNames } from "../overlay/profileOverlay";
import { run } from "../process/run";

/** A workload that a session profiles. */
export interface WorkloadName {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

export interface StopOptions {
  /** name of the kind cluster */
  readonly cluster: string;
  /** absolute path of its kubeconfig */
  readonly kubeconfig: string;
  /** seconds that the pods may take altogether */
  readonly timeout: number;
  readonly progress: (message: string) => void;
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
 * @returns "stopped", or "gone" where the cluster itself is no more
 * @throws Error where pods outlive the time they have, or the cluster is there and does not answer
 */
export async function stopWorkloads(
  workloads: readonly WorkloadName[],
  options: StopOptions,
): Promise<"stopped" | "gone"> {
  const { cluster, kubeconfig, timeout, progress } = options;
  const nodes = await nodeContainers(cluster);
  if (!nodes.some((node) => node.running)) return "gone";
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
  for (let said = ""; ; await sleep(250)) {
    const alive = (
      JSON.parse(await kubectl(["get", "pods", "--all-namespaces", "-o", "json"])) as PodList
    ).items.filter(isProfiledAndAlive);
    if (alive.length === 0) return "stopped";
    const names = alive.map((pod) => `${pod.metadata.namespace}/${pod.metadata.name}`).join(", ");
    if (Date.now() > end)
      throw new Error(
        `Expected all pods of the operators to end within ${timeout} s, got ${names} still there. Nothing is lost: look at them with kubectl, then run \`pulumi destroy\` again.`,
      );
    if (names !== said) progress(`waiting for ${names} to end and write counters`);
    said = names;
  }
}

function isProfiledAndAlive(pod: PodList["items"][number]): boolean {
  const ended = pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";
  return !ended && (pod.spec.volumes ?? []).some((volume) => volume.name === overlayNames.volume);
}
