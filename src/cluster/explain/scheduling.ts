import { overlayNames } from "../../overlay/profileOverlay";
import { escapeControls } from "../../system/text/escape";

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

/** Nodes and pods, as far as we read them. */
export interface NodesAndPods {
  readonly items: readonly {
    readonly kind: string;
    readonly metadata: {
      readonly namespace?: string;
      readonly name: string;
      readonly uid: string;
      readonly deletionTimestamp?: string;
    };
    readonly spec?: {
      readonly nodeName?: string;
      readonly volumes?: readonly { readonly name: string }[];
      readonly taints?: unknown;
      readonly unschedulable?: boolean;
    };
    readonly status?: {
      readonly phase?: string;
      readonly conditions?: readonly Condition[];
      readonly containerStatuses?: readonly { readonly ready: boolean; readonly restartCount: number }[];
      readonly initContainerStatuses?: readonly { readonly ready: boolean; readonly restartCount: number }[];
    };
  }[];
}

/** The cluster at one time, as far as it decides whether pods find nodes. */
export interface Scheduling {
  /** the same as long as nothing changes */
  readonly state: string;
  /** profiled pods that no node takes, in the scheduler's words; none while a node is not ready, which may yet take them */
  readonly unschedulable: readonly string[];
  /** workloads whose pods the API server forbids, in its words; see src/cluster/explain/forbidden.ts */
  readonly forbidden?: readonly string[];
}

/** Reads from nodes and pods what decides whether pods find nodes; other kinds are passed over. */
export function schedulingOf(seen: NodesAndPods): Scheduling {
  const items = seen.items.filter(({ kind }) => kind === "Node" || kind === "Pod");
  const ready = items.every(
    ({ kind, status }) =>
      kind !== "Node" || status?.conditions?.some((one) => one.type === "Ready" && one.status === "True"),
  );
  const state = items.map(({ metadata, spec, status }) => [
    metadata.uid,
    metadata.deletionTimestamp,
    spec?.nodeName,
    spec?.taints,
    spec?.unschedulable,
    status?.phase,
    status?.conditions?.map(({ type, status }) => [type, status]),
    [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])].map((one) => [
      one.ready,
      one.restartCount,
    ]),
  ]);
  const unschedulable = items.flatMap(({ kind, metadata, spec, status }) => {
    const profiled = spec?.volumes?.some(({ name }) => name === overlayNames.volume);
    if (kind !== "Pod" || !profiled || metadata.deletionTimestamp !== undefined) return [];
    const refused = status?.conditions?.find(
      (one) => one.type === "PodScheduled" && one.status === "False" && one.reason === "Unschedulable",
    );
    return refused ? [escapeControls(`pod ${metadata.namespace}/${metadata.name}: ${refused.message ?? ""}`)] : [];
  });
  return { state: JSON.stringify(state), unschedulable: ready ? unschedulable : [] };
}

/** Tells when pods have found no node, or were forbidden, and nothing has changed for a time. */
export class SchedulingWatch {
  private last: string | undefined;
  private since = 0;

  /** @param quiet milliseconds */
  constructor(private readonly quiet: number) {}

  /**
   * @param now milliseconds of any clock
   * @returns the pods that are given up, in words; none as long as they may still come to be
   */
  see({ state, unschedulable, forbidden = [] }: Scheduling, now: number): readonly string[] {
    if (state !== this.last) {
      this.last = state;
      this.since = now;
    }
    return now - this.since >= this.quiet ? [...unschedulable, ...forbidden] : [];
  }

  /** Begins anew: what has been seen does not count. */
  reset(): void {
    this.last = undefined;
  }
}
