import { chmod, mkdir, writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { forgetAnnounced } from "../state/announcedRun";
import { backendFile, backendFolder, type SessionFolders } from "../state/folders";
import { removeIncomplete } from "../state/incomplete";
import { sessionOf } from "../state/sessionName";
import { type SessionRecord, writeRecord } from "../state/sessionRecord";

/**
 * The first step of a session: from here on, `destroy` knows what there may be to take away, wherever `up` is cut off.
 * @returns nothing; the record and the folder that is mounted into the nodes are there
 */
export async function openSession({
  record,
  folders,
}: {
  record: SessionRecord;
  folders: SessionFolders;
}): Promise<void> {
  await writeRecord(folders.record, record);
  await forgetAnnounced(folders.announced);
  await removeIncomplete(folders.live);
  await writeFile(backendFile(folders.live), isEmbedded(folders.live) ? "embedded" : "other", { mode: 0o600 });
  await mkdir(folders.live, { recursive: true });
  await chmod(folders.live, 0o755);
}

/** Whether the Pulumi CLI that calls this keeps its state in the state folder. A URL of another backend may hold a password, and is not kept. */
function isEmbedded(live: string): boolean {
  const state = sessionOf(live)?.state;
  return state !== undefined && process.env.PULUMI_BACKEND_URL === pathToFileURL(backendFolder(state)).href;
}
