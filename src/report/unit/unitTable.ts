import { escapeControls } from "../../system/text/escape";
import { showPercent } from "../percent";
import type { Shares } from "./unitShares";
import type { UnitSummary } from "./unitSummary";

const HEAD = ["PACKAGE", "STATEMENTS", "UNIT ONLY", "E2E ONLY", "BOTH", "NEITHER", "PERCENT"];

/** The combined summary as a plain-text table for the terminal: packages, operators where there are several, and the total. */
export function unitTable({ packages, operators, ...total }: UnitSummary): string {
  const rows = [
    HEAD,
    ...packages.map((p) => [escapeControls(p.name), ...cells(p)]),
    ...(operators.length > 1 ? operators.map((o) => [`operator ${o.name}`, ...cells(o)]) : []),
    ["total", ...cells(total)],
  ];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) => row.map((cell, c) => (c === 0 ? cell.padEnd(widths[c]!) : cell.padStart(widths[c]!))).join("  "))
    .map((line) => `${line}\n`)
    .join("");
}

/** The numbers of a row, in the order of the columns; the last is what ran in any tests. */
export function cells({ statements, unitOnly, e2eOnly, both, neither, percent }: Shares): string[] {
  return [...[statements, unitOnly, e2eOnly, both, neither].map(String), showPercent(percent)];
}
