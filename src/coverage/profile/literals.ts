import { readFile } from "node:fs/promises";
import { declaredFunctions, type Extent, type Place } from "./declaredFunctions";
import { hasLineDirectives } from "./lineDirectives";
import { type Block, type FileBlocks, type Profile, positionOf } from "./profile";
import type { MetaFile } from "../data/metaFile";

/** Marks the blocks that `go tool cover -func` does not count, as meta-data tells them; texts do not tell them apart. */
export function markByMeta(profile: Profile, metas: readonly MetaFile[]): Profile {
  const literals = literalsOf(metas);
  return { mode: profile.mode, files: profile.files.map((file) => mark(file, literals.get(file.name) ?? none)) };
}

const none: ReadonlySet<string> = new Set();

/** By file, the positions of blocks in literals. */
function literalsOf(metas: readonly MetaFile[]): ReadonlyMap<string, ReadonlySet<string>> {
  const byFile = new Map<string, Set<string>>();
  for (const { files } of metas) {
    for (const [file, blocks] of files) {
      for (const { position, literal } of blocks) {
        if (!literal) continue;
        const known = byFile.get(file);
        if (known) known.add(position);
        else byFile.set(file, new Set([position]));
      }
    }
  }
  return byFile;
}

/**
 * Marks the same blocks as the sources tell them, where there is no meta-data. In a file without a source, none is marked, nor in one whose
 * blocks have the places of another file, from which it was generated.
 * @param locate gives the absolute path of a file's source, or undefined
 */
export async function markBySource(profile: Profile, locate: (file: string) => string | undefined): Promise<Profile> {
  const files: FileBlocks[] = [];
  for (const file of profile.files) {
    const source = locate(file.name);
    // One character a byte, because Go counts columns in bytes.
    const text = source && (await readFile(source, "latin1").catch(() => undefined));
    files.push(
      text === undefined || hasLineDirectives(text) ? file : mark(file, outside(file.blocks, declaredFunctions(text))),
    );
  }
  return { mode: profile.mode, files };
}

function mark({ name, blocks }: FileBlocks, literals: ReadonlySet<string>): FileBlocks {
  const marked = (block: Block) => (literals.has(positionOf(block)) ? { ...block, literal: true as const } : block);
  return { name, blocks: literals.size > 0 ? blocks.map(marked) : blocks };
}

/** @returns the positions of blocks outside all extents; both are in the order of their start, and extents do not overlap */
function outside(blocks: readonly Block[], extents: readonly Extent[]): Set<string> {
  const found = new Set<string>();
  let next = 0;
  for (const block of blocks) {
    const start: Place = { line: block.startLine, column: block.startCol };
    while (extents[next] && !isBefore(start, extents[next]!.end)) next++;
    const extent = extents[next];
    if (!extent || isBefore(start, extent.start)) found.add(positionOf(block));
  }
  return found;
}

function isBefore(a: Place, b: Place): boolean {
  return a.line < b.line || (a.line === b.line && a.column < b.column);
}
