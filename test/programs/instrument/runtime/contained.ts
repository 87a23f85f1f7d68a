import { chmod, copyFile, mkdir, mkdtemp } from "node:fs/promises";
import * as path from "node:path";
import { overlayNames } from "../../../../src/overlay/profileOverlay";
import { type Running, startFirst } from "./running";
import type { Subject } from "./subject";

/**
 * Runs a static program as a container would: in a root of its own, where the pod's folder is mounted if wanted.
 * @param root absolute path of a folder for such roots
 * @param folder absolute path of the pod's folder on the node
 */
export async function startContained(
  program: Subject,
  { root, folder, env, mounted }: { root: string; folder: string; env: Record<string, string>; mounted: boolean },
): Promise<Running> {
  const container = await mkdtemp(path.join(root, "container-"));
  await chmod(container, 0o755);
  await copyFile(program.binary, path.join(container, "program"));
  await mkdir(path.join(container, "proc"));
  await mkdir(path.join(container, overlayNames.mountPath));
  const mount = mounted ? `mount --bind "$1" "$0${overlayNames.mountPath}" && ` : "";
  const script = `mount -t proc proc "$0/proc" && ${mount}exec chroot "$0" /program`;
  return startFirst(["--mount", "sh", "-c", script, container, folder], env);
}
