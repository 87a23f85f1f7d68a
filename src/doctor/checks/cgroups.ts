import type { Finding } from "../finding";
import { untold } from "../finding";
import { minorVersion, nodeImages } from "../machine/images";
import { type Machine, wordsOf } from "../machine/thisMachine";
import { firstWithoutCgroupV1 } from "../needs";

const subject = "cgroups";

export interface CgroupsReading {
  /** the engine's: 1 or 2, where it tells */
  readonly version?: number;
  readonly rootless: boolean;
  /** what the nodes are made of; undefined where nobody knows */
  readonly images?: readonly string[];
  /** whether the kind configuration tells the kubelet to start on version 1 all the same */
  readonly allowed: boolean;
}

/** Compares the engine's cgroups with what the kubelet of the session's nodes starts on. */
export async function checkCgroups(machine: Machine): Promise<readonly Finding[]> {
  try {
    const { cgroups: version, rootless } = await machine.engine();
    const [images, config] = await Promise.all([
      nodeImages(machine).catch(() => undefined),
      machine.config().catch(() => ""),
    ]);
    // It stands in a patch for kubeadm, text in the configuration.
    const allowed = /failCgroupV1\W+false/.test(config);
    return [judgeCgroups({ version, rootless, images, allowed })];
  } catch (error) {
    return [untold(subject, wordsOf(error))];
  }
}

export function judgeCgroups({ version, rootless, images, allowed }: CgroupsReading): Finding {
  const wayOut =
    "Have the engine's machine use cgroup v2 (kernel parameter `systemd.unified_cgroup_hierarchy=1`), or set `cluster.nodeImage` to one with an older Kubernetes.";
  if (version === undefined) return untold(subject, "the engine does not say which version it uses");
  if (version !== 1) return { subject, state: "ok", found: `version ${version}` };
  if (rootless)
    return { subject, state: "stops", found: "version 1, on which kind makes no nodes in a rootless engine", wayOut };
  if (allowed) return { subject, state: "ok", found: "version 1, which the kind configuration allows (failCgroupV1)" };
  if (images === undefined)
    return untold(subject, `version 1, and which Kubernetes the nodes have is not known`, wayOut);
  const minors = images.map((image) => ({ image, minor: minorVersion(image) }));
  const late = minors.find(({ minor }) => minor !== undefined && minor >= firstWithoutCgroupV1);
  if (late) {
    const found = `version 1, on which the kubelet of ${late.image} does not start: no Kubernetes from 1.${firstWithoutCgroupV1} on does`;
    return { subject, state: "stops", found, wayOut };
  }
  const unknown = minors.find(({ minor }) => minor === undefined);
  if (unknown) return untold(subject, `version 1, and which Kubernetes ${unknown.image} has is not known`, wayOut);
  const found = `version 1, on which Kubernetes before 1.${firstWithoutCgroupV1} starts; the nodes have ${minors.map(({ minor }) => `1.${minor}`).join(", ")}`;
  return { subject, state: "ok", found };
}
