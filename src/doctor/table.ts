import type { Finding } from "./finding";

/**
 * Writes findings as a table for people, with the ways out in lines below it.
 * @returns lines without an end of line after the last one
 */
export function findingsTable(findings: readonly Finding[]): string {
  const rows = findings.map(({ subject, state, found }) => [subject, state, oneLine(found)]);
  const table = [["check", "state", "found"], ...rows];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  const lines = table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join("  ")
      .trimEnd(),
  );
  const waysOut = findings.flatMap(({ subject, wayOut }) => (wayOut ? [`${subject}: ${oneLine(wayOut)}`] : []));
  return [...lines, ...(waysOut.length > 0 ? ["", ...waysOut] : [])].join("\n");
}

/** Programs' own words may have several. */
function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, " ").trim();
}
