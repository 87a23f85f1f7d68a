import { isCoverage, readName } from "../../contract/counterNames";
import { escapeControls } from "../../system/text/escape";
import type { Quarantined } from "../arrival/keepRaw";
import { countsProcess, type PodArrival, type Snapshot } from "./gather";

/** At most so many damaged files of one pod are named; all of them are in summary.json. */
const NAMED_FILES = 5;

/** What a pod's files tell of what its coverage lacks, a sentence for each loss. Files that are no coverage data are no loss. */
export interface PodGaps {
  /** files that should count and don't */
  readonly damaged: readonly string[];
  /** processes that did not deliver all; the ledger may know why */
  readonly silent: readonly string[];
}

/**
 * Says what a pod's coverage lacks, as far as its files tell; nothing if all of it arrived.
 * @param called what people know the pod by, where that is known: its files are in a folder named by its UID
 * @param whileRunning whether containers run, as at a checkpoint
 */
export function gapsOf(arrival: PodArrival, called = arrival.pod, whileRunning = false): PodGaps {
  const lost = arrival.quarantined.filter(({ file }) => isCoverage(readName(file)));
  const name = escapeControls(called);
  const damaged = lost
    .slice(0, NAMED_FILES)
    .map(
      ({ file, reason }) => `pod ${name}: ${escapeControls(file)} does not count, because it ${escapeControls(reason)}`,
    );
  if (lost.length > NAMED_FILES) damaged.push(`pod ${name}: ${lost.length - NAMED_FILES} more files do not count`);
  damaged.push(...(arrival.exceeded ?? []).map((sentence) => `pod ${name} ${sentence}`));
  return { damaged, silent: silenceOf(arrival, lost, name, whileRunning) };
}

function silenceOf(
  { status, files, begun = 0, snapshots = [], running = [], unsaved = [] }: PodArrival,
  lost: readonly Quarantined[],
  name: string,
  whileRunning: boolean,
): string[] {
  if (status === "empty") return [`pod ${name} left nothing behind: its program never started, or could not write`];
  if (status === "meta-only" && lost.length === 0) {
    return [`pod ${name} wrote no counters: it was killed before it could`];
  }
  const ended = [...files.filter(countsProcess), ...lost.filter(({ file }) => readName(file).kind !== "meta")].length;
  const killed = begun - ended;
  const cut = snapshots.filter(({ process }) => !running.includes(process));
  return [
    ...(killed > 0
      ? [`pod ${name}: ${killed} of its ${begun} processes wrote no counters: they were killed before they could`]
      : []),
    ...cut.slice(0, NAMED_FILES).map((snapshot) => `pod ${name}: ${endOf(snapshot, whileRunning)}`),
    ...(cut.length > NAMED_FILES
      ? [`pod ${name}: ${cut.length - NAMED_FILES} more processes did not end by themselves`]
      : []),
    ...(unsaved.length > 0 && !whileRunning
      ? [
          `pod ${name}: ${unsaved.length} of its processes were killed or panicked before their first snapshot: nothing that they ran counts`,
        ]
      : []),
    ...silentPrograms(files, lost).map(
      (meta) => `pod ${name}: the program of ${meta} wrote no counters: it was killed before it could`,
    ),
  ];
}

/** A process that ends by itself turns its snapshot into its counters; one that goes on answers, unless it is too busy. */
function endOf({ process, written }: Snapshot, whileRunning: boolean): string {
  const pid = process.split(".")[0];
  const time = written === undefined ? "" : ` is from ${written.slice(11, 19)} UTC`;
  return `process ${pid} ${whileRunning ? "did not answer" : "was killed or panicked"}: its last snapshot${time || " counts"}; what ran after it is missing`;
}

/** A pod may run several programs; each writes its meta-data when it starts and its counters when it ends. */
function silentPrograms(files: readonly string[], lost: readonly { file: string }[]): string[] {
  const names = [...files, ...lost.map(({ file }) => file)].map(readName);
  const ended = new Set(
    names.flatMap((name) => (name.kind === "counters" || name.kind === "snapshot" ? [name.hash] : [])),
  );
  return files.filter((file) => {
    const name = readName(file);
    return name.kind === "meta" && !ended.has(name.hash);
  });
}
