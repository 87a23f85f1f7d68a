import type { CoreV1Event, V1ContainerStatus, V1Pod } from "@kubernetes/client-node";
import type { Cluster } from "./cluster";
import type { KubernetesObject } from "./object";
import { podsOf } from "./pods";
import type { Trouble } from "./trouble";

const EVENTS = 10;
// However the cluster is, the message must come.
const GATHER_MS = 10_000;

/**
 * Says what can be seen of why an object isn't ready: warnings about it and its pods. As with the vendor's plugin, logs are
 * for others to read.
 *
 * @param trouble what is said of a pod already, if anything.
 * @returns lines to go below a message; empty where there is nothing to see, or nobody to ask.
 */
export async function diagnosis(
  cluster: Cluster,
  object: KubernetesObject,
  trouble?: Pick<Trouble, "pod">,
): Promise<string> {
  const signal = AbortSignal.timeout(GATHER_MS);
  const pods = await podsOf(cluster, object, signal).catch(() => []);
  const pod = pods.find(({ metadata }) => metadata?.name === trouble?.pod) ?? pods.find((one) => unready(one));
  const parts = [
    pod !== undefined && trouble === undefined ? podInWords(pod) : "",
    await warnings(cluster, object, pods, signal).catch(() => ""),
  ];
  return parts.filter(Boolean).join("\n");
}

function podInWords(pod: V1Pod): string {
  const status = unready(pod);
  const unscheduled = pod.status?.conditions?.find(({ type, status }) => type === "PodScheduled" && status === "False");
  const state = unscheduled?.message ?? status?.state?.waiting?.reason ?? status?.state?.terminated?.reason;
  const where = status === undefined ? "" : `, container ${status.name}`;
  return `Pod ${pod.metadata?.name}${where}: ${state ?? `phase ${pod.status?.phase}, but not ready`}`;
}

function unready({ status }: V1Pod): V1ContainerStatus | undefined {
  return [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])].find(({ ready }) => !ready);
}

async function warnings(cluster: Cluster, object: KubernetesObject, pods: readonly V1Pod[], signal: AbortSignal) {
  const { namespace, uid } = object.metadata;
  if (namespace === undefined) return "";
  const query = `fieldSelector=${encodeURIComponent("type=Warning")}`;
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/events?${query}`;
  const events = (await cluster.json({ path, signal })).items as unknown as CoreV1Event[];
  // Pods that can't even be made leave their traces with the owner between.
  const owners = pods.flatMap(({ metadata }) => metadata?.ownerReferences?.map((owner) => owner.uid) ?? []);
  const uids = new Set([uid, ...pods.map(({ metadata }) => metadata?.uid), ...owners]);
  const belongs = ({ involvedObject: { uid, kind, name } }: CoreV1Event) =>
    uids.has(uid) ||
    (kind === "ReplicaSet" && object.kind === "Deployment" && name?.startsWith(`${object.metadata.name}-`));
  const ours = events.filter(belongs).sort((a, b) => timeOf(a).localeCompare(timeOf(b)));
  const lines = ours.slice(-EVENTS).map(({ reason, count, involvedObject, message }) => {
    const times = count !== undefined && count > 1 ? ` (${count} times)` : "";
    return `  ${reason}, ${involvedObject.kind} ${involvedObject.name}${times}: ${message?.trim()}`;
  });
  return lines.length === 0 ? "" : ["Warnings, the newest last:", ...lines].join("\n");
}

function timeOf({ lastTimestamp, eventTime, metadata }: CoreV1Event): string {
  return String(lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? "");
}
