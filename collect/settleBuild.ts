import type { ClusterRecord, Incarnation } from "../ledger/incarnation";
import { type LedgerEntry, settlePod } from "../ledger/ledger";
import { gapsOf } from "./gaps";
import type { PodArrival } from "./gather";
import { deliveryOfPod } from "./podDelivery";

/** What the pods of one build should have delivered, and what they did. */
export interface SettledBuild {
  readonly entries: readonly LedgerEntry[];
  /** what is missing and why, a sentence each */
  readonly gaps: readonly string[];
  /** what the files alone tell of processes that left nothing, also where the cluster knows better */
  readonly silent: readonly string[];
}

/** At most so many lives of one container are named; all of them are in ledger.json. */
const NAMED_LIVES = 5;

/**
 * Sets the record of the cluster against what arrived from the pods of one build. Where the cluster knows what became of a process, its words stand
 * for what the files tell of the same, which can only be that something is missing.
 * @param lives of all containers of that build
 * @param whileRunning whether containers run, as at a checkpoint
 */
export function settleBuild(
  pods: readonly PodArrival[],
  lives: ClusterRecord["containers"],
  whileRunning: boolean,
): SettledBuild {
  const arrived = new Map(pods.map((pod) => [pod.pod, pod]));
  const entries: LedgerEntry[] = [];
  const gaps: string[] = [];
  const silent: string[] = [];
  const ownLives = new Map<string, Incarnation[]>();
  for (const life of lives) {
    const known = ownLives.get(life.pod);
    if (known) known.push(life);
    else ownLives.set(life.pod, [life]);
  }
  for (const pod of new Set([...ownLives.keys(), ...arrived.keys()])) {
    const own = ownLives.get(pod) ?? [];
    const settled = settle(arrived.get(pod), own, whileRunning);
    entries.push(...settled.entries);
    gaps.push(...settled.gaps);
    silent.push(...settled.silent);
  }
  return { entries, gaps, silent };
}

function settle(arrival: PodArrival | undefined, known: readonly Incarnation[], whileRunning: boolean): SettledBuild {
  const lives = hasBegun(arrival) ? known : known.map(neverBegun);
  const keptSnapshots = lives.some(({ snapshots }) => snapshots);
  const delivery = arrival ? deliveryOfPod(arrival, keptSnapshots) : { ended: [], cut: [], damaged: [], running: [] };
  const entries = settlePod(lives, delivery, whileRunning);
  const losses = shorten(entries);
  const { damaged, silent } = arrival ? gapsOf(arrival, nameOfPod(known), whileRunning) : { damaged: [], silent: [] };
  const explained = losses.length > 0 || (lives.length > 0 && lives.every(({ seen }) => seen === "never-ran"));
  return { entries, gaps: [...damaged, ...losses, ...(explained ? [] : silent)], silent };
}

function nameOfPod([life]: readonly Incarnation[]): string | undefined {
  return life && `${life.namespace}/${life.podName}`;
}

/** An instrumented program writes its meta-data before anything else. */
function hasBegun(arrival: PodArrival | undefined): boolean {
  return arrival !== undefined && arrival.status !== "empty";
}

/** What nobody saw run, and left not even meta-data, did not: as where a pod was deleted before its container was made. */
function neverBegun(life: Incarnation): Incarnation {
  return life.seen === "unobserved" ? { ...life, seen: "never-ran" } : life;
}

function shorten(entries: readonly LedgerEntry[]): string[] {
  const lacking = entries.filter(({ gap }) => gap !== undefined);
  return [...new Set(lacking.map(({ container }) => container))].flatMap((container) => {
    const own = lacking.filter((entry) => entry.container === container);
    const { namespace, podName } = own[0]!;
    const more = own.length - NAMED_LIVES;
    return [
      ...own.slice(0, NAMED_LIVES).map(({ gap }) => gap!),
      ...(more > 0
        ? [`pod ${namespace}/${podName}, container ${container}: ${more} more restarts lack something, see ledger.json`]
        : []),
    ];
  });
}
