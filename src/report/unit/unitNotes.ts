import { escapeControls } from "../../system/text/escape";
import { type UnitProfile, type Unmatched, untested } from "./unit";
import type { OperatorShares } from "./unitShares";

const NAMED = 5;

/**
 * What a reader of the combined numbers has to know, a sentence each: nothing that unit tests ran is left out in silence.
 * @param others of each unit profile, what it has besides the operators' files
 * @param files the names of all operators' files
 */
export function unitNotes(
  units: readonly UnitProfile[],
  others: readonly Unmatched[],
  operators: readonly OperatorShares[],
  files: ReadonlySet<string>,
): string[] {
  return [
    ...units.flatMap(({ source, notes }) => notes.map((note) => `${escapeControls(source)}: ${note}`)),
    ...operators.flatMap(otherVersions),
    ...others.flatMap(elsewhere),
    ...unnamed(untested(files, units)),
  ];
}

function otherVersions({ name, apart }: OperatorShares): string[] {
  return [...new Set(apart.map(({ source }) => source))].map((source) => {
    const files = apart.filter((file) => file.source === source);
    const sum = (key: "statements" | "covered") => files.reduce((total, file) => total + file[key], 0);
    return `${escapeControls(source)} has another version of ${list(files.map(({ file }) => file))} than ${name}, or one that another Go took apart: the ${sum("covered")} of ${sum("statements")} statements that unit tests ran there count nowhere.`;
  });
}

function elsewhere({ source, outside, unknown }: Unmatched): string[] {
  const from = escapeControls(source);
  return [
    ...(outside.length > 0
      ? [`${from} names files outside the run's packages, which are ignored: ${list(outside)}.`]
      : []),
    ...(unknown.length > 0
      ? [
          `${from} names files of the run's packages that no operator was built from, which are ignored: ${list(unknown)}.`,
        ]
      : []),
  ];
}

function unnamed(packages: readonly string[]): string[] {
  return packages.length === 0
    ? []
    : [`No unit profile names ${list(packages)}: unit tests count as not having run anything there.`];
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, NAMED).map(escapeControls).join(", ");
  return names.length > NAMED ? `${shown} and ${names.length - NAMED} more` : shown;
}
