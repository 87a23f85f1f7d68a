import { escapeMarkdown } from "../../system/text/escape";
import { showPercent } from "../percent";
import type { Shares } from "./unitShares";
import type { UnitSummary } from "./unitSummary";
import { cells } from "./unitTable";

/** As in summary.md: a GitHub step summary has an end, and combined.json has all. */
const LONGEST_TABLE = 2000;
const LONGEST_LIST = 50;

/** The report combined.md, fit for a GitHub step summary. */
export function unitMarkdown(summary: UnitSummary): string {
  const { packages, operators, notes, units } = summary;
  return [
    `## Unit and end-to-end coverage: ${showPercent(summary.percent)}`,
    "",
    `Run ${escapeMarkdown(summary.run)} of stack ${escapeMarkdown(summary.stack)} with ${units.map(escapeMarkdown).join(", ")}: unit tests ${showPercent(summary.unitPercent)}, end-to-end tests ${showPercent(summary.e2ePercent)}.`,
    "",
    ...table("Package", [...packages.map((p) => [p.name, p] as const), ["total", summary]]),
    ...(operators.length > 1
      ? table(
          "Operator",
          operators.map((o) => [o.name, o]),
        )
      : []),
    ...(notes.length > 0 ? ["### Notes", "", ...listed(notes), ""] : []),
  ].join("\n");
}

function table(title: string, rows: readonly (readonly [string, Shares])[]): string[] {
  const left = Math.max(0, rows.length - LONGEST_TABLE);
  return [
    `| ${title} | Statements | Unit only | End-to-end only | Both | Neither | Percent |`,
    "|:--|--:|--:|--:|--:|--:|--:|",
    // The last row is a total, which has to stay.
    ...rows
      .filter((_, index) => index < LONGEST_TABLE - 1 || index === rows.length - 1)
      .map(([name, shares]) => `| ${[escapeMarkdown(name), ...cells(shares)].join(" | ")} |`),
    "",
    ...(left > 0 ? [`And ${left} more, see combined.json.`, ""] : []),
  ];
}

/** A note begins with a name, which could be a dash or a number with a dot: those begin lists of their own. */
function listed(notes: readonly string[]): string[] {
  const shown = notes
    .slice(0, LONGEST_LIST)
    .map((note) => `- ${escapeMarkdown(note).replace(/^[-+=\d]/, (c) => `&#${c.charCodeAt(0)};`)}`);
  return notes.length > shown.length
    ? [...shown, `- And ${notes.length - shown.length} more, see combined.json.`]
    : shown;
}
