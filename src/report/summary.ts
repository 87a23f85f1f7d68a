import type { Mode } from "../coverage/profile/profile";
import type { PackageTally, Tally } from "./packages";

/** What a report says in numbers and words; written as summary.json, and told by the other reports for people. */
export interface Summary extends Tally {
  /** raised when a reader of an older form would misread this one */
  readonly schema: 1;
  readonly stack: string;
  readonly run: string;
  /** set where the report was made while the operators went on */
  readonly checkpoint?: string;
  /** set where the report is of one operator alone */
  readonly operator?: string;
  /** set where the report is of a build that is no longer current */
  readonly build?: string;
  /** `partial` where something that should count did not arrive; `gaps` says what */
  readonly status: "complete" | "partial";
  readonly gaps: readonly string[];
  /** what the containers delivered that the cluster saw run; set where it kept a record, and told in full by ledger.json */
  readonly containers?: ContainerTally;
  /** what a reader of the numbers has to know besides */
  readonly notes: readonly string[];
  readonly packages: readonly PackageTally[];
  readonly operators: readonly OperatorSummary[];
}

/** How many lives of profiled containers delivered what; those in none of the numbers below delivered some of their counters. */
export interface ContainerTally {
  readonly ran: number;
  /** all that they covered */
  readonly counters: number;
  /** what they had covered at some time */
  readonly snapshots: number;
  /** a file that does not count */
  readonly damaged: number;
  readonly nothing: number;
}

/** One operator; its numbers are those of its current build, and there are none where nothing arrived. */
export interface OperatorSummary extends Tally {
  readonly name: string;
  readonly packages: readonly PackageTally[];
  readonly pods: readonly PodSummary[];
  /** oldest first */
  readonly builds: readonly BuildSummary[];
  readonly quarantined: readonly QuarantinedSummary[];
  readonly gaps: readonly string[];
}

export interface PodSummary {
  /** the pod's UID */
  readonly pod: string;
  readonly build: string;
  readonly status: "counters" | "meta-only" | "empty";
  /** how many of its files count */
  readonly files: number;
}

export interface BuildSummary extends Tally {
  readonly id: string;
  /** whether the operator's numbers are those of this build: the last one that left counters */
  readonly current: boolean;
  readonly mode: Mode;
  readonly module: string;
  readonly go: string;
  readonly image: string;
  /** how many pods ran it */
  readonly pods: number;
}

export interface QuarantinedSummary {
  readonly pod: string;
  readonly build: string;
  readonly file: string;
  /** the end of a sentence that begins with the file's name */
  readonly reason: string;
}
