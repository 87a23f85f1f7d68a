import { strict as assert } from "node:assert";
import { isLostWithNode } from "../../../src/ledger/end";
import { interval, late } from "./assess";
import type { Life, Report } from "./report";

/** What a faulty operator says ten times a second, and when. */
export interface Tick {
  /** from 1 */
  readonly n: number;
  /** milliseconds since 1970 */
  readonly at: number;
}

/** The ticks in what `kubectl logs --timestamps` prints of one container. */
export function ticksIn(log: string): Tick[] {
  return [...log.matchAll(/^(\S+Z) tick (\d+)$/gm)].map(([, at, n]) => ({ n: Number(n), at: Date.parse(at!) }));
}

/** Most ticks that a process may have had counted and nobody have heard of: a log that is read while its pod goes may lack its end. */
const unheard = 20;

/**
 * Holds what was delivered of one life to the ticks that it told of: the ledger may say that nothing is missing only where all of them were counted, and none
 * twice; and of a snapshot, no other age than they do.
 * @param processes how many the life had
 */
export async function holdToTicks(
  report: Pick<Report, "ticksOf">,
  life: Life,
  ticks: readonly Tick[],
  processes = 1,
): Promise<void> {
  const last = ticks.at(-1) ?? assert.fail(`${life.podName} is to have told of ticks`);
  const { kind, age } = life.delivered;
  assert.ok(kind === "counters" || kind === "snapshot", `${life.podName} delivered ${kind}`);
  const saved = await report.ticksOf(life, processes);
  if (kind === "counters") {
    const all = saved >= last.n && saved <= last.n + unheard;
    assert.ok(all, `${life.podName} told of ${last.n} ticks, and its counters have ${saved}`);
    return;
  }
  // The one that was counted last had begun, and not been told of. Each waits for the one before: a machine that has no time for a process has it tick less.
  const before = ticks.find(({ n }) => n >= saved - 1) ?? assert.fail(`tick ${saved} is to be among those told of`);
  const lost = (last.at - before.at) / 1000;
  assert.ok(saved > 0 && lost <= interval + late + stalled(ticks), `${lost} s are missing`);
  if (age === undefined) return;
  // When a node went down is known by when it was back: then the ledger says what is missing at most.
  const isUpperBound = isLostWithNode(life);
  const agrees = lost - age <= 3 && (isUpperBound || age - lost <= 3);
  assert.ok(agrees, `${lost} s are missing, and the ledger says ${age} s`);
}

/** Seconds that the process was held up for at most, of which its snapshots may be late. */
export function stalled(ticks: readonly Tick[]): number {
  const gaps = ticks.slice(1).map(({ at }, index) => at - ticks[index]!.at - 100);
  return Math.max(0, ...gaps) / 1000;
}
