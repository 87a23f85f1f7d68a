import * as path from "node:path";
import { formatProfile } from "../coverage/profile/profile";
import type { Summary } from "../report/summary";
import { joinedProfile, type UnitProfile } from "../report/unit/unit";
import { unitMarkdown } from "../report/unit/unitMarkdown";
import { summarizeUnits, type UnitSummary } from "../report/unit/unitSummary";
import { replaceFile } from "../system/files/replaceFile";
import { reportRun } from "./reportRun";
import { traceUnit } from "./traceUnit";

/** Paths of the reports of unit and end-to-end tests together, in the folder of a run. */
export function combinedFiles(run: string) {
  return {
    summary: path.join(run, "combined.json"),
    markdown: path.join(run, "combined.md"),
    profile: path.join(run, "combined.out"),
  };
}

/**
 * Makes the reports of a published run again as `regenerate` does, and beside them those of unit and end-to-end tests together.
 * @param runFolder path of OUTPUT/STACK/RUN, wherever it is now
 * @param units at least one
 * @throws Error if it is no run's folder, its raw data is no longer there, or a unit profile has nothing to do with it
 */
export async function combine(
  runFolder: string,
  units: readonly UnitProfile[],
  progress: (message: string) => void = () => {},
): Promise<{ summary: Summary; combined: UnitSummary }> {
  const run = path.resolve(runFolder);
  const reported = await reportRun(run, progress);
  progress(`Setting ${units.map(({ source }) => source).join(", ")} beside what the run covered`);
  const traced: UnitProfile[] = [];
  for (const unit of units) traced.push(await traceUnit(unit, reported.traced));
  const { summary: combined, files } = summarizeUnits(reported.summary, reported, traced);
  const paths = combinedFiles(run);
  await replaceFile(paths.profile, formatProfile(joinedProfile(files)));
  await replaceFile(paths.markdown, unitMarkdown(combined));
  await replaceFile(paths.summary, `${JSON.stringify(combined, undefined, 2)}\n`);
  return { summary: reported.summary, combined };
}
