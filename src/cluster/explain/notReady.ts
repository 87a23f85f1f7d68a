import { overlayNames } from "../../overlay/profileOverlay";
import { escapeControls } from "../../system/text/escape";

/** A container that keeps a profiled pod from being ready. */
export interface NotReady {
  readonly namespace: string;
  readonly pod: string;
  readonly uid: string;
  /** undefined where the pod has none yet */
  readonly container?: string;
  /** in Kubernetes' words */
  readonly state: string;
  /** whether what it said last is in the log of its run before */
  readonly crashed: boolean;
  /** whether it runs the instrumented image, as that image's own user, for its manifests name none */
  readonly imageUser: boolean;
}

interface Status {
  readonly name: string;
  readonly ready: boolean;
  readonly restartCount: number;
  readonly state?: {
    readonly waiting?: { readonly reason?: string; readonly message?: string };
    readonly terminated?: { readonly reason?: string; readonly exitCode: number };
  };
}

type PodSpec = PodList["items"][number]["spec"];

interface SecurityContext {
  readonly runAsUser?: number;
}

interface Container {
  readonly name: string;
  readonly volumeMounts?: readonly { readonly name: string }[];
  readonly securityContext?: SecurityContext;
}

/** As far as we read it. */
export interface PodList {
  readonly items: readonly {
    readonly metadata: { readonly namespace: string; readonly name: string; readonly uid: string };
    readonly spec: {
      readonly volumes?: readonly { readonly name: string }[];
      readonly securityContext?: SecurityContext;
      readonly initContainers?: readonly Container[];
      readonly containers?: readonly Container[];
    };
    readonly status?: {
      readonly phase?: string;
      readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
      readonly initContainerStatuses?: readonly Status[];
      readonly containerStatuses?: readonly Status[];
    };
  }[];
}

/** As far as we read it. */
export interface EventList {
  readonly items: readonly {
    readonly type?: string;
    readonly reason?: string;
    readonly message?: string;
    readonly count?: number;
    readonly involvedObject: {
      readonly kind?: string;
      readonly namespace?: string;
      readonly name?: string;
      readonly uid?: string;
    };
    readonly lastTimestamp?: string | null;
    readonly eventTime?: string | null;
    readonly metadata: { readonly creationTimestamp?: string };
  }[];
}

/** So many warnings are shown, the newest. */
const WARNINGS = 10;

/** What kinds make pods: the warnings of one tell why it could not. */
const OWNERS = ["ReplicaSet", "StatefulSet", "DaemonSet", "Job"];

/** The containers that keep pods under the profile overlay from being ready, one of each pod. */
export function notReady({ items }: PodList): NotReady[] {
  return items.flatMap(({ metadata: { namespace, name, uid }, spec, status = {} }): NotReady[] => {
    const profiled = spec.volumes?.some((volume) => volume.name === overlayNames.volume);
    if (!profiled || status.phase === "Succeeded") return [];
    const pod = { namespace, pod: name, uid };
    const all = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
    const lacking = all.find(({ ready, state }) => !ready && state?.terminated?.exitCode !== 0);
    if (lacking)
      return [{ ...pod, container: lacking.name, ...stateOf(lacking), imageUser: hasImageUser(lacking.name, spec) }];
    if (all.length > 0) return [];
    const unscheduled = status.conditions?.find((one) => one.type === "PodScheduled" && one.status === "False");
    return [{ ...pod, state: unscheduled?.message ?? `phase ${status.phase}`, crashed: false, imageUser: false }];
  });
}

function hasImageUser(name: string, { securityContext, initContainers = [], containers = [] }: PodSpec): boolean {
  const container = [...initContainers, ...containers].find((one) => one.name === name);
  const profiled = container?.volumeMounts?.some((mount) => mount.name === overlayNames.volume) ?? false;
  return profiled && (container?.securityContext?.runAsUser ?? securityContext?.runAsUser) === undefined;
}

function stateOf({ state = {}, restartCount }: Status): Pick<NotReady, "state" | "crashed"> {
  const { waiting, terminated } = state;
  const reason = waiting?.reason ?? terminated?.reason;
  const exit = terminated ? ` with exit code ${terminated.exitCode}` : "";
  const restarts = restartCount > 0 ? ` after ${restartCount} restart${restartCount > 1 ? "s" : ""}` : "";
  const message = waiting?.message ? `: ${waiting.message}` : "";
  const words = reason ? `${reason}${exit}${restarts}${message}` : `running, but not ready${restarts}`;
  return { state: words, crashed: waiting !== undefined && restartCount > 0 };
}

/** What the cluster warned of about these pods and about pods that could not be made, a line each, the newest last. */
export function warningsOf({ items }: EventList, pods: readonly Pick<NotReady, "uid">[]): string[] {
  const uids = new Set(pods.map(({ uid }) => uid));
  const told = items
    .filter(({ type, reason, involvedObject: { uid, kind, namespace } }) => {
      if (type !== "Warning") return false;
      if (uid !== undefined && uids.has(uid)) return true;
      return reason === "FailedCreate" && OWNERS.includes(kind ?? "") && !/^kube-/.test(namespace ?? "");
    })
    .sort((a, b) => timeOf(a).localeCompare(timeOf(b)));
  // Each try to make a pod has a name for it and so an event of its own: the last stands for all, or nothing else would be among the newest.
  const key = ({ reason, involvedObject: { uid } }: EventList["items"][number]) => `${reason} ${uid}`;
  const last = new Map(told.map((event) => [key(event), event]));
  return told
    .filter((event) => event.reason !== "FailedCreate" || last.get(key(event)) === event)
    .slice(-WARNINGS)
    .map(({ reason, count = 1, involvedObject: { kind, namespace, name }, message }) => {
      const times = count > 1 ? ` (${count} times)` : "";
      return escapeControls(`${reason}, ${kind} ${namespace}/${name}${times}: ${message?.trim()}`);
    });
}

function timeOf({ lastTimestamp, eventTime, metadata }: EventList["items"][number]): string {
  return lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? "";
}
