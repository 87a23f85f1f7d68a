import { clusterLabel } from "../../cluster/engine/engine";
import { ProgramError } from "../../system/process/run";

/** A container that runs, as far as it takes something that a session's nodes need. */
export interface Container {
  readonly name: string;
  /** the kind cluster that it is a part of */
  readonly cluster?: string;
  /** absolute paths on the engine's machine that are mounted into it */
  readonly mounts: readonly string[];
  /** ports of the engine's machine that are its own, as `30080/tcp` */
  readonly ports: readonly string[];
}

/** Asks the Docker engine for the containers that run. */
export async function readContainers(
  ask: (program: string, args: readonly string[]) => Promise<string>,
): Promise<Container[]> {
  const ids = (await ask("docker", ["ps", "-q", "--no-trunc"])).split("\n").filter(Boolean);
  if (ids.length === 0) return [];
  const answer = await ask("docker", ["inspect", "--", ...ids]).catch((error: unknown) => {
    // It fails for one that has ended meanwhile, and tells of the others.
    if (error instanceof ProgramError && error.stdout.trim().startsWith("[")) return error.stdout;
    throw error;
  });
  return containersOf(answer);
}

/** Reads the answer of `docker inspect`. */
export function containersOf(text: string): Container[] {
  const inspected = JSON.parse(text) as {
    readonly Name: string;
    readonly Config?: { readonly Labels?: Readonly<Record<string, string>> | null };
    readonly Mounts?: readonly { readonly Source?: string }[] | null;
    readonly NetworkSettings?: {
      readonly Ports?: Readonly<Record<string, readonly { readonly HostPort?: string }[] | null>> | null;
    };
  }[];
  return inspected.map(({ Name, Config, Mounts, NetworkSettings }) => ({
    name: Name.replace(/^\//, ""),
    ...(Config?.Labels?.[clusterLabel] && { cluster: Config.Labels[clusterLabel] }),
    mounts: (Mounts ?? []).flatMap(({ Source }) => Source ?? []),
    ports: Object.entries(NetworkSettings?.Ports ?? {}).flatMap(([port, bindings]) =>
      (bindings ?? []).flatMap(({ HostPort }) => (HostPort ? [`${HostPort}/${port.split("/")[1]}`] : [])),
    ),
  }));
}
