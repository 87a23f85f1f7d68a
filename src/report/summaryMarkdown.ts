import { escapeMarkdown } from "../system/text/escape";
import { showPercent } from "./percent";
import type { ContainerTally, OperatorSummary, Summary } from "./summary";

/** A GitHub step summary of more than 1 MiB aborts its upload, so lists have an end; summary.json has all of them. */
const LONGEST_TABLE = 2000;
const LONGEST_LIST = 50;

/** The report summary.md: a GitHub step summary, with the line `total: (statements) N%` that GitLab and others look for. */
export function summaryMarkdown(summary: Summary): string {
  const subject =
    summary.operator === undefined ? "Operator coverage" : `Coverage of ${escapeMarkdown(summary.operator)}`;
  return [
    `## ${subject}: ${showPercent(summary.percent)}`,
    "",
    `Run ${escapeMarkdown(summary.run)} of stack ${escapeMarkdown(summary.stack)}${
      summary.checkpoint === undefined ? "" : `, checkpoint ${escapeMarkdown(summary.checkpoint)}, while it went on`
    }${
      summary.build === undefined ? "" : `, build ${escapeMarkdown(summary.build)}, no longer current`
    }: ${summary.status}.`,
    "",
    ...(summary.containers ? [containersOf(summary.containers), ""] : []),
    ...table(
      "Package",
      summary.packages.map((p) => [p.name, p]),
    ),
    `total: (statements) ${showPercent(summary.percent)}`,
    "",
    ...(summary.operators.length > 1
      ? table(
          "Operator",
          summary.operators.map((o) => [o.name, o]),
        )
      : []),
    ...summary.operators.flatMap(olderBuilds).flatMap((sentence) => [sentence, ""]),
    ...list("Gaps", summary.gaps),
    ...list("Notes", summary.notes),
  ].join("\n");
}

/** A container counts anew each time that it is restarted. */
function containersOf({ ran, counters, snapshots, damaged, nothing }: ContainerTally): string {
  const parts = [
    [counters, "delivered all their counters"],
    [ran - counters - snapshots - damaged - nothing, "delivered some of their counters"],
    [snapshots, "left a snapshot"],
    [damaged, "left a damaged file"],
    [nothing, "left nothing"],
  ] as const;
  const told = parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return `Containers that the cluster saw run, restarts counted: ${ran}${told.length > 0 ? `, of which ${told.join(", ")}` : ""}.`;
}

function table(
  title: string,
  rows: readonly (readonly [string, { statements: number; percent: number | null }])[],
): string[] {
  const shown = rows.slice(0, LONGEST_TABLE);
  return [
    `| ${title} | Statements | Percent |`,
    "|:--|--:|--:|",
    ...shown.map(
      ([name, { statements, percent }]) => `| ${escapeMarkdown(name)} | ${statements} | ${showPercent(percent)} |`,
    ),
    "",
    ...(rows.length > shown.length ? [`And ${rows.length - shown.length} more, see summary.json.`, ""] : []),
  ];
}

function list(title: string, sentences: readonly string[]): string[] {
  if (sentences.length === 0) return [];
  const shown = sentences.slice(0, LONGEST_LIST).map((sentence) => `- ${escapeListItem(sentence)}`);
  const rest = sentences.length - shown.length;
  return [`### ${title}`, "", ...shown, ...(rest > 0 ? [`- And ${rest} more, see summary.json.`] : []), ""];
}

/** At the start of an item, a dash or a number with a dot would begin a list of its own. */
function escapeListItem(sentence: string): string {
  return escapeMarkdown(sentence).replace(/^[-+=\d]/, (character) => `&#${character.charCodeAt(0)};`);
}

function olderBuilds({ name, builds }: OperatorSummary): string[] {
  const current = builds.find((build) => build.current);
  const older = builds.filter((build) => !build.current && build.pods > 0);
  if (!current || older.length === 0) return [];
  const others = older.map(({ id, percent }) => `${escapeMarkdown(id)} (${showPercent(percent)})`).join(", ");
  return [
    `The numbers of ${escapeMarkdown(name)} are those of its build ${escapeMarkdown(current.id)} alone; reported apart, because counters of different builds don't add up: ${others}.`,
  ];
}
