import { mkdir } from "node:fs/promises";
import type { Covered } from "../coverage/cover";
import { functionList } from "../coverage/profile/functions";
import { formatProfile, type Profile } from "../coverage/profile/profile";
import { reportFiles } from "../state/folders";
import { replaceFile } from "../system/files/replaceFile";
import { htmlPage } from "./html";
import { notesOf } from "./notes";
import { tallyProfile } from "./packages";
import { formatPercent } from "./percent";
import type { Summary } from "./summary";
import { summaryJson } from "./summaryJson";
import { summaryMarkdown } from "./summaryMarkdown";

/** All that the reports of a run, an operator or a build are made of. */
export interface ReportInput {
  readonly summary: Summary;
  readonly profile: Profile;
  /** what `cover` made of the profile */
  readonly covered: Covered;
}

/**
 * Writes the set of reports, the same for a run, an operator and a build. Each file is replaced whole.
 * @param folder absolute path, made where it is not there
 * @returns the summary as written, with what there was to note about the profile
 */
export async function writeReports(folder: string, input: ReportInput): Promise<Summary> {
  const { profile, covered } = input;
  const summary = { ...input.summary, notes: [...input.summary.notes, ...notesOf(profile, covered)] };
  const files = reportFiles(folder);
  const total = tallyProfile(profile);
  await mkdir(folder, { recursive: true });
  await replaceFile(files.profile, formatProfile(profile));
  await replaceFile(files.functions, functionList(covered.functions, formatPercent(total.covered, total.statements)));
  await replaceFile(files.html, htmlPage(covered.html, profile));
  await replaceFile(files.markdown, summaryMarkdown(summary));
  await replaceFile(files.summary, summaryJson(summary));
  return summary;
}
