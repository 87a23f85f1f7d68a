import type { PodSpec } from "../manifests/manifest";
import { type Amounts, amounts, resources } from "./podRequests";

/** A node, as far as it decides which pods it takes. */
export interface Node {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly { readonly key: string; readonly effect: string }[];
  /** all that it has */
  readonly total: Amounts;
  /** what is left of it */
  readonly free: Amounts;
}

/** A pod that looks for a node. */
export interface PendingPod {
  readonly spec: PodSpec;
  readonly requests: Amounts;
  /** the one node that it is for, as a DaemonSet's pods are */
  readonly node?: string;
}

export interface Placement<Pod> {
  /** what is left of each node */
  readonly nodes: readonly Node[];
  /** pods for which no node that would take them has enough */
  readonly unplaced: readonly Pod[];
}

/** Nodes of a kind cluster have one, the engine's: a pod for another finds none, whatever is left. */
const archLabel = "kubernetes.io/arch";

/** Bytes are whole, cores are not: sums of thousandths may be wrong in the last place. */
const tolerance = 1e-9;

/**
 * Finds pods their nodes as the scheduler does: one after the other, each on the node of which the least is taken. One that no node would take, whatever it has
 * left, is passed over: that has another cause.
 */
export function placePods<Pod extends PendingPod>(pods: readonly Pod[], nodes: readonly Node[]): Placement<Pod> {
  let left = nodes;
  const unplaced: Pod[] = [];
  for (const pod of pods) {
    const willing = left.filter((node) => takes(node, pod));
    if (willing.length === 0) continue;
    const [best] = willing.filter((node) => suffices(node, pod)).sort((a, b) => usage(a) - usage(b));
    if (best === undefined) unplaced.push(pod);
    else left = left.map((node) => (node === best ? without(node, pod.requests) : node));
  }
  return { nodes: left, unplaced };
}

/** Whether a node has enough left for a pod. */
export function suffices({ free }: Node, { requests }: PendingPod): boolean {
  return resources.every((resource) => requests[resource] === 0 || requests[resource] <= free[resource] + tolerance);
}

/** Whether a node would take a pod if it had enough: by taints, and by labels that are known before there is a cluster. */
export function takes(node: Node, { spec, node: name }: PendingPod): boolean {
  if (name !== undefined && name !== node.name) return false;
  const tolerations = (spec.tolerations ?? []) as readonly { key?: string; effect?: string }[];
  const tolerates = ({ key, effect }: Node["taints"][number]) =>
    tolerations.some((t) => (t.key === undefined || t.key === key) && (!t.effect || t.effect === effect));
  const selector = Object.entries((spec.nodeSelector ?? {}) as Record<string, string>);
  return (
    node.taints.every(tolerates) &&
    selector.every(([label, value]) => label === archLabel || node.labels[label] === value)
  );
}

function usage({ total, free }: Node): number {
  return Math.max(...(["cpu", "memory"] as const).map((resource) => 1 - free[resource] / total[resource]));
}

function without(node: Node, requests: Amounts): Node {
  return { ...node, free: amounts((resource) => node.free[resource] - requests[resource]) };
}
