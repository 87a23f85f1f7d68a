import { rm } from "node:fs/promises";
import { auditFolder, type SessionFolders } from "../../state/folders";
import { readRecord, removeRecord } from "../../state/sessionRecord";
import { nodeContainers } from "../engine/engine";
import { withThawing } from "../engine/thaw";
import { kind } from "./kind";
import { isOurs } from "./ownership";

/**
 * Ends a session: deletes its cluster and forgets it. What is gone already is no error, and a cluster of that name that is somebody
 * else's is left alone. Counters that were not published are left alone too.
 * @throws ProgramError where no engine answers or kind fails
 */
export async function deleteCluster(folders: SessionFolders, progress: (message: string) => void): Promise<void> {
  const record = await readRecord(folders.record);
  if (record) {
    const nodes = await nodeContainers(record.cluster);
    if (nodes.length === 0) progress(`the cluster ${record.cluster} is gone already`);
    else if (isOurs(nodes, folders.live)) {
      const args = ["delete", "cluster", "--name", record.cluster, "--kubeconfig", folders.kubeconfig];
      const ids = nodes.map(({ id }) => id);
      await withThawing(ids, () => kind(args));
    } else progress(`the cluster ${record.cluster} is somebody else's: left alone`);
  }
  await rm(folders.kubeconfig, { force: true });
  await rm(auditFolder(folders.live), { recursive: true, force: true });
  await removeRecord(folders.record);
}
