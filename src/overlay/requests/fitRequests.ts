import { identityOf } from "../manifests/identity";
import type { Manifest } from "../manifests/manifest";
import type { Change } from "../profileOverlay";
import { type Lowered, lowerRequests } from "./lowerRequests";
import { pendingPods, runtimeOverheads, type WorkloadPod } from "./pendingPods";
import { type Node, placePods, suffices, takes } from "./placePods";
import { amounts, containerLimits, type Resource, resources } from "./podRequests";

/** An operator's objects, and what may be done about its requests. */
export interface Requesting {
  readonly objects: readonly Manifest[];
  /** those that run the operator */
  readonly workloads: readonly Manifest[];
  /** whether the requests of those stay as they are */
  readonly keep: boolean;
}

export interface Fitted {
  /** by operator: what its workloads became, and what changed */
  readonly operators: readonly {
    readonly lowered: ReadonlyMap<Manifest, Manifest>;
    readonly changes: readonly Change[];
  }[];
  /** pods of operators that surely find no node, by operator, in its order */
  readonly impossible: readonly (readonly WorkloadPod[])[];
  /** other pods that don't find one, or may not */
  readonly doubtful: readonly WorkloadPod[];
}

/** Each step lowers requests to a half, down to their floors. */
const shares = Array.from({ length: 24 }, (_, step) => 0.5 ** (step + 1));

/** So much of what the others leave the operators may take where their requests are lowered: the pods that they make, or the tests do, need room as well. */
const portion = 0.5;

/**
 * Compares what pods request with what nodes have, and lowers the CPU and memory requests of operators where they don't fit, all by the same share. An update's
 * pods count as well, for they stand beside the old ones. What an operator makes itself, nobody knows here.
 * @param operators all of the session
 */
export function fitRequests(operators: readonly Requesting[], nodes: readonly Node[]): Fitted {
  const all = operators.flatMap(({ objects }) => objects);
  const limitsOf = containerLimits(all);
  const overheads = runtimeOverheads(all);
  const podsOf = (workload: Manifest, onNodes: readonly Node[], rollout = false) =>
    pendingPods(workload, onNodes, limitsOf(workload.metadata.namespace), overheads, rollout);
  const profiled = new Set(operators.flatMap(({ workloads }) => workloads));
  const others = [...new Map(all.map((object) => [identityOf(object), object])).values()].filter(
    (object) => !profiled.has(object),
  );
  // They are made before the operators.
  const around = placePods(
    others.flatMap((object) => podsOf(object, nodes)),
    nodes,
  );
  const movable = operators.filter(({ keep }) => !keep).flatMap(({ workloads }) => workloads);
  const kept = operators.filter(({ keep }) => keep).flatMap(({ workloads }) => workloads);
  const afterKept = placePods(
    kept.flatMap((workload) => podsOf(workload, nodes)),
    around.nodes,
  );
  const lowered = (by: Readonly<Partial<Record<Lowered, number>>>) =>
    movable.map((workload) => lowerRequests(workload, by, limitsOf(workload.metadata.namespace)));
  const fits = (workloads: readonly Manifest[], left: readonly Node[], of: readonly Resource[] = resources) => {
    const pods = workloads.flatMap((workload) => podsOf(workload, nodes, true));
    return placePods(pods.map(only(of)), left).unplaced.length === 0;
  };
  const by = isEnough();
  const results = lowered(by);
  const became = new Map(movable.map((workload, index) => [workload, results[index]!]));
  const after = operators.map(({ workloads, keep }) =>
    keep ? workloads : workloads.map((w) => became.get(w)!.workload),
  );
  const pods = after.map((workloads) => workloads.flatMap((workload) => podsOf(workload, nodes)));
  const { unplaced } = placePods(pods.flat(), around.nodes);
  const surely = new Set(unplaced.filter((pod) => hopeless(pod, pods.flat(), around.nodes)));
  return {
    operators: operators.map(({ workloads }) => {
      const changed = workloads.filter((workload) => (became.get(workload)?.changes.length ?? 0) > 0);
      return {
        lowered: new Map(changed.map((workload) => [workload, became.get(workload)!.workload])),
        changes: changed.flatMap((workload) => became.get(workload)!.changes),
      };
    }),
    impossible: pods.map((theirs) => unplaced.filter((pod) => surely.has(pod) && theirs.includes(pod))),
    doubtful: [...around.unplaced, ...unplaced.filter((pod) => !surely.has(pod))],
  };

  /** By how much which requests have to be lowered. */
  function isEnough(): Partial<Record<Lowered, number>> {
    if (fits(movable, afterKept.nodes)) return {};
    const short = (["cpu", "memory"] as const).filter((resource) => !fits(movable, afterKept.nodes, [resource]));
    const which = short.length > 0 ? short : (["cpu", "memory"] as const);
    const part = afterKept.nodes.map((node) => ({ ...node, free: amounts((r) => node.free[r] * portionOf(r)) }));
    const steps = shares.map((share) => Object.fromEntries(which.map((resource) => [resource, share])));
    const enough = steps.find((step) =>
      fits(
        lowered(step).map(({ workload }) => workload),
        part,
        which,
      ),
    );
    return enough ?? steps.at(-1)!;
  }
}

function portionOf(resource: Resource): number {
  return resource === "ephemeral-storage" ? 1 : portion;
}

/** A pod as it would be if it asked for nothing else. */
function only(of: readonly Resource[]): (pod: WorkloadPod) => WorkloadPod {
  return (pod) => ({ ...pod, requests: amounts((r) => (of.includes(r) ? pod.requests[r] : 0)) });
}

/** Whether no order in which pods find their nodes would do: the pod is too large for each, or all are for the nodes together. */
function hopeless(pod: WorkloadPod, all: readonly WorkloadPod[], nodes: readonly Node[]): boolean {
  const willing = nodes.filter((node) => takes(node, pod));
  if (willing.length === 1 || !willing.some((node) => suffices(node, pod))) return true;
  return resources.some(
    (resource) =>
      all.reduce((sum, { requests }) => sum + requests[resource], 0) >
      nodes.reduce((sum, { free }) => sum + free[resource], 0),
  );
}
