import { strict as assert } from "node:assert";
import type { Life, Report } from "./report";
import type { Outcome } from "./table";

/** Seconds between snapshots where the settings say nothing. */
export const interval = 10;

/** Seconds that a snapshot may be older by: Kubernetes knows the end to the second, and two cores are shared by a score of pods. */
export const late = 1.5;

/** Holds a report to all of a Deployment's lives having delivered their counters. */
export function complete(report: Report, name: string, expected: { pods: number; lives: number }): Outcome {
  const lives = report.livesOf(name);
  assert.deepEqual({ pods: new Set(lives.map(({ pod }) => pod)).size, lives: lives.length }, expected);
  assert.deepEqual(
    lives.map(({ delivered, gap }) => [delivered.kind, gap]),
    lives.map(() => ["counters", undefined]),
  );
  assert.deepEqual(report.gapsOf(name), []);
  assert.equal(report.ledger.record, "complete");
  // Where others share the session, something of theirs may be missing; where nobody does, nothing is.
  const status = report.summary.gaps.length === 0 ? "complete" : "partial";
  assert.deepEqual([report.summary.status, report.ledger.status], [status, status]);
  const said =
    expected.lives === 1
      ? "complete"
      : `complete: ${expected.lives} lives in ${expected.pods === 1 ? "1 pod" : `${expected.pods} pods`}`;
  return { lost: "nothing", said: [said] };
}

/**
 * Holds a life to be there up to a snapshot no older than the interval.
 * @param end when it ended, in milliseconds since 1970, where the ledger can't know
 * @returns what is lost at most
 */
export function lostSinceSnapshot({ delivered, podName }: Life, end?: number): string {
  assert.equal(delivered.kind, "snapshot", podName);
  const written = Date.parse(delivered.written ?? assert.fail(`${podName}: the snapshot's time is to be known`));
  const age = end === undefined ? delivered.age : (end - written) / 1000;
  assert.ok(age !== undefined, `${podName}: the snapshot's age is to be known`);
  assert.ok(age >= 0 && age <= interval + late, `${podName}: the snapshot is ${age} s old`);
  return `${interval} s`;
}

/** Holds a report to the first life of a Deployment being there up to a snapshot no older than the interval, and to what follows being there. */
export function cutShort(report: Report, name: string, { exitCode }: { exitCode: number }): Outcome {
  const [first, ...later] = report.livesOf(name);
  assert.equal(first!.exitCode, exitCode);
  const lost = lostSinceSnapshot(first!);
  for (const life of later) assert.deepEqual([life.delivered.kind, life.gap], ["counters", undefined]);
  const said = gaps(report, name);
  assert.equal(said.length, 1, said.join("\n"));
  return { lost, said };
}

/** What came of a life that either ended by itself or was cut off after its last snapshot. */
export function wholeOrCutShort(report: Report, life: Life, end?: number): Outcome {
  if (life.delivered.kind === "counters") {
    assert.equal(life.gap, undefined);
    return { lost: "nothing", said: ["complete"] };
  }
  const lost = lostSinceSnapshot(life, end);
  const said = report.summary.gaps.filter((one) => life.gap !== undefined && one.includes(life.gap));
  assert.equal(said.length, 1, report.summary.gaps.join("\n"));
  assert.deepEqual([report.summary.status, report.ledger.status], ["partial", "partial"]);
  return { lost, said };
}

/** Holds a report to one file of a Deployment not counting, and to all else being there. */
export function damaged(report: Report, name: string): Outcome {
  const lives = report.livesOf(name);
  assert.deepEqual(
    lives.map(({ delivered }) => delivered.kind),
    ["damaged", "counters"],
  );
  assert.equal(report.quarantinedOf(name).length, 1);
  const said = gaps(report, name);
  assert.ok(
    said.some((gap) => /covcounters\.\S+ does not count, because it/.test(gap)),
    said.join("\n"),
  );
  return { lost: "what one process covered", said };
}

/** All that the run says is missing of a Deployment; the ledger and the summary agree. */
export function gaps(report: Report, name: string): readonly string[] {
  const said = report.gapsOf(name);
  assert.ok(said.length > 0, `gaps of ${name} are to be told`);
  for (const { gap } of report.livesOf(name))
    if (gap)
      assert.ok(
        report.summary.gaps.some((one) => one.includes(gap)),
        `${gap} is to be among the summary's gaps`,
      );
  assert.equal(report.summary.status, "partial");
  assert.equal(report.ledger.status, "partial");
  return said;
}
