import { mergeProfiles } from "../report/merge";
import { type Mode, type Profile, parseProfile, positionOf } from "../report/profile";
import type { ArrivedFile, SetAside } from "./arrivedFile";
import { DamagedError } from "./byteReader";
import type { MetaFile } from "./metaFile";
import { shapeOf } from "./programs";

/** Text profiles of the same blocks, added up. */
interface Group {
  readonly files: ArrivedFile[];
  readonly shapes: ReadonlyMap<string, string>;
  profile: Profile;
}

/**
 * Decides which text profiles of one build count: whole ones, of programs built from the same sources as its other programs. Each is read
 * and added up at once, since a restart or a pod more must not take its memory.
 * @param mode the cover mode that the build is on record with
 * @param metas the meta-data of programs that wrote binary counters
 * @param setAside is told of each file that does not count
 */
export function chooseProfiles(
  files: readonly ArrivedFile[],
  mode: Mode,
  metas: readonly MetaFile[],
  setAside: SetAside,
): { profile: Profile; files: readonly ArrivedFile[] }[] {
  const groups = new Map<string, Group>();
  for (const file of files) {
    if (file.name.kind !== "profile") continue;
    try {
      const profile = readProfile(file.read(), mode);
      const shapes = shapesOf(profile);
      const key = JSON.stringify([...shapes]);
      const known = groups.get(key);
      groups.set(key, {
        files: [...(known?.files ?? []), file],
        shapes,
        profile: known ? mergeProfiles([known.profile, profile]) : profile,
      });
    } catch (error) {
      setAside(file, error);
    }
  }
  const shapes = new Map(metas.flatMap((meta) => [...meta.files].map(([name, blocks]) => [name, shapeOf(blocks)])));
  const bySize = [...groups].sort(([a, x], [b, y]) => y.files.length - x.files.length || (a < b ? -1 : 1));
  return bySize.flatMap(([, group]) => {
    if ([...group.shapes].every(([name, shape]) => (shapes.get(name) ?? shape) === shape)) {
      for (const [name, shape] of group.shapes) shapes.set(name, shape);
      return [group];
    }
    const reason = "belongs to a program that was built from other sources than the rest of this build";
    for (const file of group.files) setAside(file, new DamagedError(reason));
    return [];
  });
}

function readProfile(bytes: Buffer, mode: Mode): Profile {
  const text = bytes.toString("utf8");
  // The last number of a line that was cut off may look whole.
  if (!text.endsWith("\n")) throw new DamagedError("is truncated: its last line does not end");
  let profile: Profile;
  try {
    profile = parseProfile(text);
  } catch (error) {
    throw new DamagedError(`is damaged: ${(error as Error).message}`);
  }
  if (profile.files.length === 0) throw new DamagedError("is truncated: it names no block");
  if (profile.mode !== mode) {
    throw new DamagedError(`was written in cover mode ${profile.mode}, and the build is on record with ${mode}`);
  }
  return profile;
}

function shapesOf({ files }: Profile): Map<string, string> {
  return new Map(
    files.map(({ name, blocks }) => [
      name,
      shapeOf(blocks.map((block) => ({ position: positionOf(block), statements: block.statements }))),
    ]),
  );
}
