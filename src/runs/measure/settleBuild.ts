import type { ClusterRecord, Incarnation } from "../../ledger/incarnation";
import { type Context, type LedgerEntry, settlePod } from "../../ledger/ledger";
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
 */
export function settleBuild(
  pods: readonly PodArrival[],
  lives: ClusterRecord["containers"],
  context: Context,
): SettledBuild {
  const arrived = new Map(pods.map((pod) => [pod.pod, pod]));
  const firsts = firstsOf(pods);
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
    const settled = settle(arrived.get(pod), own, { ...context, firsts });
    entries.push(...settled.entries);
    gaps.push(...settled.gaps);
    silent.push(...settled.silent);
  }
  return { entries, gaps, silent };
}

/** The containers of which a first process wrote something: in all pods of a build they are started alike. */
function firstsOf(pods: readonly PodArrival[]): Set<string> {
  const named = pods.flatMap(({ containers }) => [...(containers ?? [])]);
  return new Set(named.flatMap(([process, container]) => (process.startsWith("1.") ? [container] : [])));
}

function settle(arrival: PodArrival | undefined, known: readonly Incarnation[], context: Context): SettledBuild {
  const lives = known.map((life) => (hasBegun(life, arrival) ? life : neverBegun(life)));
  const keptSnapshots = lives.some(({ snapshots }) => snapshots);
  const delivery = arrival ? deliveryOfPod(arrival, keptSnapshots) : { ended: [], cut: [], damaged: [], running: [] };
  const entries = settlePod(lives, delivery, context);
  const losses = shorten(entries);
  const { damaged, silent } = arrival
    ? gapsOf(arrival, nameOfPod(known), context.whileRunning)
    : { damaged: [], silent: [] };
  const explained = losses.length > 0 || (lives.length > 0 && lives.every(({ seen }) => seen === "never-ran"));
  return { entries, gaps: [...damaged, ...losses, ...(explained ? [] : silent)], silent };
}

function nameOfPod([life]: readonly Incarnation[]): string | undefined {
  return life && `${life.namespace}/${life.podName}`;
}

/**
 * Whether a container may have begun that nobody saw. An instrumented program writes its meta-data before anything else; of the containers of a pod, those
 * that a kubelet last found waiting, and then not at all, are others than those which did.
 */
function hasBegun({ container, waiting }: Incarnation, arrival: PodArrival | undefined): boolean {
  if (arrival === undefined || arrival.status === "empty") return false;
  return !waiting || [...(arrival.containers?.values() ?? [])].includes(container);
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
