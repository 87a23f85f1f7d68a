import type { Delivered } from "./match";

/** What the processes of one life of a container delivered. */
export interface Delivery {
  /**
   * `counters`: all that its processes covered, but for one that `gap` misses; `snapshot`: of one of them, what it had covered at some time;
   * `damaged`: of one of them, a file that does not count; or `nothing` at all
   */
  readonly kind: "counters" | "snapshot" | "damaged" | "nothing";
  /** `<pid>.<ns since 1970>` each */
  readonly processes: readonly string[];
  /** when the last snapshot was written of the process that the container's end tells of, otherwise the oldest of the last snapshots, as ISO 8601, where that is known */
  readonly written?: string;
  /** seconds between that and the end, where both are known; Kubernetes knows the end to the second */
  readonly age?: number;
}

/** What one pod left, as far as the ledger is concerned. */
export interface PodDelivery {
  /** processes that ended by themselves, and left all that they covered */
  readonly ended: readonly Delivered[];
  /** processes of which there is a snapshot, and when it was written, as ISO 8601 */
  readonly cut: readonly (Delivered & { readonly written?: string })[];
  /** processes whose file does not count; the reports tell why of each file */
  readonly damaged: readonly Delivered[];
  /** processes that told that they began, and left nothing else */
  readonly unsaved?: readonly Delivered[];
  /** of those with a snapshot, the ones that are known to go on */
  readonly running: readonly string[];
}
