import { escapeControls } from "../system/text/escape";
import type { Delivery, PodDelivery } from "./delivery";
import { type End, endOf, isLostWithNode } from "./end";
import type { Incarnation } from "./incarnation";
import { type Delivered, isFirst } from "./match";

type Cut = PodDelivery["cut"][number];

/** Milliseconds between the end of a process and that of its container, which Kubernetes cuts off to seconds. */
const slowEnd = 1000;

/** The same, for the process that a container was started for: its runtime sees to that end at once, unless the machine is busy. */
const slowFirst = 10_000;

/** At most so many processes of one life of a container are named. */
const NAMED_PROCESSES = 3;

/** What a delivery is made of, and what is known besides. */
export interface Evidence {
  /** those that the delivery is of */
  readonly processes: readonly Delivered[];
  /** those of them that left no more than a snapshot */
  readonly snapshots: readonly Cut[];
  /** when the nodes were being stopped that did not answer any more, in milliseconds since 1970 */
  readonly stopped?: number;
  /** whether the container's first process is known to be the operator, and no shell */
  readonly direct: boolean;
}

/** Says what a life of a container failed to deliver and why, as a sentence; undefined where nothing is missing. */
export function lossOf(life: Incarnation, delivered: Delivery, evidence: Evidence): string | undefined {
  const { processes, snapshots } = evidence;
  if (delivered.kind === "damaged" || life.seen === "never-ran") return undefined;
  if (delivered.kind === "nothing" && life.foreign) return undefined;
  if (delivered.kind === "counters" && !lacksMain(life, evidence)) return undefined;
  const main = mainOf(life, processes, snapshots);
  const others = snapshots.filter((one) => one !== main);
  if (delivered.kind === "snapshot" && !main) return `${nameOf(life)}: ${lossOfProcesses(others)}; ${fateOf(life)}`;
  const loss = `${nameOf(life)} ${lossIn(life, delivered)}`;
  return others.length > 0 ? `${loss}; ${lossOfProcesses(others)}` : loss;
}

/**
 * Which of the processes that left no more than a snapshot is the one that the end of the container tells of: the first process of the container or,
 * where a shell is that, the one that was there last. None where the first one wrote its counters, or the container's end says that nothing was killed.
 */
export function mainOf(life: Incarnation, processes: readonly Delivered[], snapshots: readonly Cut[]): Cut | undefined {
  const first = snapshots.filter(isFirst);
  if (first.length > 0) return latest(first);
  if (processes.some((one) => isFirst(one) && !one.replaced) || endOf(life).end === "written") return undefined;
  return latest(snapshots);
}

function latest(snapshots: readonly Cut[]): Cut | undefined {
  return [...snapshots].sort((a, b) => (a.last ?? a.time) - (b.last ?? b.time)).at(-1);
}

/**
 * Whether counters can't be those of the process that the container was started for. Nothing is left of one that was killed without, or before, a
 * snapshot, and what lies there is of a probe, or what the program itself wrote before.
 */
function lacksMain(life: Incarnation, { processes, stopped, direct }: Evidence): boolean {
  const { end } = endOf(life);
  // A script may have ended before it became the operator, for what it ran before told it to.
  if (end === "written")
    return life.snapshots && direct && !processes.some((process) => isFirst(process) || mayBeLast(life, process));
  if (end === "unknown") return !processes.some((process) => endedFrom(process, stopped));
  if (life.snapshots) return !processes.some((process) => mayHaveEnded(life, process, end, direct));
  if (end === "cut") return true;
  return processes.every((process) => process.times === "end" && !isLast(life, process.time));
}

/** Whether a process went on until the nodes were stopped. One that ended before may have been followed by others that nobody knows of. */
function endedFrom({ times, time, last }: Delivered, stopped: number | undefined): boolean {
  const ended = last ?? (times === "end" ? time : undefined);
  return stopped !== undefined && ended !== undefined && ended >= stopped - slowEnd;
}

/** Whether the end of the container can be that of this process, which wrote its counters. */
function mayHaveEnded(life: Incarnation, process: Delivered, end: End["end"], direct: boolean): boolean {
  if (process.replaced) return true;
  // The first process of a container may have written all, and then been killed.
  if (isFirst(process)) {
    const finished = isLostWithNode(life) ? Number.NaN : Date.parse(life.finished ?? "");
    return process.last === undefined || Number.isNaN(finished) || process.last >= finished - slowFirst;
  }
  return !direct && end === "doubtful" && process.last !== undefined && isLast(life, process.last);
}

function mayBeLast(life: Incarnation, { last }: Delivered): boolean {
  return last === undefined || isLast(life, last);
}

/** Whether a time is that of the container's end. A pod that is deleted by force ends some time after that, which nobody writes down. */
function isLast(life: Incarnation, time: number): boolean {
  const finished = Date.parse(life.finished ?? life.deleted ?? "");
  const latest = life.finished === undefined ? Number.POSITIVE_INFINITY : finished + 1000 + slowEnd;
  return time >= finished - slowEnd && time < latest;
}

/** Names a life of a container: its first as well, since others may follow. */
export function nameOf({ namespace, podName, container, restart }: Incarnation): string {
  const which = restart === 0 ? "" : ` (restart ${restart})`;
  return `pod ${escapeControls(namespace)}/${escapeControls(podName)}, container ${escapeControls(container)}${which}`;
}

/** Only its snapshot tells of such a process: not who ended it. */
function lossOfProcesses(snapshots: readonly Cut[]): string {
  const named = snapshots.slice(0, NAMED_PROCESSES).map(({ process, written }) => {
    const last = written === undefined ? "its last snapshot counts" : `its last snapshot is from ${timeOf(written)}`;
    return `process ${process.split(".")[0]} did not end by itself (it was killed, it panicked, or its container ended): ${last}, and what it ran after that is missing`;
  });
  const more = snapshots.length - named.length;
  return [...named, ...(more > 0 ? [`so it is with ${more} more processes`] : [])].join("; ");
}

/**
 * Adds the processes of a life that left no more than a trace of their begin to what it failed to deliver.
 * @param loss what is known to be missing of it already; where nothing of it is there, that says all
 */
export function lossOfUnsaved(
  life: Incarnation,
  { kind }: Delivery,
  loss: string | undefined,
  unsaved: readonly Delivered[],
): string | undefined {
  if (unsaved.length === 0 || (kind === "nothing" && loss !== undefined)) return loss;
  const named = unsaved
    .slice(0, NAMED_PROCESSES)
    .map(
      ({ process }) =>
        `process ${process.split(".")[0]} was killed, or panicked, before its first snapshot: nothing that it ran counts`,
    );
  const more = unsaved.length - named.length;
  const all = [...named, ...(more > 0 ? [`so it is with ${more} more processes`] : [])].join("; ");
  return loss === undefined ? `${nameOf(life)}: ${all}` : `${loss}; ${all}`;
}

function fateOf(life: Incarnation): string {
  const { how, end } = endOf(life);
  return `the container ${end === "written" || end === "unknown" ? how : how.replace(/,$/, "")}`;
}

function lossIn(life: Incarnation, { kind, written, age }: Delivery): string {
  const { how, end: ended } = endOf(life);
  const isCut = ended !== "written";
  const unsaved = life.snapshots ? "before its first snapshot" : "and keeps no snapshots";
  if (life.seen === "unobserved" && kind === "nothing") return "was never seen running, and left nothing";
  if (kind === "nothing") {
    if (!isCut) return `${how}, and what it had to write then did not arrive: nothing that it ran counts`;
    return `${how} ${unsaved}: nothing that it ran counts`;
  }
  if (kind === "counters" && !isCut)
    return `${how}, and what its first process had to write then did not arrive: what that ran is missing`;
  if (kind === "counters" && ended === "unknown" && life.snapshots)
    return `${how}: what ran after its processes wrote their counters, and left nothing, is missing`;
  if (kind === "counters") return `${how} ${unsaved}: what it had not written before is missing`;
  const end = isCut ? how : `${how} without writing its counters,`;
  const rest = "what it ran after that is missing";
  if (age !== undefined) return `${end} at most ${age} s after its last snapshot: ${rest}`;
  if (written !== undefined) return `${how}; its last snapshot is from ${timeOf(written)}: ${rest}`;
  return `${how}; its last snapshot counts: ${rest}`;
}

function timeOf(written: string): string {
  return `${written.slice(11, 19)} UTC`;
}
