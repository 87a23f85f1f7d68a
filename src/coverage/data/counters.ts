import type { Mode, Profile } from "../profile/profile";
import type { ArrivedFile, SetAside } from "./arrivedFile";
import { CodeSize } from "./bounds";
import { DamagedError } from "./byteReader";
import type { CoverageName } from "../../contract/counterNames";
import { intactPrograms } from "./intactPrograms";
import { intactMetas } from "./metaCopies";
import type { MetaFile } from "./metaFile";
import { ofSameSources } from "./programs";
import { UnreadableError } from "../../system/untrusted/readRegular";
import { chooseProfiles } from "./textProfiles";

/** Which files of one build count. */
export interface Counting {
  /** the meta-data of each of the build's programs, with an intact copy of it */
  readonly metas: readonly { readonly content: MetaFile; readonly file: ArrivedFile }[];
  /** what text profiles add up to, in groups of the same blocks */
  readonly profiles: readonly Profile[];
  /** all intact copies of that meta-data, the counters that go with it, and text profiles */
  readonly counting: readonly ArrivedFile[];
  readonly quarantined: readonly { readonly file: ArrivedFile; readonly reason: string }[];
}

/**
 * Decides which files of one build count: intact ones, all of programs built from the same sources. Every other file is set aside with
 * its reason, and the rest counts as if it were not there.
 * @param mode the cover mode that the build is on record with
 */
export function chooseCounters(files: readonly ArrivedFile[], mode: Mode): Counting {
  const quarantined: { file: ArrivedFile; reason: string }[] = [];
  const setAside: SetAside = (file, error) => {
    if (!(error instanceof DamagedError || error instanceof UnreadableError)) throw error;
    quarantined.push({ file, reason: error.message });
  };
  for (const file of files) {
    const reason = unusableKinds[file.name.kind];
    if (reason) setAside(file, new DamagedError(reason));
  }
  const size = new CodeSize();
  const programs = intactPrograms(files, intactMetas(files, mode, size, setAside), setAside);
  const { same, other } = ofSameSources(programs);
  for (const program of other) {
    const reason = "belongs to a program that was built from other sources than the rest of this build";
    for (const file of [...program.files, ...program.counters]) setAside(file, new DamagedError(reason));
  }
  const metaFiles = same.map((program) => program.content);
  const texts = chooseProfiles(files, mode, metaFiles, size, setAside);
  return {
    metas: same.map((program) => ({ content: program.content, file: program.files[0]! })),
    profiles: texts.map(({ profile }) => profile),
    counting: [...same.flatMap((program) => [...program.files, ...program.counters]), ...texts.flatMap((t) => t.files)],
    quarantined,
  };
}

/** Kinds of files that never count. */
const unusableKinds: Partial<Record<CoverageName["kind"], string>> = {
  unfinished: "is as much as a process had written when it was cut off",
  misnamed: "has a name that Go does not give",
  foreign: "is no Go coverage data",
};
