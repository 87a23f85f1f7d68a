import { readdir, readFile, stat } from "node:fs/promises";
import * as path from "node:path";
import { readName } from "../contract/counterNames";
import type { ArrivedFile } from "../coverage/data/arrivedFile";
import { DamagedError } from "../coverage/data/byteReader";
import { chooseCounters } from "../coverage/data/counters";
import { readMetaFile } from "../coverage/data/metaFile";
import { type Mode, profileOfUnits, readBlocks } from "../coverage/profile/profile";
import type { UnitProfile } from "../report/unit/unit";
import { escapeControls } from "../system/text/escape";
import { readRegular, UnreadableError } from "../system/untrusted/readRegular";
import { profileOfBuild } from "./measure/buildProfile";

const NAMED = 5;

/**
 * Reads what unit tests covered: a text profile as `go test -coverprofile` writes it, or a folder of counters as `go test -cover
 * -args -test.gocoverdir=FOLDER` does.
 * @param file absolute path of either
 * @param source what people call it
 * @throws Error if it is neither
 */
export async function readUnitProfile(file: string, source: string): Promise<UnitProfile> {
  try {
    const folder = (await stat(file)).isDirectory();
    if (folder) return { source, ...(await readCounters(file)) };
    const { mode, files } = readBlocks(await readFile(file, "utf8"));
    return { source, profile: profileOfUnits(mode, files), notes: [] };
  } catch (error) {
    throw new Error(
      `Expected --with ${source} to be a profile of \`go test -coverprofile\` or a folder of \`-test.gocoverdir\`, got: ${(error as Error).message}`,
      { cause: error },
    );
  }
}

/** Adds up a folder's counters, as those of one build of the operator: files that don't count are named, and the rest does. */
async function readCounters(folder: string): Promise<Pick<UnitProfile, "profile" | "notes">> {
  const files = (await readdir(folder)).sort().map((file): ArrivedFile => {
    return { folder, file, name: readName(file), read: () => readRegular(path.join(folder, file)) };
  });
  const mode = modeOf(files);
  const { metas, profiles, counting, quarantined } = chooseCounters(files, mode);
  const pathOf = ({ file }: ArrivedFile) => path.join(folder, file);
  const counters = counting.filter(({ name }) => name.kind === "counters").map(pathOf);
  const left = quarantined.map(({ file, reason }) => `${file.file} ${reason}`);
  if (counters.length === 0 && profiles.length === 0) {
    throw new Error(["no counters in it that count", ...left.slice(0, NAMED)].join("; "));
  }
  const arrival = {
    pods: [],
    metas: metas.map(({ content, file }) => ({ content, file: pathOf(file) })),
    counters,
    profiles,
  };
  const { profile, warnings, notes: told } = await profileOfBuild(arrival, mode, () => undefined);
  const notes = [
    ...left.slice(0, NAMED).map((sentence) => `${escapeControls(sentence)}, and does not count`),
    ...(left.length > NAMED ? [`${left.length - NAMED} more files do not count`] : []),
    ...[...new Set(warnings)].slice(0, NAMED).map((warning) => `go tool covdata warns of ${escapeControls(warning)}`),
    ...told,
  ];
  return { profile, notes };
}

/** The cover mode of most programs that wrote there; `go test` is given one for all. */
function modeOf(files: readonly ArrivedFile[]): Mode {
  const modes = files.flatMap((file) => {
    if (file.name.kind !== "meta") return [];
    try {
      return [readMetaFile(file.read()).mode];
    } catch (error) {
      if (error instanceof DamagedError || error instanceof UnreadableError) return [];
      throw error;
    }
  });
  const [first] = [...new Set(modes)].sort((a, b) => countOf(modes, b) - countOf(modes, a));
  if (!first) throw new Error("a folder without an intact covmeta file");
  return first;
}

function countOf<T>(list: readonly T[], item: T): number {
  return list.filter((other) => other === item).length;
}
