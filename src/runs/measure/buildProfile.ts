import { profileOfCounters } from "../../coverage/covdata";
import { traceLines } from "../../coverage/lineDirectives/traceLines";
import { markByMeta, markBySource } from "../../coverage/profile/literals";
import { mergeProfiles } from "../../coverage/profile/merge";
import { movedNotes, placesApart } from "../../coverage/profile/placesApart";
import { compareBlocks, type Mode, type Profile } from "../../coverage/profile/profile";
import type { BuildArrival } from "./gather";

/** What all processes of one build covered. */
export interface BuildProfile {
  readonly profile: Profile;
  /** what `go tool covdata` warned of, such as a counter that overflowed */
  readonly warnings: readonly string[];
  /** what a reader of its numbers has to know, a sentence each */
  readonly notes: readonly string[];
  /** see `Traced.packages` */
  readonly traced: ReadonlySet<string>;
}

/**
 * Adds up what arrived from one build: binary counters and text profiles, of which each process wrote one or the other.
 * @param arrival with at least one of either, all checked
 * @param locate gives the absolute path of a file's source, or undefined
 * @throws ProgramError if Go is missing or covdata fails
 */
export async function profileOfBuild(
  arrival: BuildArrival,
  mode: Mode,
  locate: (file: string) => string | undefined,
): Promise<BuildProfile> {
  const traced = await traceLines(arrival, locate);
  const metas = traced.metas.map(({ content }) => content);
  const described = new Set(metas.flatMap((meta) => [...meta.files.keys()]));
  const fromSource = (file: string) => (described.has(file) ? undefined : locate(file));
  const texts: Profile[] = [];
  const moved: number[] = [];
  for (const text of traced.profiles) {
    const apart = text.files.map(({ name, blocks }) => ({ name, ...placesApart(blocks) }));
    moved.push(...apart.map((file) => file.moved));
    const files = apart.map(({ name, blocks }) => ({ name, blocks: blocks.sort(compareBlocks) }));
    texts.push(await markBySource(markByMeta({ mode, files }, metas), fromSource));
  }
  const counted =
    arrival.counters.length === 0
      ? undefined
      : await profileOfCounters({ metas: traced.metas, counters: arrival.counters }, mode);
  return {
    profile: mergeProfiles([...(counted ? [markByMeta(counted.profile, metas)] : []), ...texts]),
    warnings: counted?.warnings ?? [],
    notes: [...traced.notes, ...(counted?.notes ?? []), ...movedNotes(moved)],
    traced: traced.packages,
  };
}
