import * as path from "node:path";
import type { Profile } from "../coverage/profile/profile";
import { percentOf } from "./percent";

/** How many statements there are and how many of them ran; `percent` is null where there are none. */
export interface Tally {
  statements: number;
  covered: number;
  percent: number | null;
}

export interface PackageTally extends Tally {
  /** Import path. */
  name: string;
}

/** Counts statements by package, in the order of their import paths. Literals are left out, as `go tool cover -func` does. */
export function tallyPackages(profile: Profile): PackageTally[] {
  const packages = new Map<string, { statements: number; covered: number }>();
  for (const file of profile.files) {
    const name = path.posix.dirname(file.name);
    const tally = packages.get(name) ?? { statements: 0, covered: 0 };
    packages.set(name, tally);
    for (const block of file.blocks) {
      if (block.literal) continue;
      tally.statements += block.statements;
      if (block.count > 0) tally.covered += block.statements;
    }
  }
  return [...packages]
    .map(([name, tally]) => ({ name, ...withPercent(tally) }))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** Counts the statements of a whole profile; its percentage equals the total of `go tool cover -func`. */
export function tallyProfile(profile: Profile): Tally {
  return sum(tallyPackages(profile));
}

/** Counts the statements in function literals outside any declared function, which the other tallies leave out. */
export function tallyLiterals(profile: Profile): Tally {
  const blocks = profile.files.flatMap((file) => file.blocks).filter((block) => block.literal);
  return sum(blocks.map((b) => ({ statements: b.statements, covered: b.count > 0 ? b.statements : 0 })));
}

function sum(parts: { statements: number; covered: number }[]): Tally {
  const tally = { statements: 0, covered: 0 };
  for (const part of parts) {
    tally.statements += part.statements;
    tally.covered += part.covered;
  }
  return withPercent(tally);
}

function withPercent(tally: { statements: number; covered: number }): Tally {
  return { ...tally, percent: percentOf(tally.covered, tally.statements) };
}
