import type { Profile } from "../../coverage/profile/profile";
import type { Total } from "../../coverage/profile/total";
import type { ClusterRecord } from "../../ledger/incarnation";
import type { LedgerEntry } from "../../ledger/ledger";
import type { PackageTally, Tally } from "../../report/packages";
import { tallyPackages, tallyProfile } from "../../report/packages";
import type { BuildSummary, ContainerTally, OperatorSummary, Summary } from "../../report/summary";
import type { RunRecord } from "../record/runRecord";
import type { MeasuredBuild, MeasuredOperator } from "./measure";

/** Whether the cluster's record is whole, and why not. */
type ClusterWords = Pick<ClusterRecord, "record" | "why">;

/** Says in numbers what a run covered. */
export function summarizeRun(
  record: RunRecord,
  operators: readonly MeasuredOperator[],
  total: Total,
  cluster: ClusterWords,
): Summary {
  const told = toldOf(cluster);
  const gaps = [...(record.gaps ?? []), ...operators.flatMap((o) => o.gaps), ...unplanned(record), ...told.gaps];
  return {
    ...headerOf(record, gaps),
    ...(cluster.record === "missing" ? {} : { containers: tallyLedger(operators.flatMap((o) => o.ledger)) }),
    ...numbersOf(total.profile),
    notes: [...total.notes, ...operators.flatMap((o) => o.notes), ...strayNotes(record), ...told.notes],
    operators: operators.map(summarizeOperator),
  };
}

/** Says what one operator covered. */
export function summarizeAlone(
  record: RunRecord,
  operator: MeasuredOperator,
  profile: Profile,
  cluster: ClusterWords,
): Summary {
  const { name } = operator;
  const told = toldOf(cluster);
  const own = { ...record, pods: record.pods.filter((pod) => pod.operator === name) };
  return {
    ...headerOf(record, [...operator.gaps, ...unplanned(own), ...told.gaps]),
    operator: name,
    ...numbersOf(profile),
    notes: [...operator.notes, ...told.notes],
    operators: [summarizeOperator(operator)],
  };
}

/** Says what a build of an operator covered before another took its place. */
export function summarizeBuild(
  record: RunRecord,
  { name }: MeasuredOperator,
  { build, gaps, notes }: MeasuredBuild,
  profile: Profile,
  cluster: ClusterWords,
): Summary {
  const told = toldOf(cluster);
  return {
    ...headerOf(record, [...gaps, ...told.gaps]),
    operator: name,
    build: build.id,
    ...numbersOf(profile),
    notes: [...notes, ...told.notes],
    operators: [],
  };
}

/** What every report says of the cluster's record: where some of it is lost, any operator's containers may be missing; where there is none, files tell. */
function toldOf({ record, why }: ClusterWords): {
  readonly gaps: readonly string[];
  readonly notes: readonly string[];
} {
  const told = why === undefined ? [] : [why];
  return { gaps: record === "partial" ? told : [], notes: record === "missing" ? told : [] };
}

function summarizeOperator({ name, builds, current, gaps }: MeasuredOperator): OperatorSummary {
  const pods = builds.flatMap(({ build, pods }) => pods.map((pod) => ({ ...pod, build: build.id })));
  return {
    name,
    ...numbersOf(current?.profile),
    pods: pods.map(({ pod, build, status, files }) => ({ pod, build, status, files: files.length })),
    builds: builds.map((build) => summarizeBuildOf(build, build === current)),
    quarantined: pods.flatMap(({ pod, build, quarantined }) => quarantined.map((q) => ({ pod, build, ...q }))),
    gaps,
  };
}

function summarizeBuildOf({ build, pods, profile }: MeasuredBuild, current: boolean): BuildSummary {
  const { id, mode, module, go, image } = build;
  return { id, current, ...tallyOf(profile), mode, module, go, image, pods: pods.length };
}

function headerOf(
  { stack, run, checkpoint }: RunRecord,
  gaps: readonly string[],
): Pick<Summary, "schema" | "stack" | "run" | "checkpoint" | "status" | "gaps"> {
  return {
    schema: 1,
    stack,
    run,
    ...(checkpoint && { checkpoint }),
    status: gaps.length > 0 ? "partial" : "complete",
    gaps,
  };
}

function tallyLedger(entries: readonly LedgerEntry[]): ContainerTally {
  const ran = entries.filter(({ seen }) => seen !== "never-ran");
  const of = (kind: LedgerEntry["delivered"]["kind"]) => ran.filter(({ delivered }) => delivered.kind === kind).length;
  return {
    ran: ran.length,
    counters: ran.filter(({ delivered, gap }) => delivered.kind === "counters" && gap === undefined).length,
    snapshots: of("snapshot"),
    damaged: of("damaged"),
    nothing: of("nothing"),
  };
}

function numbersOf(profile: Profile | undefined): Tally & { packages: PackageTally[] } {
  return { ...tallyOf(profile), packages: profile ? tallyPackages(profile) : [] };
}

function tallyOf(profile: Profile | undefined): Tally {
  return profile ? tallyProfile(profile) : { statements: 0, covered: 0, percent: null };
}

/** Pods of operators and builds that the plan does not know, whose counters nobody can name the sources of. */
function unplanned({ operators, pods }: RunRecord): string[] {
  const planned = new Set(operators.flatMap(({ name, builds }) => builds.map(({ id }) => `${name}/${id}`)));
  const counts = new Map<string, number>();
  for (const { operator, build } of pods) {
    const key = `${operator}/${build}`;
    if (!planned.has(key)) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(
    ([key, count]) =>
      `${JSON.stringify(key)} is no operator and build of this run: what ${count === 1 ? "a pod" : `${count} pods`} left there is kept in raw/, and counts nowhere`,
  );
}

function strayNotes({ strays }: RunRecord): string[] {
  const named = strays.slice(0, 5).map((stray) => JSON.stringify(stray));
  const more = strays.length > named.length ? ` and ${strays.length - named.length} more` : "";
  return strays.length === 0
    ? []
    : [`Left out, because only folders of pods belong among them: ${named.join(", ")}${more}.`];
}
