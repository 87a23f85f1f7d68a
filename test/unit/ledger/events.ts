import type { ContainerStatus, Pod } from "../../../ledger/auditEvent";

export const RUN = "20261120T210355Z-1a2b3c";
export const BUILD = "0123456789ab";

/** A second of a session, as Kubernetes writes times. */
export const at = (second: number) => new Date(Date.UTC(2026, 10, 20, 21, 4, second)).toISOString().replace(".000", "");

export interface PodOptions {
  readonly uid?: string;
  readonly name?: string;
  readonly folder?: string;
  readonly interval?: string;
  readonly statuses?: readonly ContainerStatus[];
  readonly metadata?: Partial<Pod["metadata"]>;
  readonly status?: Pod["status"];
  readonly spec?: Partial<Pod["spec"]>;
}

/** A pod of the operator `shop` under the profile overlay, with a container that is not profiled beside it. */
export function podWith({
  uid = "uid-1",
  name = "shop-1",
  folder,
  interval,
  statuses,
  metadata,
  status,
  spec,
}: PodOptions): Pod {
  const env = interval === undefined ? [] : [{ name: "OPERATOR_COVERAGE_INTERVAL", value: interval }];
  return {
    metadata: { namespace: "shop", name, uid, ...metadata },
    spec: {
      nodeName: "node-1",
      containers: [
        { name: "manager", image: "shop-profile:1", env, volumeMounts: [{ name: "operator-coverage" }] },
        { name: "proxy", image: "proxy:1" },
      ],
      volumes: [{ name: "operator-coverage", hostPath: { path: folder ?? `/operator-coverage/${RUN}/shop/${BUILD}` } }],
      ...spec,
    },
    status: { containerStatuses: statuses, ...status },
  };
}

/** The line that an API server logs of a state. */
export function stateLine(pod: Pod, code = 200, time = at(0)): string {
  return JSON.stringify({
    kind: "Event",
    verb: "patch",
    stageTimestamp: time,
    objectRef: { resource: "pods", subresource: "status", namespace: pod.metadata.namespace, name: pod.metadata.name },
    responseStatus: { code },
    responseObject: { kind: "Pod", ...pod },
  });
}

/** The line that an API server logs of a deletion. */
export function deletionLine(name: string, time: string, code = 200): string {
  return JSON.stringify({
    kind: "Event",
    verb: "delete",
    stageTimestamp: time,
    objectRef: { resource: "pods", namespace: "shop", name },
    responseStatus: { code },
  });
}

/** The line by which an API server says that it lives. */
export function heartbeatLine(time: string): string {
  return JSON.stringify({
    kind: "Event",
    verb: "update",
    user: { username: "system:apiserver" },
    stageTimestamp: time,
    objectRef: { resource: "leases", namespace: "kube-system", name: "apiserver-x", apiGroup: "coordination.k8s.io" },
    responseStatus: { code: 200 },
  });
}
