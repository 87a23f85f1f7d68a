import { escapeControls } from "../system/text/escape";
import { showPercent } from "./percent";
import type { Summary } from "./summary";

/** The summary as a plain-text table for the terminal: package, statements, percent, and a last line for the total. */
export function table(summary: Summary): string {
  const rows = [
    ["PACKAGE", "STATEMENTS", "PERCENT"],
    ...summary.packages.map((p) => [escapeControls(p.name), String(p.statements), showPercent(p.percent)]),
    ["total", String(summary.statements), showPercent(summary.percent)],
  ];
  const width = (column: number) => Math.max(...rows.map((row) => row[column]!.length));
  const [name, statements, percent] = [width(0), width(1), width(2)];
  return rows
    .map((row) => `${row[0]!.padEnd(name)}  ${row[1]!.padStart(statements)}  ${row[2]!.padStart(percent)}\n`)
    .join("");
}
