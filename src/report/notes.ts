import type { Covered } from "../coverage/cover";
import type { Profile } from "../coverage/profile/profile";
import { escapeControls } from "../system/text/escape";
import { tallyLiterals, tallyProfile } from "./packages";
import { formatPercent } from "./percent";

const NAMED_FILES = 5;

/** What a reader of a profile's numbers has to know, a sentence each. */
export function notesOf(profile: Profile, covered: Covered): string[] {
  return [...literals(profile), ...missingSources(covered.missing), ...otherTotal(profile, covered)];
}

function literals(profile: Profile): string[] {
  const [counted, left] = [tallyProfile(profile), tallyLiterals(profile)];
  if (left.statements === 0) return [];
  const all = formatPercent(counted.covered + left.covered, counted.statements + left.statements);
  return [
    `Function literals outside any declared function are not counted, as in go tool cover -func: ${left.statements} statements, ${left.covered} of them covered. With them it would be ${all}%.`,
  ];
}

function missingSources(missing: readonly string[]): string[] {
  if (missing.length === 0) return [];
  const named = missing.slice(0, NAMED_FILES).map(escapeControls).join(", ");
  const more = missing.length > NAMED_FILES ? ` and ${missing.length - NAMED_FILES} more` : "";
  return [
    `functions.txt and coverage.html can't show what has no readable source: ${named}${more}. It counts all the same.`,
  ];
}

/** Go finds functions by their place in the source, so a total that differs means sources of another version, or such that name other places. */
function otherTotal(profile: Profile, { total, missing }: Covered): string[] {
  const { covered, statements } = tallyProfile(profile);
  const own = formatPercent(covered, statements);
  if (missing.length > 0 || own === total) return [];
  return [
    `go tool cover -func counts ${total}% on the kept sources, not ${own}%: they are not those of the binary, or //line directives in them name other places.`,
  ];
}
