import { createHash } from "node:crypto";
import { mergeProfiles } from "../profile/merge";
import { type Mode, type Profile, positionOf, profileOfUnits, readBlocks } from "../profile/profile";
import type { ArrivedFile, SetAside } from "./arrivedFile";
import { bounds, CodeSize } from "./bounds";
import { DamagedError } from "./byteReader";
import type { MetaFile } from "./metaFile";
import { shapeOf } from "./programs";

/** Bytes of a line beside the name of its file: four places, two counts and what parts them. */
const NUMBERS = 100;

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
 * @param size what the build has; programs are added
 * @param setAside is told of each file that does not count
 */
export function chooseProfiles(
  files: readonly ArrivedFile[],
  mode: Mode,
  metas: readonly MetaFile[],
  size: CodeSize,
  setAside: SetAside,
): { profile: Profile; files: readonly ArrivedFile[] }[] {
  const groups = new Map<string, Group>();
  for (const file of files) {
    if (file.name.kind !== "profile") continue;
    try {
      const profile = readProfile(file.read(), mode);
      const shapes = shapesOf(profile);
      const key = createHash("sha256")
        .update(JSON.stringify([...shapes]))
        .digest("hex");
      const known = groups.get(key);
      // Of the same blocks, only the sum stays in memory.
      if (!known) size.addProgram(sizeOf(profile));
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
  checkLines(bytes);
  const text = bytes.toString("utf8");
  // The last number of a line that was cut off may look whole.
  if (!text.endsWith("\n")) throw new DamagedError("is truncated: its last line does not end");
  let profile: Profile;
  try {
    const { mode: said, files } = readBlocks(text);
    profile = profileOfUnits(said, files);
  } catch (error) {
    throw new DamagedError(`is damaged: ${(error as Error).message}`);
  }
  if (profile.files.length === 0) throw new DamagedError("is truncated: it names no block");
  if (profile.mode !== mode) {
    throw new DamagedError(`was written in cover mode ${profile.mode}, and the build is on record with ${mode}`);
  }
  return profile;
}

/** Looks at the lines before they are read, since what is read of them takes many times their memory. */
function checkLines(bytes: Buffer): void {
  let lines = 0;
  for (let from = 0; from < bytes.length; lines++) {
    const end = bytes.indexOf("\n", from);
    const next = end === -1 ? bytes.length : end + 1;
    if (next - from > bounds.name + NUMBERS)
      throw new DamagedError(`is too large: a line of it has more than ${bounds.name + NUMBERS} bytes`);
    from = next;
  }
  if (lines > bounds.blocks) throw new DamagedError(`is too large: it has more than ${bounds.blocks} lines`);
}

function sizeOf({ files }: Profile): CodeSize {
  const size = new CodeSize();
  for (const { name, blocks } of files) {
    size.addFile();
    size.addBlocks(name, blocks.length);
  }
  return size;
}

function shapesOf({ files }: Profile): Map<string, string> {
  return new Map(
    files.map(({ name, blocks }) => [
      name,
      shapeOf(blocks.map((block) => ({ position: positionOf(block), statements: block.statements }))),
    ]),
  );
}
