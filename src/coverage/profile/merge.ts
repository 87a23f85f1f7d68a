import { addCounts, type FileBlocks, type Profile, positionOf } from "./profile";

/** Two profiles hold different versions of a source file, so that their counts can't be added up. */
export class DifferentBlocksError extends Error {
  constructor(readonly file: string) {
    super(
      `Expected both profiles of ${JSON.stringify(file)} to have the same blocks, got two versions of the file; report them apart`,
    );
  }
}

/**
 * Adds up profiles of one mode: in mode set a block ran if it ran in any of them, otherwise its counts are summed, saturating. Merging is
 * commutative and associative, in mode set idempotent too.
 * @throws Error if there is none, or their modes differ.
 * @throws DifferentBlocksError if a file has other blocks in one profile than in another.
 */
export function mergeProfiles(profiles: readonly Profile[]): Profile {
  const [first, ...others] = profiles;
  if (!first) throw new Error("Expected at least one profile to merge, got none");
  const files = new Map(first.files.map((file) => [file.name, file]));
  for (const profile of others) {
    if (profile.mode !== first.mode) {
      throw new Error(
        `Expected all merged profiles to have mode ${first.mode}, got ${profile.mode}; lower them to mode set, or report them apart`,
      );
    }
    for (const file of profile.files) {
      const known = files.get(file.name);
      files.set(file.name, known ? addFile(known, file, first.mode) : file);
    }
  }
  return {
    mode: first.mode,
    files: [...files.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)),
  };
}

/** Whether two versions of a file have the same blocks, with the same number of statements each. */
export function sameBlocks(a: FileBlocks, b: FileBlocks): boolean {
  return (
    a.blocks.length === b.blocks.length &&
    a.blocks.every((block, index) => {
      const other = b.blocks[index]!;
      return (
        positionOf(block) === positionOf(other) &&
        block.statements === other.statements &&
        block.literal === other.literal
      );
    })
  );
}

/** The same profile in mode set: of each block only whether it ran. */
export function lowerToSet(profile: Profile): Profile {
  const files = profile.files.map(({ name, blocks }) => ({
    name,
    blocks: blocks.map((block) => ({ ...block, count: Math.min(block.count, 1) })),
  }));
  return { mode: "set", files };
}

function addFile(a: FileBlocks, b: FileBlocks, mode: Profile["mode"]): FileBlocks {
  if (!sameBlocks(a, b)) throw new DifferentBlocksError(a.name);
  const blocks = a.blocks.map((block, index) => ({
    ...block,
    count: addCounts(mode, block.count, b.blocks[index]!.count),
  }));
  return { name: a.name, blocks };
}
