import { type Difference, startsWith } from "../protocol/differences";
import type { Path } from "../protocol/values";
import { groupOf, type KubernetesObject } from "./object";

const SELECTOR: readonly Path[] = [["spec", "selector"]];
const ROLE: readonly Path[] = [["roleRef"]];

/**
 * Fields that the API server lets nobody change, by group and kind (its validation, and provider/diff.go of
 * pulumi/pulumi-kubernetes). `*` stands for any key.
 */
const FIELDS: Readonly<Record<string, readonly Path[]>> = {
  "apps/DaemonSet": SELECTOR,
  "apps/Deployment": SELECTOR,
  "apps/ReplicaSet": SELECTOR,
  "apps/StatefulSet": [
    ...SELECTOR,
    ["spec", "podManagementPolicy"],
    ["spec", "serviceName"],
    ["spec", "volumeClaimTemplates"],
  ],
  "batch/Job": [
    ...SELECTOR,
    ["spec", "template"],
    ["spec", "completions"],
    ["spec", "completionMode"],
    ["spec", "backoffLimitPerIndex"],
    ["spec", "podFailurePolicy"],
    ["spec", "managedBy"],
  ],
  "/Pod": [["spec"]],
  "/PersistentVolume": [["spec"]],
  "/PersistentVolumeClaim": [["spec"]],
  "/ResourceQuota": [["spec", "scopes"]],
  "/Secret": [["type"]],
  "/Service": [["spec", "clusterIP"]],
  "apiextensions.k8s.io/CustomResourceDefinition": [
    ["spec", "group"],
    ["spec", "scope"],
    ["spec", "names", "plural"],
    ["spec", "names", "kind"],
  ],
  "certificates.k8s.io/CertificateSigningRequest": [["spec"]],
  "discovery.k8s.io/EndpointSlice": [["addressType"]],
  "networking.k8s.io/IngressClass": [["spec", "controller"]],
  "node.k8s.io/RuntimeClass": [["handler"]],
  "rbac.authorization.k8s.io/ClusterRoleBinding": ROLE,
  "rbac.authorization.k8s.io/RoleBinding": ROLE,
  "scheduling.k8s.io/PriorityClass": [["value"], ["preemptionPolicy"]],
  "storage.k8s.io/StorageClass": [
    ["provisioner"],
    ["parameters"],
    ["reclaimPolicy"],
    ["volumeBindingMode"],
    ["allowedTopologies"],
  ],
  "storage.k8s.io/VolumeAttachment": [["spec"]],
};

/** What can be changed all the same inside of those fields. */
const EXCEPTIONS: Readonly<Record<string, readonly Path[]>> = {
  "/Pod": [
    ["spec", "activeDeadlineSeconds"],
    ["spec", "tolerations"],
  ],
  "/PersistentVolume": [
    ["spec", "capacity"],
    ["spec", "accessModes"],
    ["spec", "mountOptions"],
    ["spec", "persistentVolumeReclaimPolicy"],
    ["spec", "storageClassName"],
    ["spec", "claimRef"],
    ["spec", "volumeAttributesClassName"],
  ],
  "/PersistentVolumeClaim": [
    ["spec", "resources", "requests", "storage"],
    ["spec", "volumeAttributesClassName"],
  ],
};

/** What an object that calls itself immutable holds. */
const FROZEN: readonly Path[] = [["data"], ["binaryData"], ["stringData"], ["immutable"]];

/**
 * Picks the differences that an update can't bring about: only another object can.
 *
 * @param old the object as it is. Its name, kind and group are its identity; the namespace is compared elsewhere.
 */
export function replacing(
  old: KubernetesObject,
  differences: readonly Difference[],
  next: KubernetesObject,
): Difference[] {
  const key = `${groupOf(old.apiVersion)}/${old.kind}`;
  const frozen = old.immutable === true && (key === "/ConfigMap" || key === "/Secret");
  const fixed: readonly Path[] = [["metadata", "name"], ["kind"], ...(FIELDS[key] ?? []), ...(frozen ? FROZEN : [])];
  const changesGroup = groupOf(old.apiVersion) !== groupOf(next.apiVersion);
  return differences.filter(({ path, kind }) => {
    if (path[0] === "apiVersion") return changesGroup;
    if (EXCEPTIONS[key]?.some((exception) => startsWith(path, exception))) return false;
    // A whole branch that comes or goes takes its fixed fields with it; one that isn't known yet need not change them.
    return fixed.some((field) => startsWith(path, field) || (kind !== "update" && startsWith(field, path)));
  });
}
