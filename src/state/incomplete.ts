import { readFile, rm } from "node:fs/promises";
import { replaceFile } from "../system/files/replaceFile";
import { incompleteFile } from "./folders";

/**
 * Why a session that must be complete is not. Its collection writes it down, its last step fails with it once the cluster is gone, and a second
 * `destroy` finds it told and ends well: a session must not keep a cluster for data that nobody can have any more.
 */
export interface Incomplete {
  /** what is missing and where the report is, a sentence each */
  readonly reasons: readonly string[];
  /** whether a `destroy` has failed with it already */
  readonly told: boolean;
}

/**
 * @param live `SessionFolders.live`
 * @returns nothing where the session is complete, or need not be
 */
export async function readIncomplete(live: string): Promise<Incomplete | undefined> {
  const text = await readFile(incompleteFile(live), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  return text === undefined ? undefined : (JSON.parse(text) as Incomplete);
}

export async function writeIncomplete(live: string, incomplete: Incomplete): Promise<void> {
  await replaceFile(incompleteFile(live), JSON.stringify(incomplete, undefined, 2));
}

export async function removeIncomplete(live: string): Promise<void> {
  await rm(incompleteFile(live), { force: true });
}

/** In words, for people. */
export function sayIncomplete({ reasons }: Incomplete): string {
  const rest = reasons.length - 10;
  return [
    "Expected the session to be complete, as its setting `require` says, got a partial one:",
    ...reasons.slice(0, 10).map((reason) => `- ${reason}`),
    ...(rest > 0 ? [`- and ${rest} more`] : []),
  ].join("\n");
}
