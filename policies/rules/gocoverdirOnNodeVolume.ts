import * as path from "node:path";
import type { Container, Pod, VolumeMount } from "../pod";
import type { ProfiledPod } from "../workload";
import { workloadRule } from "../workloadRule";

/** Where a session's folder of the host appears in each node of its cluster. */
const nodeFolder = "/operator-coverage";

/** A Go program that can't write its counters warns on standard error and exits 0; one that writes to its own file system loses them with its pod. */
export const gocoverdirOnNodeVolume = workloadRule(
  "gocoverdir-on-node-volume",
  "GOCOVERDIR lies on a mounted volume that is the node's folder for counters, one folder a pod: elsewhere they go with the pod.",
  ({ pod, containers }: ProfiledPod) => containers.flatMap((container) => folderProblem(container, pod) ?? []),
);

/**
 * What is wrong with the folder that a container writes counters to.
 * @returns a sentence; undefined where all is well
 */
export function folderProblem(container: Container, pod: Pod): string | undefined {
  const expected = (what: string, got: string) => `Expected ${what} of container ${container.name} ${got}.`;
  // Of variables of one name, Kubernetes takes the last.
  const folder = container.env?.filter((variable) => variable.name === "GOCOVERDIR").at(-1)?.value;
  if (!folder || !path.posix.isAbsolute(folder))
    return expected("GOCOVERDIR", `to be an absolute path, got ${JSON.stringify(folder) ?? "nothing"}`);
  const mount = mountOf(folder, container.volumeMounts ?? []);
  if (!mount)
    return expected("GOCOVERDIR", `to lie on a mounted volume, got ${folder} on the container's own file system`);
  if (mount.readOnly) return expected(`the mount ${mount.mountPath}`, "to be writable, got readOnly");
  const volume = pod.volumes?.find(({ name }) => name === mount.name);
  const inNode = volume?.hostPath?.path;
  if (inNode === undefined || !isWithin(nodeFolder, inNode))
    return expected(
      `the volume ${mount.name} under ${mount.mountPath}`,
      `to be a folder of the node under ${nodeFolder}, got ${volume ? JSON.stringify(volume) : "no volume of that name"}`,
    );
  return keepsPodsApart(mount, container)
    ? undefined
    : expected(
        `the mount ${mount.mountPath}`,
        `to have a folder for each pod by its UID, got the subPathExpr ${JSON.stringify(mount.subPathExpr) ?? "nothing"}`,
      );
}

/** The mount that a path lies on: of nested ones, the innermost. */
function mountOf(folder: string, mounts: readonly VolumeMount[]): VolumeMount | undefined {
  return mounts
    .filter(({ mountPath }) => mountPath !== undefined && isWithin(mountPath, folder))
    .sort((a, b) => (b.mountPath ?? "").length - (a.mountPath ?? "").length)[0];
}

function isWithin(folder: string, file: string): boolean {
  const relative = path.posix.relative(folder, path.posix.normalize(file));
  return relative !== ".." && !relative.startsWith("../");
}

function keepsPodsApart({ subPathExpr }: VolumeMount, { env = [] }: Container): boolean {
  return env.some(
    ({ name, valueFrom }) => valueFrom?.fieldRef?.fieldPath === "metadata.uid" && subPathExpr === `$(${name})`,
  );
}
