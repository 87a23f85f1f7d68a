import { crc32 } from "node:zlib";

/**
 * What an instrumented process and a session say to each other through the process's GOCOVERDIR (go/runtime/README.md has the whole contract).
 * The Go side is in go/runtime/; a test runs both against each other.
 */

/** Environment of an instrumented process. */
export const environment = {
  /** pause between saves: a Go duration, seconds, or `off`; 10s by default */
  interval: "OPERATOR_COVERAGE_INTERVAL",
  /** which profiles to keep: a list of `profileKinds`, separated by commas */
  profiles: "OPERATOR_COVERAGE_PROFILES",
  /** the name of the process's container, for the counter files */
  container: "OPERATOR_COVERAGE_CONTAINER",
} as const;

export const profileKinds = ["cpu", "heap", "block", "mutex", "goroutine"] as const;
export type ProfileKind = (typeof profileKinds)[number];

/** The file that asks every process of a folder for a save: it holds a token, and appears by a rename. */
export const requestFile = "checkpoint.request";

/**
 * Entries that a counter file of a process that keeps snapshots has beside those of Go, each as `digestOf` has it. Go's own formats have no checksum:
 * a file that some other byte got into can still be one that Go reads.
 */
export const digestKeys = {
  /** of the counters as they are encoded, from behind the table that has this entry to before the footer */
  counters: "operator-coverage.counters",
  /** of the whole meta-data file that the counters belong to */
  meta: "operator-coverage.meta",
} as const;

/** An entry of the same table: the container that the process ran in, for all containers of a pod share a folder. */
export const containerKey = "operator-coverage.container";

/** An entry of the same table, where another program took the place of the one that wrote the file, in its process: its end is not the process's. */
export const replacedKey = "operator-coverage.replaced";

/** The CRC-32 of IEEE 802.3, in words. */
export function digestOf(bytes: Buffer): string {
  return `crc32:${crc32(bytes).toString(16).padStart(8, "0")}`;
}

/** One process; PIDs alone are not unique among the containers of a pod. */
export interface ProcessName {
  readonly pid: string;
  /** when it started, in nanoseconds since 1970, by its node's clock */
  readonly start: string;
}

/** A file that the overlaid runtime leaves in GOCOVERDIR, by its name. */
export type RuntimeFile = ProcessName &
  (
    | { readonly kind: "snapshot"; readonly hash: string }
    /** there until the process's first snapshot is */
    | { readonly kind: "begun"; readonly hash: string }
    | { readonly kind: "profile"; readonly profile: ProfileKind /** of a CPU profile */; readonly window?: number }
    | { readonly kind: "answer" }
  );

const process = "(?<pid>[0-9]{1,10})\\.(?<start>[0-9]{1,20})";
const SNAPSHOT = new RegExp(`^covsnapshot\\.(?<hash>[0-9a-f]{32})\\.${process}$`);
const BEGUN = new RegExp(`^covbegun\\.(?<hash>[0-9a-f]{32})\\.${process}$`);
const ANSWER = new RegExp(`^checkpoint\\.done\\.${process}$`);
const PROFILE = new RegExp(
  `^profile\\.(?<profile>${profileKinds.join("|")})\\.${process}(?:\\.(?<window>[0-9]{6,9}))?\\.pb\\.gz$`,
);

/**
 * Tells which file of the overlaid runtime a name stands for. Counters and meta-data keep Go's own names; what a name starting with `tmp.`
 * holds was cut off.
 * @returns undefined for any other file
 */
export function readRuntimeName(file: string): RuntimeFile | undefined {
  const snapshot = SNAPSHOT.exec(file)?.groups;
  if (snapshot) return { kind: "snapshot", hash: snapshot.hash!, pid: snapshot.pid!, start: snapshot.start! };
  const begun = BEGUN.exec(file)?.groups;
  if (begun) return { kind: "begun", hash: begun.hash!, pid: begun.pid!, start: begun.start! };
  const answer = ANSWER.exec(file)?.groups;
  if (answer) return { kind: "answer", pid: answer.pid!, start: answer.start! };
  const profile = PROFILE.exec(file)?.groups;
  if (!profile || (profile.profile === "cpu") !== (profile.window !== undefined)) return undefined;
  const kind = profile.profile as ProfileKind;
  const window = profile.window === undefined ? undefined : Number(profile.window);
  return { kind: "profile", profile: kind, window, pid: profile.pid!, start: profile.start! };
}

/** What a process answered to a request. */
export interface Answer {
  readonly token: string;
  /** why it could not save all that it keeps; undefined if it could */
  readonly failure?: string;
}

/** @returns undefined for a text that no process writes */
export function readAnswer(text: string): Answer | undefined {
  const [, token, outcome] = /^(.+)\n(saved|failed: .*)\n$/.exec(text) ?? [];
  if (token === undefined || outcome === undefined) return undefined;
  return outcome === "saved" ? { token } : { token, failure: outcome.slice("failed: ".length) };
}
