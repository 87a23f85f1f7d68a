import { readFile } from "node:fs/promises";
import { Phrase, problem, SettingsError } from "../../settings/problems";
import type { CollectionInput } from "../../state/collectionInput";
import { collectionFile } from "../../state/folders";
import type { SessionRecord } from "../../state/sessionRecord";

/**
 * Checks that the operators that a session has begun with are still its operators: of one that is left out, or has another name, nothing would be in the
 * reports, and its objects would be taken away from under the one of the new name.
 * @param record of the session that is under way, if one is
 * @param live `SessionFolders.live`
 * @param names of the operators that the settings have now
 * @throws SettingsError naming each that is missing
 */
export async function checkKept(
  record: SessionRecord | undefined,
  live: string,
  names: readonly string[],
): Promise<void> {
  const text = record && (await readFile(collectionFile(live), "utf8").catch(missing));
  if (!text) return;
  const { run, operators } = JSON.parse(text) as Pick<CollectionInput, "run" | "operators">;
  // One that another session left is none of this one's.
  if (run !== record.run) return;
  const gone = operators.map(({ name }) => name).filter((name) => !names.includes(name));
  if (gone.length === 0) return;
  const which = `a list that has ${gone.join(" and ")}, with which this session has begun`;
  const wayOut = "Name what is missing again, or end the session with `pulumi destroy` first, which reports it.";
  throw new SettingsError([problem("operators", which, new Phrase(names.join(", ")), wayOut)]);
}

function missing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}
