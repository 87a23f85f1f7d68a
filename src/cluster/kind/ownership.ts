import { liveInNode } from "../../state/folders";
import type { NodeContainer } from "../engine/engine";

/**
 * Whether a cluster is this session's: its nodes have this session's folder mounted. A name alone would prove nothing, and labels of
 * containers can't be set through kind.
 * @param live `SessionFolders.live`
 */
export function isOurs(nodes: readonly NodeContainer[], live: string): boolean {
  return nodes.length > 0 && nodes.every((node) => node.mounts[liveInNode] === live);
}
