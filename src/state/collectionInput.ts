/** A workload that a session profiles. */
export interface WorkloadName {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/** What the collection of a session needs; plain JSON, because Pulumi keeps it until the session ends. */
export interface CollectionInput {
  readonly stack: string;
  readonly run: string;
  readonly cluster: string;
  readonly kubeconfig: string;
  /** `SessionFolders.live` */
  readonly live: string;
  /** `SessionFolders.builds` */
  readonly builds: string;
  /** absolute path; the run is published as OUTPUT/STACK/RUN */
  readonly output: string;
  /** seconds that pods may take to end */
  readonly timeout: number;
  /** `complete`: the session fails where something is missing */
  readonly require?: "complete";
  readonly operators: readonly {
    readonly name: string;
    readonly build: string;
    readonly workloads: readonly WorkloadName[];
    /** whether its processes keep snapshots */
    readonly snapshots: boolean;
    /** what a reader of its numbers has to know, a sentence each */
    readonly notes?: readonly string[];
  }[];
}
