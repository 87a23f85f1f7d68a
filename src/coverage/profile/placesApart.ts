import { type Block, compareBlocks, positionOf } from "./profile";

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
  const seen = new Set<string>();
  const free = new FreeColumns(blocks);
  const apart = sorted.map((block) => {
    const own = { ...block };
    const place = positionOf(own);
    if (seen.has(place)) own.endCol = free.take(own);
    seen.add(place);
    return own;
  });
  return { blocks: apart, moved };
}

type Place = Pick<Block, "startLine" | "startCol" | "endLine" | "endCol">;

/**
 * The columns where no block ends, for each start and line of the end. To try one after the other takes the square of the blocks at one place, and a
 * small file may have very many: what is found is remembered, as in a union-find.
 */
class FreeColumns {
  /** by start and line, for each column where a block ends, one behind it from which to go on */
  readonly #next = new Map<string, Map<number, number>>();

  constructor(places: readonly Place[]) {
    for (const place of places) this.#columns(place).set(place.endCol, place.endCol + 1);
  }

  /** @returns the first free column from the place's own on, which is free no longer */
  take(place: Place): number {
    const next = this.#columns(place);
    const passed: number[] = [];
    let column = place.endCol;
    for (let behind = next.get(column); behind !== undefined; behind = next.get(column)) {
      passed.push(column);
      column = behind;
    }
    next.set(column, column + 1);
    for (const one of passed) next.set(one, column + 1);
    return column;
  }

  #columns({ startLine, startCol, endLine }: Place): Map<number, number> {
    const key = `${startLine}.${startCol},${endLine}`;
    const known = this.#next.get(key);
    if (known) return known;
    const columns = new Map<number, number>();
    this.#next.set(key, columns);
    return columns;
  }
}

/**
 * Says how many blocks have another place than Go gave them.
 * @param moved of each file, see `placesApart`
 * @returns one sentence, or none
 */
export function movedNotes(moved: readonly number[]): string[] {
  const files = moved.filter((count) => count > 0);
  const blocks = files.reduce((sum, count) => sum + count, 0);
  return blocks === 0
    ? []
    : [
        `//line directives give several blocks of code one place in ${files.length === 1 ? "a file" : `${files.length} files`}: coverage.out tells ${blocks} of them apart by columns that they don't end in.`,
      ];
}
