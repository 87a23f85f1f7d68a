import type { V1ContainerStatus, V1Pod } from "@kubernetes/client-node";

/** Why a pod won't become ready, as far as one can see. */
export interface Trouble {
  readonly pod: string;
  readonly container: string;
  /** As Kubernetes names it, such as `CrashLoopBackOff`. */
  readonly reason: string;
  readonly message: string;
  readonly restarts: number;
  /** For how long it may still pass, as what the pod waits for may come from the same program. */
  readonly graceSeconds: number;
}

/** Reasons that don't pass by themselves, and for how long they shall be seen before they are believed; seconds. */
const GRACE: Readonly<Record<string, number>> = {
  InvalidImageName: 0,
  ErrImageNeverPull: 10,
  CreateContainerConfigError: 15,
  CreateContainerError: 15,
  // Registries have bad minutes.
  ErrImagePull: 120,
  ImagePullBackOff: 120,
};

// The first crashes may be those of a program that waits for another.
const CRASHES = 3;

/** Finds what keeps a pod from becoming ready; undefined where it may just need time. */
export function troubleOf(pod: V1Pod): Trouble | undefined {
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
  for (const status of [...initContainerStatuses, ...containerStatuses]) {
    const trouble = troubleOfContainer(pod, status);
    if (trouble !== undefined) return trouble;
  }
  return undefined;
}

function troubleOfContainer(pod: V1Pod, status: V1ContainerStatus): Trouble | undefined {
  const { reason = "", message = "" } = status.state?.waiting ?? {};
  const crashes = reason === "CrashLoopBackOff" && status.restartCount >= CRASHES;
  const graceSeconds = crashes ? 0 : GRACE[reason];
  if (graceSeconds === undefined) return undefined;
  return {
    pod: pod.metadata?.name ?? "",
    container: status.name,
    reason,
    message: crashes ? (lastEnd(status) ?? message) : message,
    restarts: status.restartCount,
    graceSeconds,
  };
}

function lastEnd({ lastState }: V1ContainerStatus): string | undefined {
  const { exitCode, reason, message } = lastState?.terminated ?? {};
  if (exitCode === undefined) return undefined;
  return [`it ended with status ${exitCode}`, reason === "Error" ? undefined : reason, message]
    .filter(Boolean)
    .join(", ");
}

/** Says in a sentence what is wrong. */
export function troubleInWords({ pod, container, reason, message, restarts }: Trouble): string {
  const times = restarts > 0 ? ` after ${restarts} restarts` : "";
  return `container ${container} of pod ${pod} is in ${reason}${times}${message === "" ? "" : `: ${message}`}`;
}

/** Remembers since when troubles are seen, and tells when one has outlasted its grace. */
export class TroubleWatch {
  private readonly since = new Map<string, number>();

  /** @param now milliseconds of any clock. @returns the first trouble to believe in, if there is one. */
  believe(pods: readonly V1Pod[], now: number): Trouble | undefined {
    const current = pods.flatMap((pod) => troubleOf(pod) ?? []);
    const keys = new Set(current.map(keyOf));
    for (const key of this.since.keys()) if (!keys.has(key)) this.since.delete(key);
    for (const key of keys) if (!this.since.has(key)) this.since.set(key, now);
    return current.find((trouble) => now - (this.since.get(keyOf(trouble)) ?? now) >= trouble.graceSeconds * 1_000);
  }
}

/** Without the reason, for a container in trouble goes to and fro between two of them. */
function keyOf({ pod, container }: Trouble): string {
  return `${pod}/${container}`;
}
