import { type Block, compareBlocks, type FileBlocks, positionOf } from "../profile/profile";
import type { MetaBlock, PackageMeta } from "../data/metaFile";

/** Where `//line` directives put a block, and where it is. */
export interface Places {
  readonly directed: { readonly file: string; readonly block: MetaBlock };
  readonly own: { readonly file: string; readonly block: MetaBlock };
}

/**
 * Sets the blocks of a package with its directives beside those without.
 * @returns undefined where they are not those of the same code
 */
export function pairPlaces(directed: PackageMeta, own: PackageMeta): Places[] | undefined {
  if (directed.functions.length !== own.functions.length) return undefined;
  const pairs: Places[] = [];
  for (const [index, { file, blocks }] of directed.functions.entries()) {
    const other = own.functions[index]!;
    if (blocks.length !== other.blocks.length) return undefined;
    for (const [at, block] of blocks.entries()) {
      const its = other.blocks[at]!;
      if (block.statements !== its.statements || block.literal !== its.literal) return undefined;
      pairs.push({ directed: { file, block }, own: { file: other.file, block: its } });
    }
  }
  return pairs;
}

/** Why the blocks of a text profile could not be put where they are. */
export type Refusal = "other" | "ambiguous";

/**
 * Puts the blocks of a text profile where they are.
 * @param files those of one package, as directives name them
 * @param places all blocks of the package
 * @returns `other` where the files don't hold these blocks, every one; `ambiguous` where directives give one place to several that count alike
 */
export function putBack(files: readonly FileBlocks[], places: readonly Places[]): FileBlocks[] | Refusal {
  const known = new Map<string, Places["own"][]>();
  for (const { directed, own } of places) {
    const key = keyOf(directed.file, directed.block);
    known.set(key, [...(known.get(key) ?? []), own]);
  }
  const blocks = files.flatMap(({ name, blocks }) => blocks.map((block) => ({ name, block })));
  const found = new Map<string, Block[]>();
  const seen = new Set<string>();
  for (const { name, block } of blocks) {
    const key = keyOf(name, { position: positionOf(block), statements: block.statements });
    const owners = known.get(key);
    if (!owners || seen.has(key)) return "other";
    seen.add(key);
    const { file, block: own } = owners[0]!;
    const put: Block = {
      ...placeOf(own.position),
      statements: block.statements,
      count: block.count,
      ...(own.literal && { literal: true }),
    };
    const others = found.get(file);
    if (others) others.push(put);
    else found.set(file, [put]);
  }
  if (seen.size !== known.size) return "other";
  if ([...known.values()].some(({ length }) => length > 1)) return "ambiguous";
  return [...found].map(([name, its]) => ({ name, blocks: its.sort(compareBlocks) }));
}

function keyOf(file: string, { position, statements }: Pick<MetaBlock, "position" | "statements">): string {
  return `${file}:${position} ${statements}`;
}

function placeOf(position: string): Pick<Block, "startLine" | "startCol" | "endLine" | "endCol"> {
  const [startLine, startCol, endLine, endCol] = position.split(/[.,]/).map(Number) as [number, number, number, number];
  return { startLine, startCol, endLine, endCol };
}
