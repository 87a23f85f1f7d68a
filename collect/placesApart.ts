import { type Block, compareBlocks, positionOf } from "../report/profile";

/**
 * Gives each block of a file a place of its own. `//line` directives may give several blocks one place, which Go's meta-data and covdata keep
 * apart by their functions, and a text profile can't: `go tool cover` adds them up, or refuses them. Like Go's own `dedup` (cmd/cover), it lets
 * a later block end in a column where none ends.
 * @param blocks those of one file, in any order, and no block twice
 * @returns the blocks, and how many of them were moved
 */
export function placesApart(blocks: readonly Block[]): { readonly blocks: Block[]; readonly moved: number } {
  const places = new Set(blocks.map(positionOf));
  const moved = blocks.length - places.size;
  if (moved === 0) return { blocks: [...blocks], moved };
  // Whatever order they came in, the same blocks stay, so that all profiles of one build have the same places.
  const sorted = [...blocks].sort((a, b) => compareBlocks(a, b) || b.count - a.count);
  const taken = new Set<string>();
  const apart = sorted.map((block) => {
    const own = { ...block };
    if (taken.has(positionOf(own))) while (places.has(positionOf(own))) own.endCol++;
    places.add(positionOf(own));
    taken.add(positionOf(own));
    return own;
  });
  return { blocks: apart, moved };
}
