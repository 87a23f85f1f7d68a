import * as path from "node:path";
import { lowerToSet, mergeProfiles, sameBlocks } from "./merge";
import type { FileBlocks, Profile } from "./profile";

/** The profile of one operator's current build. */
export interface OperatorProfile {
  readonly operator: string;
  readonly profile: Profile;
}

/** A version of a file in the total, and the operator that it was first seen in. */
export interface Origin {
  readonly operator: string;
  /** the file's name in that operator's profile */
  readonly file: string;
}

export interface Total {
  readonly profile: Profile;
  /** by the file's name in the total */
  readonly origins: ReadonlyMap<string, Origin>;
  /** what a reader has to know, a sentence each */
  readonly notes: readonly string[];
}

/**
 * Joins the operators' profiles. What several of them were built from counts once, and ran if it ran in any. Where their versions of a file
 * differ, each version counts for itself; later ones are named as of a package PACKAGE@OPERATOR, which no import path can be.
 * @param operators at least one
 */
export function totalOf(operators: readonly OperatorProfile[]): Total {
  const modes = [...new Set(operators.map(({ profile }) => profile.mode))].sort();
  const mixed = modes.length > 1;
  const versions = new Map<string, FileBlocks[]>();
  const origins = new Map<string, Origin>();
  const apart = new Map<string, number>();
  const profiles = operators.map(({ operator, profile }): Profile => {
    const files = profile.files.map((file) => {
      const known = versions.get(file.name) ?? [];
      const name = known.find((version) => sameBlocks(version, file))?.name ?? nameApart(file.name, operator, known);
      const renamed = { name, blocks: file.blocks };
      if (!origins.has(name)) {
        versions.set(file.name, [...known, renamed]);
        origins.set(name, { operator, file: file.name });
        if (name !== file.name) apart.set(operator, (apart.get(operator) ?? 0) + 1);
      }
      return renamed;
    });
    return mixed ? lowerToSet({ mode: profile.mode, files }) : { mode: profile.mode, files };
  });
  const notes = [...apart].map(
    ([operator, files]) =>
      `Operators hold different versions of the same files: ${files} of ${operator} kept apart, in packages named PACKAGE@${operator}.`,
  );
  if (mixed) {
    notes.unshift(
      `The operators were built with different cover modes (${modes.join(", ")}): the total tells only whether code ran, not how often.`,
    );
  }
  return { profile: mergeProfiles(profiles), origins, notes };
}

function nameApart(file: string, operator: string, known: readonly FileBlocks[]): string {
  return known.length === 0
    ? file
    : path.posix.join(`${path.posix.dirname(file)}@${operator}`, path.posix.basename(file));
}
