import { readdir } from "node:fs/promises";
import * as path from "node:path";
import { gunzipSync } from "node:zlib";
import { readName } from "../../contract/counterNames";
import type { ProfileKind } from "../../contract/runtime";
import { escapeControls } from "../../system/text/escape";
import { readRegular, UnreadableError } from "../../system/untrusted/readRegular";

/**
 * Bytes, unpacked: a small file must not become one that takes the memory, and 200 are added up at once. A profile of an operator has some hundred
 * kilobytes, a large one a few megabytes.
 */
const LARGEST = 16 * 1024 * 1024;

export interface ArrivedProfiles {
  /** absolute paths of files that can be read, by their kind */
  readonly arrived: ReadonlyMap<ProfileKind, readonly string[]>;
  /** what can't, a sentence each */
  readonly damaged: readonly string[];
}

/**
 * Finds the profiles among raw files and checks that each can be unpacked: one that can't makes `go tool pprof` refuse all.
 * @param folders absolute paths of pods' raw files
 */
export async function arrivedProfiles(folders: readonly string[]): Promise<ArrivedProfiles> {
  const arrived = new Map<ProfileKind, string[]>();
  const damaged: string[] = [];
  for (const folder of folders) {
    for (const file of (await readdir(folder)).sort()) {
      const name = readName(file);
      if (name.kind !== "pprof") continue;
      const reason = whyUnreadable(path.join(folder, file));
      if (reason === undefined)
        arrived.set(name.profile, [...(arrived.get(name.profile) ?? []), path.join(folder, file)]);
      else damaged.push(`${escapeControls(path.basename(folder))}/${file} is left out, because it ${reason}`);
    }
  }
  return { arrived, damaged };
}

function whyUnreadable(file: string): string | undefined {
  try {
    gunzipSync(readRegular(file), { maxOutputLength: LARGEST });
    return undefined;
  } catch (error) {
    if (error instanceof UnreadableError) return error.message;
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ERR_BUFFER_TOO_LARGE") return `unpacks to more than ${LARGEST} bytes`;
    if (code?.startsWith("Z_")) return "is truncated or damaged";
    throw error;
  }
}
