import { randomBytes } from "node:crypto";
import { mkdir, readFile, rm } from "node:fs/promises";
import * as path from "node:path";
import { replaceFile } from "../system/files/replaceFile";

/** What a session is made of, from its first step to its last; kept so that what it left is known again after it was cut off. */
export interface SessionRecord {
  /** names the run's folder; see `newRunId` */
  readonly run: string;
  /** name of the kind cluster */
  readonly cluster: string;
  /** reference of the node image; kind's own where undefined */
  readonly nodeImage?: string;
  /** the kind configuration in full, see `kindConfig` */
  readonly config: string;
}

/**
 * A run's name: sorts by time, and is unique even where two sessions start within a second.
 * @param now the time of the run's start
 */
export function newRunId(now: Date): string {
  return `${now.toISOString().replace(/[-:]|\.\d+/g, "")}-${randomBytes(3).toString("hex")}`;
}

/** The record of a session that has begun and not ended; undefined where there is none. */
export async function readRecord(file: string): Promise<SessionRecord | undefined> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  return text === undefined ? undefined : (JSON.parse(text) as SessionRecord);
}

/** Writes a session's record whole or not at all. */
export async function writeRecord(file: string, record: SessionRecord): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  await replaceFile(file, JSON.stringify(record, undefined, 2), 0o600);
}

/** Forgets a session; no error where there is none. */
export async function removeRecord(file: string): Promise<void> {
  await rm(file, { force: true });
}
