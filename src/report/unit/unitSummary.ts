import type { OperatorProfile, Total } from "../../coverage/profile/total";
import { compareWithUnit, type SharedFile, type UnitProfile, unmatched } from "./unit";
import { unitNotes } from "./unitNotes";
import { type OperatorShares, type PackageShares, type Shares, sharesByPackage, sharesOf } from "./unitShares";

/** What unit and end-to-end tests ran together; written as combined.json, and told by the other combined reports. */
export interface UnitSummary extends Shares {
  /** raised when a reader of an older form would misread this one */
  readonly schema: 1;
  readonly stack: string;
  readonly run: string;
  /** the unit profiles, as people named them */
  readonly units: readonly string[];
  readonly packages: readonly PackageShares[];
  readonly operators: readonly OperatorShares[];
  readonly notes: readonly string[];
}

/**
 * Sets what unit tests ran beside what the tests of a run did, whose numbers stay as they are.
 * @param units at least one
 * @throws Error naming a unit profile that has nothing to do with the run
 */
export function summarizeUnits(
  { stack, run }: { stack: string; run: string },
  { total, operators }: { total: Total; operators: readonly OperatorProfile[] },
  units: readonly UnitProfile[],
): { summary: UnitSummary; files: readonly SharedFile[] } {
  const known = new Set(operators.flatMap(({ profile }) => profile.files.map(({ name }) => name)));
  const others = units.map((unit) => unmatched(unit, known));
  for (const [index, { foreign, source }] of others.entries()) {
    if (foreign) throw nothingInCommon(source, units[index]!, known);
  }
  const { files } = compareWithUnit(total.profile, units, (file) => total.origins.get(file)?.file ?? file);
  const compared = operators.map(({ operator, profile }): OperatorShares => {
    const { files: its, apart } = compareWithUnit(profile, units);
    return { name: operator, ...sharesOf(its), packages: sharesByPackage(its), apart };
  });
  const summary = {
    schema: 1 as const,
    stack,
    run,
    units: units.map(({ source }) => source),
    ...sharesOf(files),
    packages: sharesByPackage(files),
    operators: compared,
    notes: unitNotes(units, others, compared, known),
  };
  return { summary, files };
}

function nothingInCommon(source: string, { profile }: UnitProfile, known: ReadonlySet<string>): Error {
  const [first] = profile.files;
  const got = first ? `only others, such as ${JSON.stringify(first.name)}` : "no file at all";
  return new Error(
    `Expected ${source} to name files of the run's operators, such as ${JSON.stringify([...known][0])}, got ${got}. Run \`go test -coverprofile\` in the operators' own modules.`,
  );
}
