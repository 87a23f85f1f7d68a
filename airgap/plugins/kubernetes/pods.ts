import type { V1Pod, V1ReplicaSet } from "@kubernetes/client-node";
import type { Value } from "../protocol/values";
import type { Cluster } from "./cluster";
import { at, groupOf, type KubernetesObject } from "./object";

const REVISION = ["metadata", "annotations", "deployment.kubernetes.io/revision"] as const;

/**
 * Lists the pods that belong to the newest version of an object. What the version before does is of no interest:
 * its trouble may be what the update is for.
 *
 * @returns none for objects that have no pods.
 */
export async function podsOf(cluster: Cluster, object: KubernetesObject, signal: AbortSignal): Promise<V1Pod[]> {
  const { kind, metadata } = object;
  if (kind === "Pod") return [object as unknown as V1Pod];
  const query = matchLabels(object);
  if (query === undefined || !["apps", "batch"].includes(groupOf(object.apiVersion))) return [];
  const namespace = encodeURIComponent(metadata.namespace ?? "");
  const list = async (path: string) => (await cluster.json({ path: `${path}?labelSelector=${query}`, signal })).items;
  const pods = (await list(`/api/v1/namespaces/${namespace}/pods`)) as unknown as V1Pod[];
  const owned = (owner: Value | undefined) => pods.filter((pod) => isOwnedBy(pod, owner));
  switch (kind) {
    case "Deployment": {
      const sets = (await list(`/apis/apps/v1/namespaces/${namespace}/replicasets`)) as unknown as V1ReplicaSet[];
      const newest = sets.find(
        (set) => isOwnedBy(set, metadata.uid) && at(set as never, REVISION) === at(object, REVISION),
      );
      return newest === undefined ? [] : owned(newest.metadata?.uid);
    }
    case "StatefulSet": {
      const revision = at(object, ["status", "updateRevision"]);
      return owned(metadata.uid).filter((pod) => pod.metadata?.labels?.["controller-revision-hash"] === revision);
    }
    case "DaemonSet": {
      // Deprecated, and still kept by the controller: without it, the revisions would have to be compared.
      const template = at(object, ["metadata", "annotations", "deprecated.daemonset.template.generation"]);
      return owned(metadata.uid).filter((pod) => pod.metadata?.labels?.["pod-template-generation"] === template);
    }
    default:
      return owned(metadata.uid);
  }
}

/** The selector's labels; where there are expressions too, this finds more than it has to, and the owner decides. */
function matchLabels(object: KubernetesObject): string | undefined {
  const labels = at(object, ["spec", "selector", "matchLabels"]);
  if (labels === undefined) return undefined;
  const pairs = Object.entries(labels as Record<string, string>).map(([key, value]) => `${key}=${value}`);
  return encodeURIComponent(pairs.join(","));
}

function isOwnedBy(object: V1Pod | V1ReplicaSet, uid: Value | undefined): boolean {
  return object.metadata?.ownerReferences?.some((owner) => owner.uid === uid) ?? false;
}
