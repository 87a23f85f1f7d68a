import { run } from "../../system/process/run";
import { nodeContainers } from "../engine/engine";
import { withThawing } from "../engine/thaw";
import { isOurs } from "./ownership";

/** Seconds that the processes of a node have to end. */
const patience = 20;

/**
 * Stops the node containers of a session's cluster, as when a machine is shut down: each sends its processes SIGTERM, as far as its init sees to that.
 * @param cluster name of the kind cluster; one of that name that is somebody else's is left alone
 * @param live `SessionFolders.live`
 * @returns whether any ran
 * @throws ProgramError where no engine answers
 */
export async function stopNodes(cluster: string, live: string): Promise<boolean> {
  const nodes = await nodeContainers(cluster);
  const ids = nodes.filter(({ running }) => running).map(({ id }) => id);
  if (ids.length === 0 || !isOurs(nodes, live)) return false;
  await withThawing(ids, () => run("docker", ["stop", "-t", String(patience), ...ids]));
  return true;
}
