import type { Delivery, PodDelivery } from "./delivery";
import type { ClusterRecord, Incarnation } from "./incarnation";
import { lossOf, lossOfUnsaved, mainOf } from "./loss";
import { type Delivered, isFirst, lifeOf, matchProcesses } from "./match";

/** What a life of a container should have delivered, and what it did. */
export interface LedgerEntry extends Incarnation {
  readonly delivered: Delivery;
  /** what is missing and why, a sentence */
  readonly gap?: string;
}

/** The file ledger.json of a run. */
export interface Ledger extends Omit<ClusterRecord, "containers"> {
  readonly schema: 1;
  /** as in summary.json */
  readonly status: "complete" | "partial";
  readonly containers: readonly LedgerEntry[];
}

/** What has to be known when what arrived of a pod is set against what was expected. */
export interface Context {
  /** whether this is asked while containers run, so that one without an end goes on */
  readonly whileRunning: boolean;
  /** when the nodes were being stopped that did not answer any more, in milliseconds since 1970; not there where they were not */
  readonly stopped?: number;
  /** names of containers whose first process is the operator and no shell, as other pods of the build have it */
  readonly firsts?: ReadonlySet<string>;
}

/**
 * Sets what one pod should have delivered against what it did.
 * @param lives those of its containers
 */
export function settlePod(
  lives: readonly Incarnation[],
  { ended, cut, damaged, unsaved = [], running }: PodDelivery,
  { whileRunning, stopped, firsts = new Set() }: Context,
): LedgerEntry[] {
  const matched = matchProcesses(lives, [...ended, ...cut, ...damaged], new Set(ended));
  const direct = new Set([
    ...firsts,
    ...lives.flatMap((life, index) => (matched[index]!.some(isFirst) ? [life.container] : [])),
  ]);
  const begun = new Map<number | undefined, Delivered[]>();
  // What goes on may yet save something.
  for (const process of whileRunning ? [] : unsaved) {
    const life = lifeOf(process, lives, matched);
    const others = begun.get(life);
    if (others) others.push(process);
    else begun.set(life, [process]);
  }
  return lives.map((life, index) => {
    const processes = matched[index]!;
    const snapshots = cut.filter((snapshot) => processes.includes(snapshot));
    const delivered = deliveryOf(
      life,
      processes,
      snapshots,
      processes.some((process) => damaged.includes(process)),
    );
    const goesOn =
      whileRunning &&
      life.finished === undefined &&
      (snapshots.length === 0 || snapshots.some(({ process }) => running.includes(process)));
    const loss = goesOn
      ? undefined
      : lossOf(life, delivered, { processes, snapshots, stopped, direct: direct.has(life.container) });
    const gap = lossOfUnsaved(life, delivered, loss, begun.get(index) ?? []);
    return { ...life, delivered, ...(gap !== undefined && { gap }) };
  });
}

function deliveryOf(
  life: Incarnation,
  processes: readonly Delivered[],
  snapshots: PodDelivery["cut"],
  damaged: boolean,
): Delivery {
  const names = processes.map(({ process }) => process);
  if (names.length === 0) return { kind: "nothing", processes: names };
  if (damaged) return { kind: "damaged", processes: names };
  if (snapshots.length === 0) return { kind: "counters", processes: names };
  const { finished } = life;
  const main = mainOf(life, processes, snapshots);
  const written = (main ? [main] : snapshots).map((snapshot) => snapshot.written);
  const oldest = written.includes(undefined) ? undefined : (written as string[]).sort()[0];
  return {
    kind: "snapshot",
    processes: names,
    ...(oldest !== undefined && { written: oldest }),
    ...(oldest !== undefined && finished !== undefined && { age: ageOf(oldest, finished) }),
  };
}

/** The end is somewhere in the second that Kubernetes names. */
function ageOf(written: string, finished: string): number {
  const most = (Date.parse(finished) + 1000 - Date.parse(written)) / 1000;
  return Math.max(0, Math.round(most * 10) / 10);
}
