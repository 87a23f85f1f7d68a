import { overlayNames } from "../../overlay/profileOverlay";
import { escapeControls } from "../../system/text/escape";

interface Template {
  readonly spec?: { readonly volumes?: readonly { readonly name: string }[] };
}

/** Pods, what makes pods, and events, as far as we read them. */
export interface MakersAndEvents {
  readonly items: readonly {
    readonly kind: string;
    readonly metadata: {
      readonly namespace?: string;
      readonly name: string;
      readonly uid: string;
      readonly ownerReferences?: readonly { readonly uid: string }[];
    };
    readonly spec?: { readonly replicas?: number; readonly template?: Template };
    readonly status?: {
      readonly desiredNumberScheduled?: number;
      readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    };
    /** of an event */
    readonly reason?: string;
    readonly message?: string;
    readonly involvedObject?: { readonly uid?: string };
    readonly lastTimestamp?: string | null;
  }[];
}

/** What makes pods itself; a Deployment's pods are made by its ReplicaSets, a CronJob's by its Jobs. */
const makers = ["ReplicaSet", "StatefulSet", "DaemonSet", "Job"];

/**
 * Profiled workloads whose pods the API server forbids, as by a namespace's Pod Security level or a quota, in its words. A webhook that can't be called is no
 * such thing: it may be about to come up.
 * @param since milliseconds since 1970; what was said before does not count, for what it says may have been mended, and Kubernetes may take minutes to try again
 */
export function forbiddenOf({ items }: MakersAndEvents, since: number): string[] {
  return items.flatMap((maker) => {
    const { kind, metadata, spec } = maker;
    const profiled = spec?.template?.spec?.volumes?.some(({ name }) => name === overlayNames.volume);
    if (!makers.includes(kind) || !profiled) return [];
    const pods = items.filter(
      (item) => item.kind === "Pod" && item.metadata.ownerReferences?.some(({ uid }) => uid === metadata.uid),
    );
    if (pods.length >= wanted(maker)) return [];
    const last = items
      .filter(({ reason, involvedObject }) => reason === "FailedCreate" && involvedObject?.uid === metadata.uid)
      .sort((a, b) => timeOf(a) - timeOf(b))
      .at(-1);
    if (!last?.message || timeOf(last) < since || !/ is forbidden: /.test(last.message)) return [];
    return [escapeControls(`${kind} ${metadata.namespace}/${metadata.name}: ${last.message.trim()}`)];
  });
}

/** Events have whole seconds: this is the end of it. */
function timeOf({ lastTimestamp }: MakersAndEvents["items"][number]): number {
  return lastTimestamp ? Date.parse(lastTimestamp) + 999 : 0;
}

/** How many pods it should have now. */
function wanted({ kind, spec, status }: MakersAndEvents["items"][number]): number {
  if (kind === "DaemonSet") return status?.desiredNumberScheduled ?? 0;
  if (kind !== "Job") return spec?.replicas ?? 1;
  const over = status?.conditions?.some(({ type, status }) => /^(?:Complete|Failed)$/.test(type) && status === "True");
  return over ? 0 : 1;
}

/**
 * What to do where a namespace's Pod Security level forbids pods.
 * @param messages of the API server
 * @returns a sentence for each such namespace level; none where it is something else
 */
export function podSecurityAdvice(messages: readonly string[]): string[] {
  const levels = messages.flatMap((message) => /violates PodSecurity "([a-z]+)[:"]/.exec(message)?.[1] ?? []);
  return [...new Set(levels)].map(
    (level) =>
      `A namespace that enforces the Pod Security level ${level} takes no pod with the hostPath volume that counters go to. Where the namespace is among the operator's manifests, the session lowers its level; elsewhere the level is left alone. Put the namespace into the manifests, or the label \`pod-security.kubernetes.io/enforce: privileged\` on it where it is made, such as in \`cluster.prerequisites\`.`,
  );
}
