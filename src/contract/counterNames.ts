import { type ProfileKind, readRuntimeName, requestFile } from "./runtime";

/**
 * A file that an instrumented Go program writes into GOCOVERDIR, by its name (internal/coverage, runtime/coverage), one that is a test
 * (instrument/testBinary), or one that keeps snapshots (instrument/runtime).
 */
export type CoverageName =
  /** what could be covered in one binary; every process of it writes the same */
  | { readonly kind: "meta"; readonly hash: string }
  /** what one process covered */
  | { readonly kind: "counters"; readonly hash: string; readonly pid: string; readonly nanos: string }
  /** what one process had covered when the file was written, in the same format; in place of its counters until it ends */
  | { readonly kind: "snapshot"; readonly hash: string; readonly pid: string; readonly nanos: string }
  /** tells that a process began that keeps snapshots; there until its first one is */
  | { readonly kind: "begun"; readonly hash: string; readonly pid: string; readonly nanos: string }
  /** a pprof profile of one process */
  | { readonly kind: "pprof"; readonly profile: ProfileKind; readonly pid: string; readonly nanos: string }
  /** a request for a snapshot, or the answer to one */
  | { readonly kind: "checkpoint" }
  /** what one process of a test binary covered, as text */
  | { readonly kind: "profile"; readonly pid: string; readonly nanos: string }
  /** tells that a process of a test binary began */
  | { readonly kind: "started" }
  /** a file that is no whole one: it is renamed when it is */
  | { readonly kind: "unfinished" }
  /** the same, where a whole one is missed by nobody: the one before it is still there */
  | { readonly kind: "leftover" }
  /** looks like one of these, but nobody gives such a name */
  | { readonly kind: "misnamed" }
  | { readonly kind: "foreign" };

const META = /^covmeta\.([0-9a-f]{32})$/;
const PROFILE = /^covprofile\.([0-9]{1,10})\.([0-9]{1,20})\.(?:out|started)$/;
const COUNTERS = /^covcounters\.([0-9a-f]{32})\.([0-9]{1,10})\.([0-9]{1,20})$/;

/** Tells what a file in a pod's folder should be, by its name alone. */
export function readName(file: string): CoverageName {
  const meta = META.exec(file);
  if (meta) return { kind: "meta", hash: meta[1]! };
  const counters = COUNTERS.exec(file);
  if (counters) return { kind: "counters", hash: counters[1]!, pid: counters[2]!, nanos: counters[3]! };
  const profile = PROFILE.exec(file);
  if (profile && file.endsWith(".started")) return { kind: "started" };
  if (profile) return { kind: "profile", pid: profile[1]!, nanos: profile[2]! };
  const kept = fromRuntime(file);
  if (kept) return kept;
  if (/^tmp\.cov(meta|counters|profile)\./.test(file)) return { kind: "unfinished" };
  return { kind: /^cov(meta|counters|snapshot|profile|begun)/.test(file) ? "misnamed" : "foreign" };
}

function fromRuntime(file: string): CoverageName | undefined {
  if (/^tmp\.(covsnapshot|profile|checkpoint)\./.test(file)) return { kind: "leftover" };
  if (file === requestFile) return { kind: "checkpoint" };
  const name = readRuntimeName(file);
  switch (name?.kind) {
    case "snapshot":
    case "begun":
      return { kind: name.kind, hash: name.hash, pid: name.pid, nanos: name.start };
    case "profile":
      return { kind: "pprof", profile: name.profile, pid: name.pid, nanos: name.start };
    case "answer":
      return { kind: "checkpoint" };
    default:
      return undefined;
  }
}

/** Whether a file says something of what was covered; others that processes leave are no part of a run's coverage. */
export function isCoverage({ kind }: CoverageName): boolean {
  return !["foreign", "leftover", "checkpoint", "pprof"].includes(kind);
}
