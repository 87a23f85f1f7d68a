import * as fs from "node:fs";
import { mkdir, readdir } from "node:fs/promises";
import * as path from "node:path";
import { readName } from "./counterNames";
import type { PodFolder } from "./findPods";
import { readRegular, UnreadableError } from "./readRegular";

/** A file that does not count. */
export interface Quarantined {
  readonly file: string;
  /** the end of a sentence that begins with the file's name */
  readonly reason: string;
}

/** What a published run keeps of a pod. */
export interface KeptPod {
  readonly operator: string;
  readonly build: string;
  readonly pod: string;
  /** path of its raw files, relative to the run's folder */
  readonly raw: string;
  /** what was in the pod's folder and is not kept */
  readonly refused: readonly Quarantined[];
  /** when each snapshot was written, as ISO 8601: copies of a run do not keep the times of files */
  readonly written?: Readonly<Record<string, string>>;
  /** processes (`<pid>.<start>`) that answered when this was taken and go on: their snapshots are all that there can be */
  readonly running?: readonly string[];
}

/**
 * Copies what pods wrote to raw/OPERATOR/POD-UID/ of a run: everything that is or should be coverage data, damaged files too. Other files
 * are named but not kept, since they may hold anything, secrets included.
 * @param run absolute path of the run's folder, without any raw files as yet
 * @throws Error if a file can't be read by this user, or not be written
 */
export async function keepRaw(pods: readonly PodFolder[], run: string): Promise<KeptPod[]> {
  const taken = new Set<string>();
  const kept: KeptPod[] = [];
  for (const { operator, build, pod, folder } of pods) {
    const usual = path.join("raw", operator, pod);
    // A pod belongs to one build, but folders made by hand may say otherwise, and must not be mixed.
    const raw = taken.has(usual) ? `${usual}.${build}` : usual;
    taken.add(raw);
    await mkdir(path.join(run, raw), { recursive: true });
    const refused: Quarantined[] = [];
    const written: Record<string, string> = {};
    const seen = new Set<string>();
    // Until nothing is new: where processes still run, one that ends renames its snapshot meanwhile.
    for (let files = await list(folder, seen); files.length > 0; files = await list(folder, seen)) {
      for (const file of files) {
        seen.add(file);
        const { kind } = readName(file);
        if (kind === "leftover" || kind === "checkpoint") continue;
        const time =
          kind === "snapshot" ? fs.statSync(path.join(folder, file), { throwIfNoEntry: false })?.mtime : undefined;
        const reason = keepFile(file, folder, path.join(run, raw));
        if (reason === vanished) continue;
        if (reason !== undefined) refused.push({ file, reason });
        else if (time) written[file] = keepTime(path.join(run, raw, file), time);
      }
    }
    kept.push({ operator, build, pod, raw, refused, ...(Object.keys(written).length > 0 ? { written } : {}) });
  }
  return kept;
}

const vanished = Symbol("it is no longer there");

async function list(folder: string, seen: ReadonlySet<string>): Promise<string[]> {
  return (await readdir(folder)).filter((file) => !seen.has(file)).sort();
}

/** @returns the time in words */
function keepTime(copy: string, time: Date): string {
  fs.utimesSync(copy, time, time);
  return time.toISOString();
}

/** @returns why the file is not kept */
function keepFile(file: string, from: string, to: string): string | typeof vanished | undefined {
  if (readName(file).kind === "foreign") return "is no Go coverage data";
  let bytes: Buffer;
  try {
    bytes = readRegular(path.join(from, file));
  } catch (error) {
    if (!fs.lstatSync(path.join(from, file), { throwIfNoEntry: false })) return vanished;
    if (error instanceof UnreadableError) return error.message;
    throw error;
  }
  fs.writeFileSync(path.join(to, file), bytes, { flag: "wx" });
  return undefined;
}
