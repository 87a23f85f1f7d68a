import type {
  V1CustomResourceDefinition,
  V1DaemonSet,
  V1Deployment,
  V1Job,
  V1Namespace,
  V1Pod,
  V1StatefulSet,
} from "@kubernetes/client-node";
import { groupOf, type KubernetesObject } from "./object";

/** How far an object is on its way to what its spec says. */
export type Readiness =
  | { readonly state: "ready" }
  | { readonly state: "waiting"; readonly why: string }
  /** It won't get there without a change. */
  | { readonly state: "failed"; readonly why: string };

const READY: Readiness = { state: "ready" };

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

const JUDGES: Readonly<Record<string, (object: KubernetesObject) => Readiness>> = {
  "apps/Deployment": deployment,
  "apps/StatefulSet": statefulSet,
  "apps/DaemonSet": daemonSet,
  "batch/Job": job,
  "/Pod": pod,
  "/Namespace": namespace,
  "apiextensions.k8s.io/CustomResourceDefinition": customResourceDefinition,
};

/** Judges an object by its status alone. Kinds that have no notion of being ready are ready when they are there. */
export function readiness(object: KubernetesObject): Readiness {
  const judge = JUDGES[`${groupOf(object.apiVersion)}/${object.kind}`];
  return judge === undefined ? READY : judge(object);
}

/** Whether objects of this kind need a moment after they are made. */
export function becomesReady({ apiVersion, kind }: KubernetesObject): boolean {
  return `${groupOf(apiVersion)}/${kind}` in JUDGES;
}

function waiting(why: string): Readiness {
  return { state: "waiting", why };
}

function condition(conditions: readonly Condition[] | undefined, type: string): Condition | undefined {
  return conditions?.find((one) => one.type === type);
}

function words({ reason, message }: Condition): string {
  return [reason, message].filter(Boolean).join(": ");
}

/** Status counts for nothing before the controller has seen the spec that it is about. */
function isObserved(object: KubernetesObject, observed: number | undefined): boolean {
  return (observed ?? 0) >= Number(object.metadata.generation ?? 0);
}

function deployment(object: KubernetesObject): Readiness {
  const { spec, status } = object as unknown as V1Deployment;
  if (!isObserved(object, status?.observedGeneration)) return waiting("not seen by its controller yet");
  const progressing = condition(status?.conditions, "Progressing");
  if (progressing?.reason === "ProgressDeadlineExceeded") return { state: "failed", why: words(progressing) };
  const wanted = spec?.replicas ?? 1;
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status ?? {};
  const failure = condition(status?.conditions, "ReplicaFailure");
  if (failure?.status === "True" && updatedReplicas < wanted) return waiting(words(failure));
  if (updatedReplicas < wanted) return waiting(`${updatedReplicas} of ${wanted} replicas made`);
  if (replicas > updatedReplicas) return waiting(`${replicas - updatedReplicas} old replicas to go`);
  if (availableReplicas < wanted) return waiting(`${availableReplicas} of ${wanted} replicas available`);
  return READY;
}

function statefulSet(object: KubernetesObject): Readiness {
  const { spec, status } = object as unknown as V1StatefulSet;
  if (!isObserved(object, status?.observedGeneration)) return waiting("not seen by its controller yet");
  const wanted = spec?.replicas ?? 1;
  const { readyReplicas = 0, updatedReplicas = 0, currentRevision, updateRevision } = status ?? {};
  if (readyReplicas < wanted) return waiting(`${readyReplicas} of ${wanted} replicas ready`);
  const { type, rollingUpdate } = spec?.updateStrategy ?? {};
  if (type === "OnDelete" || currentRevision === updateRevision) return READY;
  const updates = wanted - (rollingUpdate?.partition ?? 0);
  return updatedReplicas < updates ? waiting(`${updatedReplicas} of ${updates} replicas updated`) : READY;
}

function daemonSet(object: KubernetesObject): Readiness {
  const { spec, status } = object as unknown as V1DaemonSet;
  if (!isObserved(object, status?.observedGeneration)) return waiting("not seen by its controller yet");
  const { desiredNumberScheduled: wanted = 0, updatedNumberScheduled = 0, numberAvailable = 0 } = status ?? {};
  if (spec?.updateStrategy?.type !== "OnDelete" && updatedNumberScheduled < wanted) {
    return waiting(`${updatedNumberScheduled} of ${wanted} pods updated`);
  }
  return numberAvailable < wanted ? waiting(`${numberAvailable} of ${wanted} pods available`) : READY;
}

function job(object: KubernetesObject): Readiness {
  const { spec, status } = object as unknown as V1Job;
  if (condition(status?.conditions, "Complete")?.status === "True" || spec?.suspend) return READY;
  const failed = condition(status?.conditions, "Failed");
  if (failed?.status === "True") return { state: "failed", why: words(failed) };
  return waiting(`${status?.succeeded ?? 0} of ${spec?.completions ?? 1} completions`);
}

function pod(object: KubernetesObject): Readiness {
  const { status } = object as unknown as V1Pod;
  if (status?.phase === "Succeeded") return READY;
  if (status?.phase === "Failed")
    return { state: "failed", why: words({ ...status, type: "", status: "" }) || "failed" };
  const ready = condition(status?.conditions, "Ready");
  return ready?.status === "True" ? READY : waiting((ready && words(ready)) || `phase ${status?.phase ?? "unknown"}`);
}

function namespace(object: KubernetesObject): Readiness {
  const { status } = object as unknown as V1Namespace;
  return status?.phase === "Active" ? READY : waiting(`phase ${status?.phase ?? "unknown"}`);
}

function customResourceDefinition(object: KubernetesObject): Readiness {
  const { status } = object as unknown as V1CustomResourceDefinition;
  if (condition(status?.conditions, "Established")?.status === "True") return READY;
  const names = condition(status?.conditions, "NamesAccepted");
  if (names?.status === "False") return { state: "failed", why: words(names) };
  return waiting("not established yet");
}
