import { escapeControls } from "../system/text/escape";
import { notesOf, sessionInWords, thingInWords } from "./describe";
import type { Thing } from "./plan";
import { remove } from "./remove";
import { survey } from "./survey";

export interface GcOptions {
  /** absolute path of the checkout */
  readonly project: string;
  /** absolute path of its state folder */
  readonly state: string;
  /** whether to say what would be removed, and remove nothing */
  readonly dryRun: boolean;
  /** whether raw counters that were not published go as well */
  readonly discardCounters: boolean;
}

/**
 * Removes what dead sessions left, and lists it, with what stays and why.
 * @param say is told each line
 * @returns whether everything went that was to go
 * @throws ProgramError where no Docker engine answers
 */
export async function collectGarbage(options: GcOptions, say: (line: string) => void): Promise<boolean> {
  const { sessions, strays, verdictOf } = await survey(options, options.discardCounters);
  let removed = 0;
  let failed = 0;
  const removeAll = async (things: readonly Thing[]) => {
    for (const thing of things) {
      const words = thingInWords(thing);
      if (options.dryRun) say(`  would remove ${words}`);
      const error = options.dryRun ? undefined : await remove(thing).then(() => undefined, asError);
      if (error) {
        failed++;
        say(`  NOT REMOVED: ${words}: ${error.message}`);
        continue;
      }
      removed++;
      if (!options.dryRun) say(`  removed ${words}`);
    }
  };

  for (const plan of sessions) {
    say(`${sessionInWords(plan)} ${plan.verdict.because}`);
    for (const note of notesOf(plan)) say(`  ${note}`);
    if (plan.remove.length === 0) continue;
    const now = await verdictOf(plan.session);
    if (now.dead) await removeAll(plan.remove);
    else say(`  left alone: it ${now.because}`);
  }
  for (const { of, things, notes, isDead } of strays) {
    say(`${escapeControls(of)}:`);
    for (const note of notes) say(`  ${escapeControls(note)}`);
    if (await isDead()) await removeAll(things);
  }
  const things = `${removed} ${removed === 1 ? "thing" : "things"}`;
  say(
    options.dryRun ? `${things} would be removed` : `${things} removed${failed > 0 ? `, ${failed} could not be` : ""}`,
  );
  return failed === 0;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
