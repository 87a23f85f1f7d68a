import { overlayNames } from "../../overlay/profileOverlay";
import { run } from "../../system/process/run";

/** A container that runs, and whose process writes coverage. */
export interface RunningContainer {
  /** the pod's UID, which names its folder */
  readonly pod: string;
  /** NAMESPACE/POD/CONTAINER, for people */
  readonly name: string;
  /** when it was started, in milliseconds since 1970, by its node's clock, cut off to whole seconds */
  readonly started: number;
  /** when the cluster was asked about it, in milliseconds since 1970 */
  readonly seen: number;
}

interface Container {
  readonly name: string;
  readonly volumeMounts?: readonly { readonly name: string }[];
}

interface ContainerStatus {
  readonly name: string;
  readonly state?: { readonly running?: { readonly startedAt?: string } };
}

/** As far as we read it. */
export interface PodList {
  readonly items: readonly {
    readonly metadata: { readonly namespace: string; readonly name: string; readonly uid: string };
    readonly spec: { readonly containers: readonly Container[]; readonly initContainers?: readonly Container[] };
    readonly status?: {
      readonly containerStatuses?: readonly ContainerStatus[];
      readonly initContainerStatuses?: readonly ContainerStatus[];
    };
  }[];
}

/** Milliseconds for the cluster to answer. */
const TIMEOUT = 10_000;

/**
 * Asks the cluster which containers under the profile overlay run right now.
 * @throws ProgramError where the cluster does not answer
 */
export async function runningContainers(kubeconfig: string): Promise<RunningContainer[]> {
  const args = ["--kubeconfig", kubeconfig, "--request-timeout=8s", "get", "pods", "--all-namespaces", "-o", "json"];
  const seen = Date.now();
  return readContainers(JSON.parse(await run("kubectl", args, { timeout: TIMEOUT })) as PodList, seen);
}

/**
 * The containers of a list of pods that run under the profile overlay.
 * @param seen when the list was asked for, in milliseconds since 1970
 */
export function readContainers({ items }: PodList, seen: number): RunningContainer[] {
  return items.flatMap(({ metadata, spec, status }) => {
    const profiled = [...spec.containers, ...(spec.initContainers ?? [])]
      .filter(({ volumeMounts }) => volumeMounts?.some(({ name }) => name === overlayNames.volume))
      .map(({ name }) => name);
    return [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])].flatMap(
      ({ name, state }) =>
        state?.running && profiled.includes(name)
          ? [
              {
                pod: metadata.uid,
                name: `${metadata.namespace}/${metadata.name}/${name}`,
                started: Date.parse(state.running.startedAt ?? "") || 0,
                seen,
              },
            ]
          : [],
    );
  });
}
