import { createHash } from "node:crypto";
import type { Mode } from "../report/profile";
import type { ArrivedFile, SetAside } from "./arrivedFile";
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
 * @param setAside is told of each file that does not count
 * @returns by the hash that counter files refer to, each content that arrived, the most common first
 */
export function intactMetas(
  files: readonly ArrivedFile[],
  mode: Mode,
  setAside: SetAside,
): Map<string, [MetaCopies, ...MetaCopies[]]> {
  const byContent = new Map<string, { content: MetaFile; files: ArrivedFile[] }>();
  for (const file of files) {
    if (file.name.kind !== "meta") continue;
    try {
      const bytes = file.read();
      const digest = createHash("sha256").update(bytes).digest("hex");
      const copies = byContent.get(digest) ?? { content: readMetaFile(bytes), files: [] };
      checkRecord(copies.content, file.name.hash, mode);
      copies.files.push(file);
      byContent.set(digest, copies);
    } catch (error) {
      setAside(file, error);
    }
  }
  const byHash = new Map<string, [MetaCopies, ...MetaCopies[]]>();
  for (const [, copies] of [...byContent].sort(
    ([a, x], [b, y]) => y.files.length - x.files.length || (a < b ? -1 : 1),
  )) {
    const known = byHash.get(copies.content.hash);
    if (known) known.push(copies);
    else byHash.set(copies.content.hash, [copies]);
  }
  return byHash;
}

function checkRecord(content: MetaFile, hash: string, mode: Mode): void {
  if (content.hash !== hash) throw new DamagedError(`is damaged or renamed: it says that its hash is ${content.hash}`);
  if (content.mode !== mode) {
    throw new DamagedError(`was written in cover mode ${content.mode}, and the build is on record with ${mode}`);
  }
}
