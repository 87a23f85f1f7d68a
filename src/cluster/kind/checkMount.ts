import { chmod, mkdir, rm } from "node:fs/promises";
import * as path from "node:path";
import { liveInNode } from "../../state/folders";
import { exists } from "../../system/files/exists";
import { run } from "../../system/process/run";
import type { NodeContainer } from "../engine/engine";

/** The user that the mounted folder is tried with: any that is not root will do. */
const somebody = "65532:65532";

/**
 * Tries whether pods can write to the folder that is mounted into the nodes: otherwise every counter would be lost in silence, because the Go runtime
 * warns and goes on.
 * @param live `SessionFolders.live`
 * @throws Error saying on which node it can't be written
 */
export async function checkMount(nodes: readonly NodeContainer[], live: string): Promise<void> {
  const probes = path.join(live, ".probe");
  await mkdir(probes, { recursive: true });
  await chmod(probes, 0o777);
  await Promise.all(
    nodes.map(async (node) => {
      const inNode = path.posix.join(liveInNode, ".probe", node.name);
      await run("docker", ["exec", "--user", somebody, node.id, "touch", inNode]).catch((error: unknown) => {
        throw new Error(
          `Expected pods on ${node.name} to be able to write to ${live}, got: ${(error as Error).message}. Set XDG_STATE_HOME to a folder on a local file system that the Docker engine may mount and that lets users other than root write.`,
        );
      });
      if (!(await exists(path.join(probes, node.name)))) {
        throw new Error(
          `Expected what a node writes to appear in ${live}, got nothing there. The Docker engine must run on this machine, or share this folder with it.`,
        );
      }
    }),
  );
  await rm(probes, { recursive: true });
}
