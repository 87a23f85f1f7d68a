/**
 * One life of a profiled container: a container that is restarted in its pod lives anew each time, and each life should deliver its counters.
 * Times are ISO 8601, cut off to whole seconds by Kubernetes.
 */
export interface Incarnation {
  readonly operator: string;
  /** 12 hexadecimal digits */
  readonly build: string;
  readonly namespace: string;
  readonly podName: string;
  /** the pod's UID, which names the folder that it delivers to */
  readonly pod: string;
  readonly node?: string;
  readonly container: string;
  readonly image?: string;
  /** 0 for the first life, as Kubernetes counts restarts */
  readonly restart: number;
  /** whether its processes keep snapshots, and so name what they deliver by the time of their start */
  readonly snapshots: boolean;
  /** set where it was started by another image or command than the operator is, as in a copy of a pod made by `kubectl debug`: then nothing is expected of it */
  readonly foreign?: true;
  /** how much is known of it: nothing but that it must have been, that it never came to run a process, or the times below */
  readonly seen: "unobserved" | "never-ran" | "ran";
  /** set where it was waiting to begin when a kubelet last found it */
  readonly waiting?: true;
  readonly started?: string;
  readonly finished?: string;
  readonly exitCode?: number;
  /** why it ended, in Kubernetes' words: Completed, Error, OOMKilled, ContainerStatusUnknown ... */
  readonly reason?: string;
  /** why the pod ended, in Kubernetes' words, such as Evicted */
  readonly podReason?: string;
  /** where the pod's deletion was asked for: when, and how many seconds it was given to end */
  readonly ending?: { readonly asked: string; readonly grace: number };
  /** when the pod was deleted; where that is before its end, the end is not on record */
  readonly deleted?: string;
}

/** A container that runs an operator's image as the session built it, without the volume that counters are written to. */
export interface Uncounted {
  readonly operator: string;
  readonly build: string;
  readonly namespace: string;
  readonly podName: string;
  /** the pod's UID */
  readonly pod: string;
  readonly container: string;
}

/** What the cluster knew of containers in a session. */
export interface ClusterRecord {
  /** `missing`: the cluster kept none; `partial`: there are places in it that can't be read */
  readonly record: "complete" | "partial" | "missing";
  /** why it is not complete, a sentence */
  readonly why?: string;
  /** when the nodes were being stopped since they did not answer any more, as ISO 8601; what ran on until then is known by its files alone */
  readonly stopped?: string;
  /** in the order of their starts */
  readonly containers: readonly Incarnation[];
  /** such as those of pods that the operator makes; none of what they ran is counted */
  readonly uncounted?: readonly Uncounted[];
}
