import * as path from "node:path";
import { showPercent } from "../report/percent";
import type { UnitSummary } from "../report/unit/unitSummary";
import { unitTable } from "../report/unit/unitTable";
import { combine, combinedFiles } from "../runs/combine";
import { regenerate } from "../runs/regenerate";
import { runFolder } from "../runs/runFolder";
import { readUnitProfile } from "../runs/unitProfile";
import { report } from "../session/published";
import { reportFiles } from "../state/folders";
import { exists } from "../system/files/exists";
import { escapeControls } from "../system/text/escape";
import { calledFrom } from "./project/calledFrom";
import { originOf, projectAt } from "./project/whichProject";

/** The reports of a published run again, and with those of unit tests beside them. */
export async function remake(runs: readonly string[], options: { readonly with?: readonly string[] }): Promise<void> {
  const [name, ...others] = runs;
  if (name === undefined || others.length > 0)
    throw new Error(`Expected one run, got ${runs.join(", ") || "none"}. Usage: report RUN [--with UNIT TESTS]...`);
  const here = calledFrom();
  const folder = await runFolder(name, here, await projectAt(await originOf(here)), process.env);
  const progress = (message: string) => console.error(message);
  const units = [];
  for (const source of options.with ?? []) units.push(await readUnitProfile(path.resolve(here, source), source));

  if (units.length === 0) {
    await regenerate(folder, progress);
    await report({ status: 0, summary: reportFiles(folder).summary });
    if (await exists(combinedFiles(folder).summary))
      console.log("combined.* are as they were: they are made again with --with");
    return;
  }
  const { combined } = await combine(folder, units, progress);
  await report({ status: 0, summary: reportFiles(folder).summary });
  reportCombined(folder, combined);
}

/** Shows what unit and end-to-end tests ran together, what there is to know of it, and where it is written. */
function reportCombined(folder: string, combined: UnitSummary): void {
  console.log(`\n${unitTable(combined)}`);
  for (const note of combined.notes) console.log(`note: ${escapeControls(note)}`);
  const { unitPercent, e2ePercent, percent } = combined;
  console.log(
    `unit tests ${showPercent(unitPercent)}, end-to-end tests ${showPercent(e2ePercent)}, together ${showPercent(percent)} of statements`,
  );
  for (const [name, file] of Object.entries(combinedFiles(folder))) console.log(`${name.padEnd(10)} ${file}`);
}
