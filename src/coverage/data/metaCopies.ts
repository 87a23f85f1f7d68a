import { createHash } from "node:crypto";
import type { Mode } from "../profile/profile";
import type { ArrivedFile, SetAside } from "./arrivedFile";
import type { CodeSize } from "./bounds";
import { DamagedError } from "./byteReader";
import { type MetaFile, readMetaFile } from "./metaFile";

/** An intact meta-data file and everywhere that it arrived. */
export interface MetaCopies {
  readonly content: MetaFile;
  /** at least one */
  readonly files: readonly ArrivedFile[];
}

/**
 * Finds the meta-data of each binary that wrote into one build's folders. All processes of a binary write the same file; where copies
 * differ, some are damaged in a way that they themselves don't show.
 * @param mode the cover mode that the build is on record with; data of another mode is set aside
 * @param size what the build has; programs are added
 * @param setAside is told of each file that does not count
 * @returns by the hash that counter files refer to, each content that arrived, the most common first
 */
export function intactMetas(
  files: readonly ArrivedFile[],
  mode: Mode,
  size: CodeSize,
  setAside: SetAside,
): Map<string, [MetaCopies, ...MetaCopies[]]> {
  const faults = new Map<ArrivedFile, unknown>();
  const byContent = new Map<string, ArrivedFile[]>();
  for (const file of files) {
    if (file.name.kind !== "meta") continue;
    try {
      const digest = createHash("sha256").update(file.read()).digest("hex");
      const copies = byContent.get(digest);
      if (copies) copies.push(file);
      else byContent.set(digest, [file]);
    } catch (error) {
      faults.set(file, error);
    }
  }
  const intact: [string, MetaCopies][] = [];
  // The most common first also where there is more than a build may have.
  for (const [digest, copies] of [...byContent].sort(byCopies)) {
    const read = readCopies(copies, mode, size, faults);
    if (read) intact.push([digest, read]);
  }
  for (const file of files) if (faults.has(file)) setAside(file, faults.get(file));
  // What is left of each may be fewer.
  intact.sort(([a, x], [b, y]) => byCopies([a, x.files], [b, y.files]));
  const byHash = new Map<string, [MetaCopies, ...MetaCopies[]]>();
  for (const [, copies] of intact) {
    const known = byHash.get(copies.content.hash);
    if (known) known.push(copies);
    else byHash.set(copies.content.hash, [copies]);
  }
  return byHash;
}

/** By the number of copies, the most first; among equals any order, but always the same. */
function byCopies(
  [a, x]: readonly [string, readonly unknown[]],
  [b, y]: readonly [string, readonly unknown[]],
): number {
  return y.length - x.length || (a < b ? -1 : 1);
}

/** Reads one content. @returns nothing where no copy counts; `faults` has the reasons */
function readCopies(
  copies: readonly ArrivedFile[],
  mode: Mode,
  size: CodeSize,
  faults: Map<ArrivedFile, unknown>,
): MetaCopies | undefined {
  const failed = (of: readonly ArrivedFile[], error: unknown) => {
    for (const file of of) faults.set(file, error);
  };
  try {
    const content = readMetaFile(copies[0]!.read());
    const same = copies.filter((file) => {
      try {
        checkRecord(content, file, mode);
        return true;
      } catch (error) {
        failed([file], error);
        return false;
      }
    });
    if (same.length === 0) return undefined;
    size.addProgram(content.size);
    return { content, files: same };
  } catch (error) {
    failed(
      copies.filter((file) => !faults.has(file)),
      error,
    );
    return undefined;
  }
}

function checkRecord(content: MetaFile, { name }: ArrivedFile, mode: Mode): void {
  const hash = name.kind === "meta" ? name.hash : "";
  if (content.hash !== hash) throw new DamagedError(`is damaged or renamed: it says that its hash is ${content.hash}`);
  if (content.mode !== mode) {
    throw new DamagedError(`was written in cover mode ${content.mode}, and the build is on record with ${mode}`);
  }
}
