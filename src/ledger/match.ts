import { type End, endOf } from "./end";
import type { Incarnation } from "./incarnation";

/** What one process left in its pod's folder. */
export interface Delivered {
  /** `<pid>.<ns since 1970>`, as its file is named */
  readonly process: string;
  /** milliseconds since 1970: of its start, or of its end where it kept no snapshots */
  readonly time: number;
  readonly times: "start" | "end";
  /** milliseconds since 1970: when its file was written, and it was still there, where that is on record */
  readonly last?: number;
  /** name of the container that it ran in, where its file tells */
  readonly container?: string;
  /** set where another program took its place: all that it covered is there, and what took its place leaves traces of its own if it covers anything */
  readonly replaced?: true;
}

/** Whether it is the one that its container was started for, or the shell that this started it by. No probe can be. */
export function isFirst({ process }: Delivered): boolean {
  return process.startsWith("1.");
}

/** Milliseconds: Kubernetes cuts its times off to seconds. */
const second = 1000;

/** Milliseconds: a process that begins later in a container than this is not the one that the container was started for. */
const slowStart = 10 * second;

/** Milliseconds: a container's runtime notes its start when its process runs already, and on a busy machine some time after that. */
const lateStart = second;

/** How little the end of a container looks like that of a process which ended by itself, or did not. */
const oddFor: Readonly<Record<"ended" | "cut", Readonly<Record<End["end"], number>>>> = {
  ended: { written: 0, doubtful: 1, unknown: 1, cut: 2 },
  cut: { cut: 0, doubtful: 0, unknown: 0, written: 1 },
};

interface Span {
  readonly from: number;
  /** infinite where the end is not on record */
  readonly to: number;
}

/**
 * Tells which life of which container each process of a pod belongs to, by the container that its file names and by times, since the containers of a pod
 * and all their restarts share a folder. Each life first gets the one process that is nearest to it, a first one before all others, so that no other's stands in for what it should have delivered.
 * @param lives of one pod
 * @param ended those of the processes that ended by themselves, as far as that is known
 * @returns the processes of each life, in the order of `lives`; one of a time when none of them ran belongs to one that has no other, or to none
 */
export function matchProcesses(
  lives: readonly Incarnation[],
  processes: readonly Delivered[],
  ended: ReadonlySet<Delivered> = new Set(),
): Delivered[][] {
  const spans = lives.map(spanOf);
  const fits = ({ container }: Delivered, life: number) =>
    container === undefined || container === lives[life]!.container;
  const given: Delivered[][] = lives.map(() => []);
  const left = new Set(processes);
  // Of two lives that began and ended in one second, the one whose end is that of such a process.
  const oddity = ({ process, life }: { process: Delivered; life: number }) =>
    (ended.has(process) ? oddFor.ended : oddFor.cut)[endOf(lives[life]!).end];
  const pairs = processes
    .flatMap((process) => {
      const pairsOf = (slack: number) =>
        spans.flatMap((span, life) => (fits(process, life) ? pairOf(process, span, life, slack) : []));
      const within = pairsOf(0);
      return within.length > 0 ? within : pairsOf(lateStart);
    })
    .sort((a, b) => a.distance - b.distance || a.toEnd - b.toEnd || oddity(a) - oddity(b) || a.life - b.life);
  const give = (process: Delivered, life: number) => {
    left.delete(process);
    given[life]!.push(process);
  };
  for (const first of [true, false])
    for (const { process, life, distance } of pairs)
      if (isFirst(process) === first && left.has(process) && given[life]!.length === 0 && distance <= slowStart)
        give(process, life);
  // What is left are further processes that a life began, and those of lives whose times no kubelet told, or a clock that was set told wrongly.
  for (const { process, life } of pairs) if (left.has(process)) give(process, life);
  const empty = lives.flatMap(({ seen }, life) => (seen !== "never-ran" && given[life]!.length === 0 ? [life] : []));
  empty.sort((a, b) => Number(lives[a]!.seen === "ran") - Number(lives[b]!.seen === "ran"));
  for (const process of [...left].sort((a, b) => a.time - b.time)) {
    const at = empty.findIndex((life) => fits(process, life));
    if (at >= 0) give(process, empty.splice(at, 1)[0]!);
  }
  return given;
}

/**
 * Tells which life a process belongs to that left nothing but a trace of its begin: the nearest of its time, and one that has no other process before all, if
 * that is what its container was started for.
 * @param matched the processes of each life that left more
 * @returns the life's place in `lives`; undefined where none is of its time
 */
export function lifeOf(
  process: Delivered,
  lives: readonly Incarnation[],
  matched: readonly (readonly Delivered[])[],
): number | undefined {
  const spans = lives.map(spanOf);
  const at = (slack: number) => spans.flatMap((span, life) => pairOf(process, span, life, slack));
  const pairs = [at(0), at(lateStart)].find(({ length }) => length > 0) ?? [];
  pairs.sort((a, b) => a.distance - b.distance || a.life - b.life);
  const lone = isFirst(process) && pairs.find(({ life }) => matched[life]!.length === 0);
  return (lone || pairs[0])?.life;
}

function spanOf({ started, finished }: Incarnation): Span | undefined {
  if (started === undefined) return undefined;
  return {
    from: Date.parse(started),
    to: finished === undefined ? Number.POSITIVE_INFINITY : Date.parse(finished) + second,
  };
}

/**
 * @param slack milliseconds that it may seem to have begun before the life
 * @returns the pair, where the process can be of that life, and how far apart they are, in milliseconds
 */
function pairOf(process: Delivered, span: Span | undefined, life: number, slack: number) {
  if (!span || process.time < span.from - slack || process.time >= span.to) return [];
  const { last = process.time } = process;
  if (last < span.from - slack || last >= span.to) return [];
  const end = span.to === Number.POSITIVE_INFINITY ? process.time : span.to;
  const distance = Math.abs(process.times === "start" ? process.time - span.from : end - process.time);
  // Of two lives in one second: the one that ended with it or, where nobody knows when that was, the one that had more time.
  const toEnd = process.last === undefined ? -span.to : span.to - last;
  return [{ process, life, distance, toEnd }];
}
