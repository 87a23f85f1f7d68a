import type { Mode } from "../../coverage/profile/profile";

/** What a collection has to know; plain JSON, because it travels to the step that collects. */
export interface CollectionPlan {
  /** the Pulumi stack, a folder's name */
  readonly stack: string;
  /** the run, such as 20261120T210355Z-1a2b3c, a folder's name */
  readonly run: string;
  /** absolute path of the host folder with OPERATOR/BUILD/POD-UID/ of this run alone */
  readonly live: string;
  /** absolute path of the folder with what the cluster recorded of its containers, see src/contract/audit.ts; it need not be there */
  readonly audit?: string;
  /** names of the folders in it that control-plane nodes were to keep records in; not there where nobody knows */
  readonly auditNodes?: readonly string[];
  /** when the nodes were being stopped since their API server did not answer, as ISO 8601; not there where they were not */
  readonly stopped?: string;
  /** absolute path; the run is published as OUTPUT/STACK/RUN */
  readonly output: string;
  readonly operators: readonly PlannedOperator[];
  /** what the caller knows to be missing, such as an operator whose image was never finished; a sentence each */
  readonly gaps?: readonly string[];
}

export interface PlannedOperator {
  /** a DNS label */
  readonly name: string;
  /** oldest first; the last one is the current build */
  readonly builds: readonly BuildRecord[];
  /** what a reader of its numbers has to know, a sentence each */
  readonly notes?: readonly string[];
}

export interface BuildRecord {
  /** 12 hexadecimal digits, the build's folder under LIVE/OPERATOR */
  readonly id: string;
  /** the cover mode that it was built with */
  readonly mode: Mode;
  /** path of the operator's Go module */
  readonly module: string;
  /** version of Go that built it */
  readonly go: string;
  /** absolute path of a folder with copies of the covered sources, as IMPORT PATH/FILE.go */
  readonly sources: string;
  /** the image that holds it */
  readonly image: string;
}
