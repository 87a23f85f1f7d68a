import { strict as assert } from "node:assert";
import { readFile } from "node:fs/promises";
import * as path from "node:path";
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
  const said =
    expected.lives === 1
      ? "complete"
      : `complete: ${expected.lives} lives in ${expected.pods === 1 ? "1 pod" : `${expected.pods} pods`}`;
  return { lost: "nothing", said: [said] };
}

/** Holds a report to the first life of a Deployment being there up to a snapshot no older than the interval, and to what follows being there. */
export async function cutShort(
  report: Report,
  name: string,
  { ticks, exitCode }: { ticks?: unknown; exitCode: number },
): Promise<Outcome> {
  const [first, ...later] = report.livesOf(name);
  assert.equal(first!.exitCode, exitCode);
  assert.equal(first!.delivered.kind, "snapshot");
  const age = first!.delivered.age ?? assert.fail("the snapshot's age is to be known");
  assert.ok(age >= 0 && age <= interval + late, `the snapshot is ${age} s old`);
  for (const life of later) assert.deepEqual([life.delivered.kind, life.gap], ["counters", undefined]);
  if (ticks !== undefined) await holdToTicks(report, first!, Number(ticks), age);
  const said = gaps(report, name);
  assert.equal(said.length, 1, said.join("\n"));
  return { lost: `${interval} s`, said };
}

/** Holds what a snapshot has of a process's ticks, ten a second, to those that it told of. */
async function holdToTicks(report: Report, life: Life, told: number, age: number): Promise<void> {
  const source = await readFile(path.join(__dirname, "operator/main.go"), "utf8");
  const line = source.split("\n").findIndex((text) => text.includes("100 * time.Millisecond")) + 1;
  const saved = await report.timesOf(life, /^covsnapshot\./, line);
  const lost = (told - saved) / 10;
  assert.ok(told > 0 && saved > 0, `told ${told}, saved ${saved}`);
  assert.ok(lost <= interval + late, `${lost} s are missing`);
  assert.ok(Math.abs(lost - age) <= 3, `${lost} s are missing, and the ledger says ${age} s`);
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
