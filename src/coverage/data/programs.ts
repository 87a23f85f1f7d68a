import { createHash } from "node:crypto";
import type { ArrivedFile } from "./arrivedFile";
import type { MetaFile } from "./metaFile";

/** A covered program that wrote into a build's folders. */
export interface ArrivedProgram {
  readonly content: MetaFile;
  /** copies of its meta-data */
  readonly files: readonly ArrivedFile[];
  readonly counters: readonly ArrivedFile[];
}

/**
 * Tells the programs of one build from those of another that got among them. A build's programs were compiled from the same
 * sources, so they have the same blocks in every file that they share. Where they don't, the program with the most counters stays; between
 * equals any, but always the same.
 */
export function ofSameSources<T extends ArrivedProgram>(programs: readonly T[]): { same: T[]; other: T[] } {
  const [same, other]: [T[], T[]] = [[], []];
  const shapes = new Map<string, string>();
  for (const program of [...programs].sort(compareWeight)) {
    const own = [...program.content.files].map(([file, blocks]) => [file, shapeOf(blocks)] as const);
    if (own.every(([file, shape]) => (shapes.get(file) ?? shape) === shape)) {
      same.push(program);
      for (const [file, shape] of own) shapes.set(file, shape);
    } else {
      other.push(program);
    }
  }
  return { same, other };
}

/** Blocks without their counts, as a digest that is the same for the same blocks. */
export function shapeOf(blocks: readonly { position: string; statements: number }[]): string {
  const lines = blocks.map(({ position, statements }) => `${position} ${statements}`).sort();
  return createHash("sha256").update(lines.join("\n")).digest("base64");
}

function compareWeight(a: ArrivedProgram, b: ArrivedProgram): number {
  return (
    b.counters.length - a.counters.length ||
    b.files.length - a.files.length ||
    (a.content.hash < b.content.hash ? -1 : 1)
  );
}
