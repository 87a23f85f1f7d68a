import * as path from "node:path";
import { type Block, type FileBlocks, type Profile, positionOf } from "../../coverage/profile/profile";

/** What unit tests covered, as one profile or folder of counters says. */
export interface UnitProfile {
  /** what people call it: the path that they gave */
  readonly source: string;
  readonly profile: Profile;
  /** what a reader has to know of it, a sentence each */
  readonly notes: readonly string[];
}

/** A block of the operators, and which tests ran it. */
export interface SharedBlock extends Omit<Block, "count"> {
  readonly unit: boolean;
  readonly e2e: boolean;
}

export interface SharedFile {
  readonly name: string;
  readonly blocks: readonly SharedBlock[];
}

/** A file that unit tests have in other blocks than the operator, so that nobody can say what of it they ran. */
export interface ApartFile {
  /** see `UnitProfile.source` */
  readonly source: string;
  readonly file: string;
  /** how many statements the unit tests' version has */
  readonly statements: number;
  /** how many of them the unit tests ran */
  readonly covered: number;
}

export interface UnitComparison {
  /** the files of the operators, all of them and no others */
  readonly files: readonly SharedFile[];
  readonly apart: readonly ApartFile[];
}

/**
 * Says of each block of the operators which tests ran it. Blocks are matched by file and position; what counts is whether a block ran,
 * so that cover modes may differ. Several unit profiles add up.
 * @param e2e what the operators covered; it decides which blocks there are
 * @param sourceName gives the name that a file of `e2e` has in a profile of its own, see `Total.origins`
 */
export function compareWithUnit(
  e2e: Profile,
  units: readonly UnitProfile[],
  sourceName: (file: string) => string = (file) => file,
): UnitComparison {
  const apart: ApartFile[] = [];
  const sources = units.map(({ source, profile }) => ({
    source,
    files: new Map(profile.files.map((file) => [file.name, file])),
  }));
  const files = e2e.files.map((file): SharedFile => {
    const ran = file.blocks.map(() => false);
    for (const { source, files: its } of sources) {
      const unit = its.get(sourceName(file.name));
      if (!unit) continue;
      if (!sameCode(file, unit)) apart.push({ source, file: unit.name, ...tally(unit) });
      else for (const [index, { count }] of unit.blocks.entries()) if (count > 0) ran[index] = true;
    }
    return {
      name: file.name,
      blocks: file.blocks.map(({ count, ...block }, index) => ({ ...block, unit: ran[index]!, e2e: count > 0 })),
    };
  });
  return { files, apart };
}

/** What unit tests ran besides the operators' files. */
export interface Unmatched {
  /** see `UnitProfile.source` */
  readonly source: string;
  /** files of packages that no operator has */
  readonly outside: readonly string[];
  /** files that no operator was built from, although of a package that one has */
  readonly unknown: readonly string[];
  /** whether none of its files is of a package that an operator has */
  readonly foreign: boolean;
}

/** @param files the names of all operators' files, each as its own profile has it */
export function unmatched({ source, profile }: UnitProfile, files: ReadonlySet<string>): Unmatched {
  const packages = new Set([...files].map(packageOf));
  const others = profile.files.map(({ name }) => name).filter((name) => !files.has(name));
  const outside = others.filter((name) => !packages.has(packageOf(name)));
  const unknown = others.filter((name) => packages.has(packageOf(name)));
  return { source, outside, unknown, foreign: outside.length === profile.files.length };
}

/** The operators' packages of which no unit profile names a file, sorted. */
export function untested(files: ReadonlySet<string>, units: readonly UnitProfile[]): string[] {
  const named = new Set(units.flatMap(({ profile }) => profile.files.map(({ name }) => packageOf(name))));
  return [...new Set([...files].map(packageOf))].filter((name) => !named.has(name)).sort();
}

/** What ran in any tests, in mode set. */
export function joinedProfile(files: readonly SharedFile[]): Profile {
  return {
    mode: "set",
    files: files.map(({ name, blocks }) => ({
      name,
      blocks: blocks.map(({ unit, e2e, ...block }) => ({ ...block, count: unit || e2e ? 1 : 0 })),
    })),
  };
}

function packageOf(file: string): string {
  return path.posix.dirname(file);
}

/** Texts do not say which blocks are in literals, so unlike for `sameBlocks` this is no difference. */
function sameCode(a: FileBlocks, b: FileBlocks): boolean {
  return (
    a.blocks.length === b.blocks.length &&
    a.blocks.every((block, index) => {
      const other = b.blocks[index]!;
      return positionOf(block) === positionOf(other) && block.statements === other.statements;
    })
  );
}

function tally({ blocks }: FileBlocks): { statements: number; covered: number } {
  const sum = (some: readonly Block[]) => some.reduce((total, { statements }) => total + statements, 0);
  return { statements: sum(blocks), covered: sum(blocks.filter(({ count }) => count > 0)) };
}
