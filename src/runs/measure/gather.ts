import { readdir } from "node:fs/promises";
import * as path from "node:path";
import { isCoverage, readName } from "../../contract/counterNames";
import type { ArrivedFile } from "../../coverage/data/arrivedFile";
import { chooseCounters } from "../../coverage/data/counters";
import type { MetaCopy } from "../../coverage/lineDirectives/traceLines";
import type { Mode, Profile } from "../../coverage/profile/profile";
import { readRegular } from "../../system/untrusted/readRegular";
import type { KeptPod, Quarantined } from "../arrival/keepRaw";

/** What one pod left behind. */
export interface PodArrival {
  readonly pod: string;
  /** absolute path of its files */
  readonly folder: string;
  /** names of the files that count */
  readonly files: readonly string[];
  readonly quarantined: readonly Quarantined[];
  /** see `KeptPod` */
  readonly exceeded?: readonly string[];
  /** `counters`: some count; `meta-only`: it started, and none count; `empty`: it left no coverage data at all */
  readonly status: "counters" | "meta-only" | "empty";
  /** how many processes told that they began, as those of test binaries do */
  readonly begun?: number;
  /** the container of each process, by `<pid>.<start in ns since 1970>`, as far as its file tells */
  readonly containers?: ReadonlyMap<string, string>;
  /** of its processes that ended by another program taking their place: `<pid>.<start in ns since 1970>` */
  readonly replaced?: ReadonlySet<string>;
  /** of its processes that told that they began, those that left nothing else: `<pid>.<start in ns since 1970>` */
  readonly unsaved?: readonly string[];
  /** of its processes that did not end by themselves: all that there is of what they covered */
  readonly snapshots?: readonly Snapshot[];
  /** processes that are known to go on, see `KeptPod` */
  readonly running?: readonly string[];
  /** when each file was written, see `KeptPod` */
  readonly written?: KeptPod["written"];
}

/** What a process had covered when it was last asked. */
export interface Snapshot {
  /** `<pid>.<start in ns since 1970>` */
  readonly process: string;
  /** when it was written, as ISO 8601, where that is on record */
  readonly written?: string;
}

/** What the pods of one build left behind. */
export interface BuildArrival {
  readonly pods: readonly PodArrival[];
  /** the meta-data of each of the build's programs, and the absolute path of a copy */
  readonly metas: readonly MetaCopy[];
  /** absolute paths of all counter files that count */
  readonly counters: readonly string[];
  /** what the text profiles that count add up to; those of several programs apart */
  readonly profiles: readonly Profile[];
}

/** Whether a file that counts tells what one process covered. */
export function countsProcess(file: string): boolean {
  const { kind } = readName(file);
  return kind === "counters" || kind === "snapshot" || kind === "profile";
}

/**
 * Looks through the raw files of one build's pods and checks each.
 * @param pods what the run keeps of them
 * @param mode the cover mode that the build is on record with
 * @param run absolute path of the run's folder
 */
export async function gather(pods: readonly KeptPod[], mode: Mode, run: string): Promise<BuildArrival> {
  const files: ArrivedFile[] = [];
  for (const { raw } of pods) {
    for (const file of (await readdir(path.join(run, raw))).sort()) {
      const read = () => readRegular(path.join(run, raw, file));
      files.push({ folder: raw, file, name: readName(file), read });
    }
  }
  const { metas, profiles, counting, quarantined } = chooseCounters(files, mode);
  const pathOf = ({ folder, file }: ArrivedFile) => path.join(run, folder, file);
  const begun = byFolder(files.filter(({ name }) => name.kind === "started"));
  const filesOf = byFolder(files);
  const countingOf = byFolder(counting);
  const quarantinedOf = byFolder(
    quarantined.map(({ file, reason }) => ({ folder: file.folder, file: file.file, reason })),
  );
  return {
    pods: pods.map(({ pod, raw, refused, exceeded, running, written }) => ({
      pod,
      running,
      exceeded,
      written,
      containers: containersOf(countingOf.get(raw) ?? []),
      replaced: replacedOf(countingOf.get(raw) ?? []),
      unsaved: unsavedOf(filesOf.get(raw) ?? []),
      snapshots: snapshotsOf(countingOf.get(raw) ?? [], written),
      folder: path.join(run, raw),
      ...outcome(
        countingOf.get(raw) ?? [],
        [...refused, ...(quarantinedOf.get(raw) ?? [])],
        begun.get(raw)?.length ?? 0,
      ),
    })),
    metas: metas.map(({ content, file }) => ({ content, file: pathOf(file) })),
    counters: counting.filter(({ name }) => name.kind === "counters" || name.kind === "snapshot").map(pathOf),
    profiles,
  };
}

function containersOf(counting: readonly ArrivedFile[]): Map<string, string> {
  return new Map(
    counting.flatMap(({ name, container }) =>
      container !== undefined && "pid" in name ? [[`${name.pid}.${name.nanos}`, container]] : [],
    ),
  );
}

function replacedOf(counting: readonly ArrivedFile[]): Set<string> {
  return new Set(
    counting.flatMap(({ name, replaced }) =>
      replaced && name.kind === "counters" ? [`${name.pid}.${name.nanos}`] : [],
    ),
  );
}

/** A process takes the trace of its begin away when it has saved; one that was killed between the two left both. */
function unsavedOf(files: readonly ArrivedFile[]): string[] {
  const processes = (...kinds: readonly string[]) =>
    files.flatMap(({ name }) => (kinds.includes(name.kind) && "pid" in name ? [`${name.pid}.${name.nanos}`] : []));
  const saved = new Set(processes("counters", "snapshot"));
  return processes("begun").filter((process) => !saved.has(process));
}

function snapshotsOf(counting: readonly ArrivedFile[], written: KeptPod["written"]): Snapshot[] {
  return counting.flatMap(({ file, name }) =>
    name.kind === "snapshot" ? [{ process: `${name.pid}.${name.nanos}`, written: written?.[file] }] : [],
  );
}

function outcome(
  counting: readonly { file: string }[],
  set: readonly Quarantined[],
  begun: number,
): Pick<PodArrival, "files" | "quarantined" | "status" | "begun"> {
  const files = counting.map(({ file }) => file);
  const quarantined = set.map(({ file, reason }) => ({ file, reason }));
  const named = [...files, ...quarantined.map(({ file }) => file)];
  const status = files.some(countsProcess)
    ? "counters"
    : begun > 0 || named.some((file) => isCoverage(readName(file)))
      ? "meta-only"
      : "empty";
  return { files, quarantined, status, begun };
}

function byFolder<T extends { folder: string }>(items: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(item.folder);
    if (group) group.push(item);
    else groups.set(item.folder, [item]);
  }
  return groups;
}
