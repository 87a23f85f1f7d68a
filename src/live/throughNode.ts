import * as path from "node:path";
import { nodeContainers } from "../cluster/engine/engine";
import { isOurs } from "../cluster/kind/ownership";
import type { CollectionInput } from "../state/collectionInput";
import { liveInNode } from "../state/folders";
import { run } from "../system/process/run";

/** Milliseconds: a folder of any size must not keep a session from ending. */
const patience = 120_000;

/**
 * Lets this user read and remove what pods wrote, whoever they ran as. Root may anyway; for others, a node does it, where links lead to nothing
 * of the host. It never fails: what can't be read then is told by who reads it.
 */
export async function openToThisUser(input: CollectionInput, progress: (message: string) => void): Promise<void> {
  if (process.getuid?.() === 0) return;
  const folder = path.posix.join(liveInNode, input.run);
  // Files of processes that still run come and go meanwhile, which is no failure of the rest.
  if (await inNode(input, ["chmod", "-R", "-f", "a+rwX", "--", folder])) return;
  progress(`no node could open all that pods wrote to this user`);
}

/**
 * Removes folders of a session through a node, as root there.
 * @param names of folders in `live`
 * @returns whether they are gone
 */
export async function removeInNode(input: CollectionInput, names: readonly string[]): Promise<boolean> {
  return inNode(input, ["rm", "-rf", "--", ...names.map((name) => path.posix.join(liveInNode, name))]);
}

async function inNode(
  { cluster, live }: Pick<CollectionInput, "cluster" | "live">,
  command: readonly string[],
): Promise<boolean> {
  try {
    const nodes = await nodeContainers(cluster);
    const node = isOurs(nodes, live) ? nodes.find(({ running }) => running) : undefined;
    if (!node) return false;
    await run("docker", ["exec", "--user", "0", node.id, ...command], { timeout: patience });
    return true;
  } catch {
    return false;
  }
}
