import { type Container, type Pod, podOf } from "./pod";
import { isProfileImage } from "./profileImage";

/** The volume that counters are written to; a policy says by itself what it holds others to. */
export const coverageVolume = "operator-coverage";

/** Pods whose coverage a session measures. */
export interface ProfiledPod {
  readonly pod: Pod;
  /** those of its containers that run an instrumented program, or have the folder that such a program writes to */
  readonly containers: readonly Container[];
}

/**
 * The pods of a workload that is profiled. What gives it away is its image or its volume, so that a workload which lost one of both is still held to all
 * rules; one that lost both is missed by its operator.
 * @param type Pulumi's type of the resource
 * @param properties its inputs or outputs
 */
export function profiledPod(type: string, properties: unknown): ProfiledPod | undefined {
  if (!type.startsWith("kubernetes:")) return undefined;
  const pod = podOf(properties);
  if (!pod) return undefined;
  const all = [...(pod.containers ?? []), ...(pod.initContainers ?? [])];
  const containers = all.filter((c) => isProfileImage(c.image) || mountsCoverage(c));
  const known = containers.length > 0 || (pod.volumes ?? []).some((volume) => volume.name === coverageVolume);
  return known ? { pod, containers } : undefined;
}

function mountsCoverage(container: Container): boolean {
  return (container.volumeMounts ?? []).some((mount) => mount.name === coverageVolume);
}

/** Whether a resource makes pods whose coverage a session measures. */
export function isProfiled({ type, props }: { readonly type: string; readonly props: unknown }): boolean {
  return profiledPod(type, props) !== undefined;
}
