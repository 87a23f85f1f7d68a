import type { CoreV1Event, V1ContainerStatus, V1Pod } from "@kubernetes/client-node";
import type { Cluster } from "./cluster";
import type { KubernetesObject } from "./object";
import { podsOf } from "./pods";

const EVENTS = 10;
const LOG_LINES = 20;
// However the cluster is, the message must come.
const GATHER_MS = 10_000;

/**
 * Says what can be seen of why an object isn't ready: warnings about it and its pods, and the last words of a
 * container that isn't ready.
 *
 * @param container of the pod that is to be looked at, where it is known already.
 * @returns lines to go below a message; empty where there is nothing to see, or nobody to ask.
 */
export async function diagnosis(
  cluster: Cluster,
  object: KubernetesObject,
  container?: { readonly pod: string; readonly container: string },
): Promise<string> {
  const signal = AbortSignal.timeout(GATHER_MS);
  const pods = await podsOf(cluster, object, signal).catch(() => []);
  const pod = pods.find(({ metadata }) => metadata?.name === container?.pod) ?? pods.find((one) => unready(one));
  const status = pod && (statusOf(pod, container?.container) ?? unready(pod));
  const parts = [
    pod !== undefined && container === undefined ? podInWords(pod) : "",
    await warnings(cluster, object, pods, signal).catch(() => ""),
    pod !== undefined && status !== undefined ? await lastWords(cluster, pod, status, signal).catch(() => "") : "",
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

function statusOf({ status }: V1Pod, container: string | undefined): V1ContainerStatus | undefined {
  const all = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  return all.find(({ name }) => name === container);
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

async function lastWords(cluster: Cluster, pod: V1Pod, status: V1ContainerStatus, signal: AbortSignal) {
  const { name = "", namespace = "" } = pod.metadata ?? {};
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}/log`;
  const read = async (previous: boolean) => {
    const query = new URLSearchParams({
      container: status.name,
      tailLines: String(LOG_LINES),
      previous: String(previous),
    });
    return (await cluster.client.text({ path: `${path}?${query}`, signal })).trimEnd();
  };
  // Between two crashes, the words are those of the run before.
  const crashed = status.state?.waiting !== undefined && status.restartCount > 0;
  const text = (crashed && (await read(true).catch(() => ""))) || (await read(false).catch(() => ""));
  if (text === "") return "";
  const lines = text.split("\n").map((line) => `  ${line}`);
  return [`Last lines of container ${status.name} of pod ${name}:`, ...lines].join("\n");
}
