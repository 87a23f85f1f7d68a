import { mergeProfiles } from "../report/merge";
import type { Mode, Profile } from "../report/profile";
import { profileOfCounters } from "./covdata";
import type { BuildArrival } from "./gather";
import { markByMeta, markBySource } from "./literals";

/** What all processes of one build covered. */
export interface BuildProfile {
  readonly profile: Profile;
  /** what `go tool covdata` warned of, such as a counter that overflowed */
  readonly warnings: readonly string[];
  /** what a reader of its numbers has to know, a sentence each */
  readonly notes: readonly string[];
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
  const metas = arrival.metas.map(({ content }) => content);
  const described = new Set(metas.flatMap((meta) => [...meta.files.keys()]));
  const fromSource = (file: string) => (described.has(file) ? undefined : locate(file));
  const texts: Profile[] = [];
  for (const text of arrival.profiles) texts.push(await markBySource(markByMeta(text, metas), fromSource));
  if (arrival.counters.length === 0) return { profile: mergeProfiles(texts), warnings: [], notes: [] };
  const { profile, warnings, notes } = await profileOfCounters(arrival, mode);
  return { profile: mergeProfiles([markByMeta(profile, metas), ...texts]), warnings, notes };
}
