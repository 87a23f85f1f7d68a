import { type Manifest, nameOf, type PodSpec } from "../manifests/manifest";
import { podTemplate } from "../podTemplate";
import { type Node, type PendingPod, takes } from "./placePods";
import { type Amounts, type ContainerLimits, podRequests, resources } from "./podRequests";
import { quantity } from "./quantity";

/** A pod that a workload makes. */
export interface WorkloadPod extends PendingPod {
  readonly workload: Manifest;
}

/** The fields that decide how many pods there are, of all kinds together. */
interface Counting {
  readonly replicas?: number;
  readonly paused?: boolean;
  readonly suspend?: boolean;
  readonly parallelism?: number;
  readonly completions?: number;
  readonly strategy?: { readonly type?: string; readonly rollingUpdate?: { readonly maxSurge?: number | string } };
  readonly jobTemplate?: { readonly spec?: Counting };
}

/**
 * The pods that a workload makes on a cluster's nodes; none where an object makes none.
 * @param limits of its namespace
 * @param overheads what runtime classes take, by name
 * @param rollout whether those count as well that stand beside the old ones while an edit is rolled out
 */
export function pendingPods(
  workload: Manifest,
  nodes: readonly Node[],
  limits: ContainerLimits,
  overheads: ReadonlyMap<string, Partial<Amounts>>,
  rollout: boolean,
): WorkloadPod[] {
  const spec = podSpecOf(workload);
  if (!spec?.containers) return [];
  const requests = podRequests(spec, limits, overheads.get(String(spec.runtimeClassName)));
  const pod: WorkloadPod = { workload, spec, requests };
  if (workload.kind === "DaemonSet")
    return nodes.filter((node) => takes(node, pod)).map(({ name }) => ({ ...pod, node: name }));
  return Array.from({ length: count(workload, rollout) }, () => pod);
}

/** What makes pods, as far as anybody knows it without a cluster: kinds of Kubernetes itself. */
export function podSpecOf(object: Manifest): PodSpec | undefined {
  const { apiVersion, kind, spec } = object;
  if (apiVersion === "v1" && kind === "Pod") return spec as PodSpec | undefined;
  return /^(apps|batch)\//.test(apiVersion) || (apiVersion === "v1" && kind === "ReplicationController")
    ? podTemplate(object)?.spec
    : undefined;
}

function count({ kind, spec }: Manifest, rollout: boolean): number {
  const { replicas = 1, paused, strategy, ...rest } = (spec ?? {}) as Counting;
  switch (kind) {
    case "Pod":
      return 1;
    case "CronJob":
      return rest.suspend ? 0 : ofJob(rest.jobTemplate?.spec ?? {});
    case "Job":
      return ofJob(rest);
    case "Deployment":
      return paused ? 0 : replicas + (rollout ? surge(replicas, strategy) : 0);
    default:
      return replicas;
  }
}

function ofJob({ suspend, parallelism = 1, completions }: Counting): number {
  return suspend ? 0 : Math.min(parallelism, completions ?? parallelism);
}

/** So many pods more a rolling update may make before it takes one away. */
function surge(replicas: number, strategy: Counting["strategy"]): number {
  if (strategy?.type === "Recreate") return 0;
  const most = strategy?.rollingUpdate?.maxSurge ?? "25%";
  return typeof most === "number" ? most : Math.ceil((Number.parseFloat(most) / 100) * replicas);
}

/** What runtime classes among objects take of a node besides a pod's containers. */
export function runtimeOverheads(objects: readonly Manifest[]): ReadonlyMap<string, Partial<Amounts>> {
  return new Map(
    objects
      .filter(({ kind, apiVersion }) => kind === "RuntimeClass" && apiVersion.startsWith("node.k8s.io/"))
      .map(({ metadata, overhead }) => {
        const { podFixed } = (overhead ?? {}) as { podFixed?: Record<string, unknown> };
        return [metadata.name, Object.fromEntries(resources.map((r) => [r, quantity(podFixed?.[r]) ?? 0]))];
      }),
  );
}

/** What pods ask for, for people: `1000m CPU and 128Mi memory`. */
export function described({ cpu, memory, "ephemeral-storage": storage }: Amounts): string {
  const mebibytes = (bytes: number) => `${Math.floor(bytes / 2 ** 20)}Mi`;
  const parts = [
    ...(cpu > 0 ? [`${Math.round(cpu * 1000)}m CPU`] : []),
    ...(memory > 0 ? [`${mebibytes(memory)} memory`] : []),
    ...(storage > 0 && Number.isFinite(storage) ? [`${mebibytes(storage)} ephemeral storage`] : []),
  ];
  return parts.join(", ") || "nothing";
}

/** Workloads and how many of their pods these are: `2 pods of Deployment ns/d (1000m CPU each)`. */
export function inGroups(pods: readonly WorkloadPod[]): string {
  const workloads = [...new Set(pods.map(({ workload }) => workload))];
  return workloads
    .map((workload) => {
      const theirs = pods.filter((pod) => pod.workload === workload);
      const [{ requests } = { requests: undefined }] = theirs;
      const which = theirs.length === 1 ? "a pod" : `${theirs.length} pods`;
      return `${which} of ${nameOf(workload)} (${requests ? described(requests) : ""}${theirs.length > 1 ? " each" : ""})`;
    })
    .join("; ");
}
