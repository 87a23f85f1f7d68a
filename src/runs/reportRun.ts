import * as path from "node:path";
import { type Covered, cover } from "../coverage/cover";
import type { Profile } from "../coverage/profile/profile";
import { sourcePath } from "../coverage/profile/sourcePath";
import { type OperatorProfile, type Total, totalOf } from "../coverage/profile/total";
import type { ClusterRecord } from "../ledger/incarnation";
import type { Summary } from "../report/summary";
import { writeReports } from "../report/write";
import { type MeasuredBuild, type MeasuredOperator, measureOperator } from "./measure/measure";
import { summarizeAlone, summarizeBuild, summarizeRun } from "./measure/summarize";
import { writeProfiles } from "./profiles/writeProfiles";
import { readClusterRecord } from "./record/clusterRecord";
import { type RunRecord, readRunRecord, sourcesOf } from "./record/runRecord";
import { ledgerOf, writeLedger } from "./writeLedger";

/** What was reported of a run. */
export interface ReportedRun {
  readonly summary: Summary;
  readonly total: Total;
  /** those with counters */
  readonly operators: readonly OperatorProfile[];
  /** by import path, see `Traced.packages`, the absolute path of a folder with that package's sources */
  readonly traced: ReadonlyMap<string, string>;
}

/**
 * Makes all reports of a run from its run.json, raw/ and sources/: of the run, of each operator in OPERATOR/, and of builds that are no longer
 * current in OPERATOR/builds/BUILD/.
 * @param run absolute path of the run's folder
 * @throws NoCountersError if an operator ran and no counters of it arrived
 */
export async function reportRun(run: string, progress: (message: string) => void): Promise<ReportedRun> {
  const record = await readRunRecord(run);
  const cluster = await readClusterRecord(run);
  const operators: MeasuredOperator[] = [];
  for (const operator of record.operators) {
    const measured = await measureOperator(operator, record, cluster, run, progress);
    const notes = await writeProfiles(measured, record, run);
    operators.push({ ...measured, notes: [...measured.notes, ...notes] });
  }
  const measured = operators.flatMap(({ name, current }) => (current ? [{ operator: name, ...current }] : []));
  if (measured.length === 0)
    throw new Error(`Expected ${run} to hold the counters of at least one operator, got none.`);

  progress(`Writing the reports of ${measured.map(({ operator }) => operator).join(", ")}`);
  const alone = new Map<string, Covered>();
  for (const operator of operators) {
    const covered = await reportOperator(operator, record, cluster, run);
    if (covered) alone.set(operator.name, covered);
  }
  const total = totalOf(measured);
  const [first, ...others] = measured;
  const builds = new Map(measured.map(({ operator, build }) => [operator, build.id]));
  const traced = new Map(measured.map((one) => [one.operator, one.traced]));
  const locate = (file: string) => {
    const origin = total.origins.get(file);
    return origin && sourcePath(path.join(run, sourcesOf(origin.operator, builds.get(origin.operator)!)), origin.file);
  };
  const isTraced = (file: string) => {
    const origin = total.origins.get(file);
    return origin !== undefined && isTracedIn(traced.get(origin.operator), origin.file);
  };
  // A run of one operator has that operator's profile, which Go need not look at twice.
  const covered = others.length === 0 ? alone.get(first!.operator)! : await cover(total.profile, locate, isTraced);
  const summary = summarizeRun(record, operators, total, cluster);
  await writeLedger(run, ledgerOf(cluster, operators, summary));
  return {
    summary: await writeReports(run, { summary, profile: total.profile, covered }),
    total,
    operators: measured,
    traced: new Map(
      measured.flatMap(({ operator, build, traced = [] }) =>
        [...traced].map((name) => [name, path.join(run, sourcesOf(operator, build.id), name)] as const),
      ),
    ),
  };
}

/** @returns what Go made of the operator's profile; undefined if it has none */
async function reportOperator(
  operator: MeasuredOperator,
  record: RunRecord,
  cluster: ClusterRecord,
  run: string,
): Promise<Covered | undefined> {
  const { name, builds, current } = operator;
  const coverBuild = ({ build, traced }: MeasuredBuild, profile: Profile) =>
    cover(
      profile,
      (file) => sourcePath(path.join(run, sourcesOf(name, build.id)), file),
      (file) => isTracedIn(traced, file),
    );
  if (!current) return undefined;
  for (const old of builds) {
    const { build, profile } = old;
    if (old === current || !profile) continue;
    const summary = summarizeBuild(record, operator, old, profile, cluster);
    const folder = path.join(run, name, "builds", build.id);
    await writeReports(folder, { summary, profile, covered: await coverBuild(old, profile) });
  }
  const covered = await coverBuild(current, current.profile);
  const summary = summarizeAlone(record, operator, current.profile, cluster);
  await writeReports(path.join(run, name), { summary, profile: current.profile, covered });
  return covered;
}

/** @param traced see `Traced.packages` */
function isTracedIn(traced: ReadonlySet<string> | undefined, file: string): boolean {
  return traced?.has(path.posix.dirname(file)) ?? false;
}
