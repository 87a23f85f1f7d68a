interface Scopes {
  readonly namespaced?: readonly string[];
  readonly cluster?: readonly string[];
}

/** The kinds of Kubernetes itself by API group, those of some releases only among them. A session's test compares this with a real API server. */
const kinds: Readonly<Record<string, Scopes>> = {
  "": {
    namespaced: [
      "Binding",
      "ConfigMap",
      "Endpoints",
      "Event",
      "LimitRange",
      "PersistentVolumeClaim",
      "Pod",
      "PodTemplate",
      "ReplicationController",
      "ResourceQuota",
      "Secret",
      "Service",
      "ServiceAccount",
    ],
    cluster: ["ComponentStatus", "Namespace", "Node", "PersistentVolume"],
  },
  "admissionregistration.k8s.io": {
    cluster: [
      "MutatingAdmissionPolicy",
      "MutatingAdmissionPolicyBinding",
      "MutatingWebhookConfiguration",
      "ValidatingAdmissionPolicy",
      "ValidatingAdmissionPolicyBinding",
      "ValidatingWebhookConfiguration",
    ],
  },
  "apiextensions.k8s.io": { cluster: ["CustomResourceDefinition"] },
  "apiregistration.k8s.io": { cluster: ["APIService"] },
  apps: { namespaced: ["ControllerRevision", "DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"] },
  "authentication.k8s.io": { cluster: ["SelfSubjectReview", "TokenReview"] },
  "authorization.k8s.io": {
    namespaced: ["LocalSubjectAccessReview"],
    cluster: ["SelfSubjectAccessReview", "SelfSubjectRulesReview", "SubjectAccessReview"],
  },
  autoscaling: { namespaced: ["HorizontalPodAutoscaler"] },
  batch: { namespaced: ["CronJob", "Job"] },
  "certificates.k8s.io": {
    namespaced: ["PodCertificateRequest"],
    cluster: ["CertificateSigningRequest", "ClusterTrustBundle"],
  },
  "coordination.k8s.io": { namespaced: ["Lease", "LeaseCandidate"] },
  "discovery.k8s.io": { namespaced: ["EndpointSlice"] },
  "events.k8s.io": { namespaced: ["Event"] },
  "flowcontrol.apiserver.k8s.io": { cluster: ["FlowSchema", "PriorityLevelConfiguration"] },
  "internal.apiserver.k8s.io": { cluster: ["StorageVersion"] },
  "networking.k8s.io": {
    namespaced: ["Ingress", "NetworkPolicy"],
    cluster: ["IPAddress", "IngressClass", "ServiceCIDR"],
  },
  "node.k8s.io": { cluster: ["RuntimeClass"] },
  policy: { namespaced: ["PodDisruptionBudget"], cluster: ["PodSecurityPolicy"] },
  "rbac.authorization.k8s.io": {
    namespaced: ["Role", "RoleBinding"],
    cluster: ["ClusterRole", "ClusterRoleBinding"],
  },
  "resource.k8s.io": {
    namespaced: [
      "PodSchedulingContext",
      "ResourceClaim",
      "ResourceClaimParameters",
      "ResourceClaimTemplate",
      "ResourceClassParameters",
    ],
    cluster: ["DeviceClass", "DeviceTaintRule", "ResourceClass", "ResourceSlice"],
  },
  "scheduling.k8s.io": { namespaced: ["Workload"], cluster: ["PriorityClass"] },
  "storage.k8s.io": {
    namespaced: ["CSIStorageCapacity"],
    cluster: ["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment", "VolumeAttributesClass"],
  },
  "storagemigration.k8s.io": { cluster: ["StorageVersionMigration"] },
};

export type Scope = "Namespaced" | "Cluster";

/** The API group of an `apiVersion`; the core group's name is empty. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes("/") ? apiVersion.split("/")[0]! : "";
}

/** Whether objects of a kind of Kubernetes itself stand in namespaces; undefined of every other kind. */
export function builtinScope({
  apiVersion,
  kind,
}: {
  readonly apiVersion: string;
  readonly kind: string;
}): Scope | undefined {
  const { namespaced = [], cluster = [] } = kinds[groupOf(apiVersion)] ?? {};
  return namespaced.includes(kind) ? "Namespaced" : cluster.includes(kind) ? "Cluster" : undefined;
}
