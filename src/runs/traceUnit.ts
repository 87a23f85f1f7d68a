import * as path from "node:path";
import { traceLines } from "../coverage/lineDirectives/traceLines";
import { placesApart } from "../coverage/profile/placesApart";
import { compareBlocks } from "../coverage/profile/profile";
import type { UnitProfile } from "../report/unit/unit";

/**
 * Puts the blocks of a unit profile where those of a run were put, so that they can be set side by side.
 * @param packages by import path, see `Traced.packages` of the run, the absolute path of a folder with its sources
 */
export async function traceUnit(unit: UnitProfile, packages: ReadonlyMap<string, string>): Promise<UnitProfile> {
  const locate = (file: string) => {
    const folder = packages.get(path.posix.dirname(file));
    return folder && path.join(folder, path.posix.basename(file));
  };
  const { profiles, notes } = await traceLines({ metas: [], profiles: [unit.profile] }, locate);
  const { mode, files } = profiles[0]!;
  const apart = files.map(({ name, blocks }) => ({ name, blocks: placesApart(blocks).blocks.sort(compareBlocks) }));
  return { ...unit, profile: { mode, files: apart }, notes: [...unit.notes, ...notes] };
}
