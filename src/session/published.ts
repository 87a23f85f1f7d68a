import { readFile } from "node:fs/promises";
import * as path from "node:path";
import type { Summary } from "../report/summary";
import { table } from "../report/table";
import { reportFiles } from "../state/folders";
import type { Bracketed } from "./verdict";

/** Shows how a session ended: the table of its packages, what is missing, where the reports are; and sets this process's exit status. */
export async function report({ status, failure, summary: file, log }: Bracketed): Promise<void> {
  if (file) await showReports(file);
  if (log) console.log(`${file ? "" : "\n"}${"log".padEnd(10)} ${log}`);
  if (failure) console.error(`\nThe session failed: ${failure}`);
  process.exitCode = status;
}

/**
 * Shows on the terminal what was reported and where.
 * @param file absolute path of a summary.json
 */
export async function showReports(file: string): Promise<void> {
  const summary = JSON.parse(await readFile(file, "utf8")) as Summary;
  console.log(`\n${table(summary)}`);
  for (const gap of summary.gaps) console.log(`missing: ${gap}`);
  console.log(`coverage: ${summary.percent?.toFixed(1) ?? "unknown"}% of statements (${summary.status})`);
  const folder = path.dirname(file);
  for (const [name, report] of Object.entries(reportFiles(folder))) console.log(`${name.padEnd(10)} ${report}`);
  for (const operator of summary.operators)
    console.log(`${operator.name.padEnd(10)} ${path.join(folder, operator.name)}`);
}
