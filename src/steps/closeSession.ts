import { deleteCluster } from "../cluster/kind/deleteCluster";
import type { SessionFolders } from "../state/folders";
import { readIncomplete, removeIncomplete, sayIncomplete, writeIncomplete } from "../state/incomplete";

/**
 * The last step of a session: its cluster goes. Where the session had to be complete and is not, that is said only now, because nothing would
 * come of a cluster that stays.
 * @throws Error with what is missing, once: called again, it ends well
 */
export async function closeSession(
  { folders }: { folders: SessionFolders },
  progress: (message: string) => void,
): Promise<void> {
  await deleteCluster(folders, progress);
  const incomplete = await readIncomplete(folders.live);
  if (!incomplete || incomplete.told) return removeIncomplete(folders.live);
  await writeIncomplete(folders.live, { ...incomplete, told: true });
  throw new Error(`${sayIncomplete(incomplete)}\nThe cluster is gone; destroy again to end the session's record, too.`);
}
