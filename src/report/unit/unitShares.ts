import * as path from "node:path";
import { percentOf } from "../percent";
import type { ApartFile, SharedFile } from "./unit";

/** How many statements which tests ran; the four add up to `statements`. */
export interface Shares {
  readonly statements: number;
  readonly unitOnly: number;
  readonly e2eOnly: number;
  readonly both: number;
  readonly neither: number;
  /** what ran in any tests, null where there are no statements; so are the next two */
  readonly percent: number | null;
  readonly unitPercent: number | null;
  readonly e2ePercent: number | null;
}

export interface PackageShares extends Shares {
  /** import path */
  readonly name: string;
}

export interface OperatorShares extends Shares {
  readonly name: string;
  readonly packages: readonly PackageShares[];
  /** what unit tests ran in other versions of its files, which counts nowhere */
  readonly apart: readonly ApartFile[];
}

type Counts = { -readonly [Key in "statements" | "unitOnly" | "e2eOnly" | "both" | "neither"]: number };

/** Counts statements by package, in the order of their import paths. Literals are left out, as in `tallyPackages`. */
export function sharesByPackage(files: readonly SharedFile[]): PackageShares[] {
  const packages = new Map<string, SharedFile[]>();
  for (const file of files) {
    const name = path.posix.dirname(file.name);
    packages.set(name, [...(packages.get(name) ?? []), file]);
  }
  return [...packages]
    .map(([name, its]) => ({ name, ...sharesOf(its) }))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** Counts the statements of all files. */
export function sharesOf(files: readonly SharedFile[]): Shares {
  const counts: Counts = { statements: 0, unitOnly: 0, e2eOnly: 0, both: 0, neither: 0 };
  for (const { blocks } of files) {
    for (const { statements, unit, e2e, literal } of blocks) {
      if (literal) continue;
      counts.statements += statements;
      counts[unit ? (e2e ? "both" : "unitOnly") : e2e ? "e2eOnly" : "neither"] += statements;
    }
  }
  const { statements, unitOnly, e2eOnly, both } = counts;
  return {
    ...counts,
    percent: percentOf(unitOnly + e2eOnly + both, statements),
    unitPercent: percentOf(unitOnly + both, statements),
    e2ePercent: percentOf(e2eOnly + both, statements),
  };
}
