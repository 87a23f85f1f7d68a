import type { Container, Pod } from "../../../policies/pod";

/** The container of a workload that keeps all rules. */
export const container: Container = {
  name: "manager",
  image: "memcached-profile:0123456789ab",
  env: [
    { name: "UID", valueFrom: { fieldRef: { fieldPath: "metadata.uid" } } },
    { name: "GOCOVERDIR", value: "/operator-coverage" },
  ],
  volumeMounts: [{ name: "operator-coverage", mountPath: "/operator-coverage", subPathExpr: "$(UID)" }],
};

/** The pods of a workload that keeps all rules. */
export const pod: Pod = {
  containers: [container],
  volumes: [{ name: "operator-coverage", hostPath: { path: "/operator-coverage/run/memcached/0123456789ab" } }],
  terminationGracePeriodSeconds: 30,
};

/** A Deployment that keeps all rules, as Pulumi registers it. */
export function deployment(name: string, spec: Pod = pod) {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: "ns" },
    spec: { template: { spec } },
  };
}
