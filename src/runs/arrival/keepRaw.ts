import * as fs from "node:fs";
import { mkdir } from "node:fs/promises";
import * as path from "node:path";
import { isCoverage, readName } from "../../contract/counterNames";
import { holdFolder, type Listing, listBounded } from "../../system/untrusted/holdFolder";
import { ForbiddenError, readDated, UnreadableError, VanishedError } from "../../system/untrusted/readRegular";
import type { PodFolder } from "./findPods";

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
  /** what was in the pod's folder and is not kept; only so many of it where there is no end of it */
  readonly refused: readonly Quarantined[];
  /** what there was more of than is taken from one operator, a sentence each that goes on behind the pod's name */
  readonly exceeded?: readonly string[];
  /** when each process's counters or snapshot were written, as ISO 8601: copies of a run do not keep the times of files */
  readonly written?: Readonly<Record<string, string>>;
  /** processes (`<pid>.<start>`) that answered when this was taken and go on: their snapshots are all that there can be */
  readonly running?: readonly string[];
}

/** What is taken from the pods of one operator at most: what they wrote is theirs to make, and must leave room and time to the others. */
export interface RawBounds {
  /** in one pod's folder */
  readonly names: number;
  /** of all pods of the operator */
  readonly files: number;
  /** of all pods of the operator */
  readonly bytes: number;
  /** how many files that are not kept are named, of one pod */
  readonly refused: number;
}

const usualBounds: RawBounds = { names: 100_000, files: 100_000, bytes: 2 * 1024 ** 3, refused: 1000 };

export interface RawOptions {
  readonly bounds?: RawBounds;
  /** whether files that this user may not read are named and left, which fails otherwise: another user could have them */
  readonly skipForbidden?: boolean;
}

/**
 * Copies what pods wrote to raw/OPERATOR/POD-UID/ of a run: everything that is or should be coverage data, damaged files too. Other files
 * are named but not kept, since they may hold anything, secrets included. It ends whatever the pods do meanwhile.
 * @param run absolute path of the run's folder, without any raw files as yet
 * @throws Error if a file can't be read by this user, or not be written
 */
export async function keepRaw(
  pods: readonly PodFolder[],
  run: string,
  { bounds = usualBounds, skipForbidden = false }: RawOptions = {},
): Promise<KeptPod[]> {
  const taken = new Set<string>();
  const kept: KeptPod[] = [];
  const left = new Map<string, { files: number; bytes: number }>();
  for (const { operator, build, pod, folder } of pods) {
    const usual = path.join("raw", operator, pod);
    // A pod belongs to one build, but folders made by hand may say otherwise, and must not be mixed.
    const raw = taken.has(usual) ? `${usual}.${build}` : usual;
    taken.add(raw);
    const to = path.join(run, raw);
    await mkdir(to, { recursive: true });
    const budget = left.get(operator) ?? { files: bounds.files, bytes: bounds.bytes };
    left.set(operator, budget);
    kept.push({ operator, build, pod, raw, ...keepFolder(folder, to, budget, { bounds, skipForbidden }) });
  }
  return kept;
}

function keepFolder(
  folder: string,
  to: string,
  budget: { files: number; bytes: number },
  options: Required<RawOptions>,
): Pick<KeptPod, "refused" | "written" | "exceeded"> {
  const { bounds, skipForbidden } = options;
  const copy = new Copy(folder, to, budget, options);
  let held: ReturnType<typeof holdFolder>;
  try {
    held = holdFolder(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (skipForbidden && (code === "EACCES" || code === "EPERM"))
      return { refused: [], exceeded: ["has a folder that this user may not read: what is in it does not count"] };
    // Something else was put in the place of the folder, or it was taken away.
    if (code !== "ELOOP" && code !== "ENOTDIR" && code !== "ENOENT") throw error;
    return { refused: [], exceeded: ["has no folder any more: what was in it does not count"] };
  }
  try {
    const first = listBounded(held.path, bounds.names);
    copy.take(held.path, first);
    // Where processes still run, one that ends renames its snapshot meanwhile. Each does so once, so that a second look finds what the first missed.
    const seen = new Set(first.names);
    const second = listBounded(held.path, bounds.names);
    const ended = second.names.filter((file) => !seen.has(file) && readName(file).kind === "counters");
    copy.take(held.path, { names: ended, unnameable: [], cut: second.cut });
    return copy.result();
  } finally {
    held.release();
  }
}

/** Copies the files of one pod, as far as they may be kept, and remembers what became of the rest. */
class Copy {
  private readonly refused: { coverage: Quarantined[]; other: Quarantined[] } = { coverage: [], other: [] };
  private readonly written: Record<string, string> = {};
  private unnamed = 0;
  private beyond = 0;
  private cut = false;

  constructor(
    /** the pod's folder, for people */
    private readonly folder: string,
    private readonly to: string,
    private readonly budget: { files: number; bytes: number },
    private readonly options: Required<RawOptions>,
  ) {}

  take(held: string, { names, unnameable, cut }: Omit<Listing, "folders">): void {
    this.cut ||= cut;
    for (const file of names) {
      const name = readName(file);
      if (name.kind === "leftover" || name.kind === "checkpoint") continue;
      if (name.kind === "foreign") this.refuse(file, "is no Go coverage data");
      else if (!isPlain(file)) this.refuse(file, "has a name that Go does not give");
      else if (this.budget.files <= 0 || this.budget.bytes <= 0) this.beyond++;
      else this.keep(held, file, name.kind === "snapshot" || name.kind === "counters" || name.kind === "profile");
    }
    for (const file of unnameable) this.refuse(file, "has a name that is no text");
  }

  private keep(held: string, file: string, isOfProcess: boolean): void {
    let read: ReturnType<typeof readDated>;
    try {
      read = readDated(path.join(held, file), { shown: path.join(this.folder, file) });
    } catch (error) {
      if (error instanceof VanishedError) return;
      const isForbidden = this.options.skipForbidden && error instanceof ForbiddenError;
      if (!isForbidden && !(error instanceof UnreadableError)) throw error;
      this.refuse(file, isForbidden ? "is not to be read by this user" : error.message);
      return;
    }
    const copy = path.join(this.to, file);
    fs.writeFileSync(copy, read.bytes, { flag: "wx" });
    this.budget.files--;
    this.budget.bytes -= read.bytes.length;
    if (!isOfProcess) return;
    fs.utimesSync(copy, read.written, read.written);
    this.written[file] = read.written.toISOString();
  }

  private refuse(file: string, reason: string): void {
    const isLoss = isCoverage(readName(file));
    const list = isLoss ? this.refused.coverage : this.refused.other;
    if (list.length < this.options.bounds.refused) list.push({ file, reason });
    else if (isLoss) this.unnamed++;
  }

  result(): Pick<KeptPod, "refused" | "written" | "exceeded"> {
    const { names, files, bytes } = this.options.bounds;
    const exceeded = [
      ...(this.cut
        ? [`has more than ${names} files in its folder: the others were not looked at, and don't count`]
        : []),
      ...(this.beyond > 0
        ? [
            `left ${this.beyond} files beyond the ${files} files or ${bytes} bytes that are taken from one operator: they don't count`,
          ]
        : []),
      ...(this.unnamed > 0 ? [`left ${this.unnamed} more files that can't be kept, and don't count`] : []),
    ];
    return {
      refused: [...this.refused.coverage, ...this.refused.other].sort((a, b) => (a.file < b.file ? -1 : 1)),
      ...(exceeded.length > 0 ? { exceeded } : {}),
      ...(Object.keys(this.written).length > 0 ? { written: this.written } : {}),
    };
  }
}

/** Whether every program that is handed the run, such as one that uploads it, can do with a file's name. */
export function isPlain(file: string): boolean {
  return /^[A-Za-z0-9._-]+$/.test(file);
}
