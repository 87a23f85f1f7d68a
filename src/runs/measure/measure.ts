import * as path from "node:path";
import { GoToolLimitError } from "../../coverage/goTool";
import { directedMainFiles } from "../../coverage/lineDirectives/mainFiles";
import { nameByImport } from "../../coverage/profile/mainFiles";
import type { Profile } from "../../coverage/profile/profile";
import { sourcePath } from "../../coverage/profile/sourcePath";
import type { ClusterRecord, Incarnation } from "../../ledger/incarnation";
import type { LedgerEntry } from "../../ledger/ledger";
import { escapeControls } from "../../system/text/escape";
import { keptSources } from "../arrival/keepSources";
import type { BuildRecord } from "../record/plan";
import { type RunRecord, sourcesOf } from "../record/runRecord";
import { profileOfBuild } from "./buildProfile";
import { countsProcess, gather, type PodArrival } from "./gather";
import { settleBuild } from "./settleBuild";
import { uncountedGaps } from "./uncounted";

/** One build of an operator, with what its pods left behind. */
export interface MeasuredBuild {
  readonly build: BuildRecord;
  readonly pods: readonly PodArrival[];
  /** undefined where no counters arrived: no data is never 0 % */
  readonly profile?: Profile;
  /** see `Traced.packages` */
  readonly traced?: ReadonlySet<string>;
  /** what is missing of it, a sentence each */
  readonly gaps: readonly string[];
  /** what a reader of its numbers has to know, a sentence each */
  readonly notes: readonly string[];
}

/** One operator with all of its builds, which are never added up. */
export interface MeasuredOperator {
  readonly name: string;
  /** oldest first */
  readonly builds: readonly MeasuredBuild[];
  /** the last build that left counters, for which the operator's numbers stand; undefined if none of its pods ever started */
  readonly current?: MeasuredBuild & { readonly profile: Profile };
  readonly gaps: readonly string[];
  readonly notes: readonly string[];
  /** what its containers should have delivered, and what they did */
  readonly ledger: readonly LedgerEntry[];
}

/** Where even the folders are gone that would tell of which build it was. */
const unnamed = "the cluster saw it run, and nothing of that is left";

/** An operator ran, and nothing of what it covered arrived. */
export class NoCountersError extends Error {
  override readonly name = "NoCountersError";

  constructor(
    readonly operator: string,
    gaps: readonly string[],
    /** whether the cluster saw it run, and not its files alone tell so */
    readonly onRecord: boolean,
  ) {
    super(
      [
        `Expected the pods of ${operator} to leave coverage counters, got none:`,
        ...gaps.slice(0, 10).map((gap) => `- ${gap}`),
      ].join("\n"),
    );
  }
}

/**
 * Gathers and adds up the counters of one operator, each build for itself.
 * @param cluster what the cluster knew of all containers
 * @param run absolute path of the run's folder
 * @throws NoCountersError if it ran and no counters arrived
 */
export async function measureOperator(
  { name, builds, notes: known = [] }: RunRecord["operators"][number],
  { pods, checkpoint }: RunRecord,
  cluster: ClusterRecord,
  run: string,
  progress: (message: string) => void,
): Promise<MeasuredOperator> {
  const stopped = cluster.stopped === undefined ? undefined : Date.parse(cluster.stopped);
  const moment = { whileRunning: checkpoint !== undefined, ...(stopped !== undefined && { stopped }) };
  const measured: MeasuredBuild[] = [];
  const gaps: string[] = [];
  const silent: string[] = [];
  const ledger: LedgerEntry[] = [];
  let isTooMuch = false;
  const lives = cluster.containers.filter(({ operator }) => operator === name);
  const notes = known.map((note) => `${name}: ${note}`);
  for (const build of builds) {
    const kept = pods.filter((pod) => pod.operator === name && pod.build === build.id);
    const arrival = await gather(kept, build.mode, run);
    const own = lives.filter((life) => life.build === build.id).map((life) => asBuilt(life, build));
    const settled = settleBuild(arrival.pods, own, moment);
    ledger.push(...settled.entries);
    const others = (cluster.uncounted ?? []).filter((one) => one.operator === name && one.build === build.id);
    const missing = [...settled.gaps, ...uncountedGaps(others)].map((gap) => `${name}, ${gap}`);
    gaps.push(...missing);
    silent.push(...settled.silent.map((gap) => `${name}, ${gap}`));
    const files = arrival.pods.flatMap((pod) => pod.files.filter(countsProcess)).length;
    if (files === 0) {
      measured.push({ build, pods: arrival.pods, gaps: missing, notes: [] });
      continue;
    }
    progress(`Adding up ${files} counter files of ${name}, build ${build.id}`);
    const source = (file: string) => sourcePath(path.join(run, sourcesOf(name, build.id)), file);
    const added = await profileOfBuild(arrival, build.mode, source).catch((error: unknown) => {
      if (error instanceof GoToolLimitError) return error;
      throw error;
    });
    if (added instanceof Error) {
      // The other operators have done nothing wrong, and its counters are kept with theirs.
      const gap = `${name}, build ${build.id}: its counters could not be added up, and are kept in raw/: ${escapeControls(added.message.split("\n")[0]!)}`;
      gaps.push(gap);
      isTooMuch = true;
      measured.push({ build, pods: arrival.pods, gaps: [...missing, gap], notes: [] });
      continue;
    }
    const { profile, warnings, notes: told, traced } = added;
    const named = nameByImport(profile, build.module, await keptSources(path.join(run, sourcesOf(name, build.id))));
    const warned = counted(warnings).map((warning) => `go tool covdata warns of ${warning}`);
    const byName = await directedMainFiles(profile, named, source);
    const said = [...warned, ...told, ...byName].map((note) => `${name}, build ${build.id}: ${note}`);
    notes.push(...said);
    measured.push({ build, pods: arrival.pods, profile: named, traced, gaps: missing, notes: said });
  }
  const current = measured.filter((m): m is MeasuredBuild & { profile: Profile } => m.profile !== undefined).at(-1);
  const onRecord = lives.some(({ seen }) => seen === "ran");
  const ran = measured.some((m) => m.pods.length > 0) || onRecord;
  if (!current && checkpoint === undefined && ran && !isTooMuch)
    throw new NoCountersError(name, [gaps, silent].find((told) => told.length > 0) ?? [unnamed], onRecord);
  if (!current && !ran) gaps.push(`${name} never ran: there is no trace of any pod of it`);
  return { name, builds: measured, current, gaps, notes, ledger };
}

/** Counters of other modes can't be read while they change: the variable that says how often is there for profiles then. */
function asBuilt(life: Incarnation, { mode }: BuildRecord): Incarnation {
  return mode === "atomic" ? life : { ...life, snapshots: false };
}

/** Each warning once, because covdata gives one for every file and function that it goes for. */
function counted(warnings: readonly string[]): string[] {
  const times = new Map<string, number>();
  for (const warning of warnings) times.set(warning, (times.get(warning) ?? 0) + 1);
  return [...times]
    .slice(0, 5)
    .map(([warning, n]) => `${escapeControls(warning.replace(/^warning: /, ""))}${n > 1 ? ` (${n} times)` : ""}`);
}
