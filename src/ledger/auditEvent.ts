interface Terminated {
  readonly exitCode?: number;
  readonly reason?: string;
  readonly startedAt?: string | null;
  readonly finishedAt?: string | null;
  readonly containerID?: string;
}

interface State {
  readonly running?: { readonly startedAt?: string | null };
  readonly waiting?: { readonly reason?: string };
  readonly terminated?: Terminated;
}

export interface ContainerStatus {
  readonly name: string;
  readonly restartCount?: number;
  readonly containerID?: string;
  readonly state?: State;
  readonly lastState?: State;
}

interface Container {
  readonly name: string;
  readonly image?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly volumeMounts?: readonly { readonly name: string }[];
}

/** A pod as the API server answers with it, as far as we read it. */
export interface Pod {
  readonly metadata: {
    readonly namespace: string;
    readonly name: string;
    readonly uid: string;
    readonly ownerReferences?: readonly { readonly kind: string }[];
    readonly deletionTimestamp?: string;
    readonly deletionGracePeriodSeconds?: number;
  };
  readonly spec: {
    readonly nodeName?: string;
    readonly containers: readonly Container[];
    readonly initContainers?: readonly Container[];
    readonly ephemeralContainers?: readonly Container[];
    readonly volumes?: readonly { readonly name: string; readonly hostPath?: { readonly path?: string } }[];
  };
  readonly status?: {
    readonly reason?: string;
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly ephemeralContainerStatuses?: readonly ContainerStatus[];
  };
}

/** What a line of the audit log says (audit.k8s.io/v1, Event), as far as it concerns us. */
export type AuditEvent = {
  /** when it was logged, as ISO 8601 */ readonly logged: string;
} /** a pod's state, as a kubelet reported it */ & (
  | { readonly kind: "state"; readonly pod: Pod }
  /** a pod is gone, or going */
  | { readonly kind: "deletion"; readonly namespace: string; readonly name: string; readonly time: string }
  /** the API server that logs lives */
  | { readonly kind: "heartbeat" }
  | { readonly kind: "other" }
);

interface Event {
  readonly kind: string;
  readonly verb: string;
  readonly stageTimestamp?: string;
  readonly objectRef?: {
    readonly resource?: string;
    readonly subresource?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
  readonly responseStatus?: { readonly code?: number };
  readonly responseObject?: { readonly kind?: string };
}

/**
 * Reads one line of an audit log.
 * @throws SyntaxError where the line is no JSON, as when the API server was killed while it wrote it
 */
export function readEvent(line: string): AuditEvent {
  const { kind, verb, objectRef, responseStatus, responseObject, stageTimestamp } = JSON.parse(line) as Event;
  const logged = stageTimestamp ?? "";
  if (kind === "Event" && objectRef?.resource === "leases") return { kind: "heartbeat", logged };
  const isPod = kind === "Event" && objectRef?.resource === "pods";
  if (!isPod || (responseStatus?.code ?? 500) >= 300) return { kind: "other", logged };
  const { subresource, namespace, name } = objectRef;
  if (verb === "delete" && !subresource && namespace && name) {
    return { kind: "deletion", namespace, name, time: logged, logged };
  }
  const isState = subresource === "status" && responseObject?.kind === "Pod";
  return isState ? { kind: "state", pod: responseObject as unknown as Pod, logged } : { kind: "other", logged };
}
