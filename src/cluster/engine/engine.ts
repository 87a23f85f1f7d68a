import { run } from "../../system/process/run";

/**
 * Asks the Docker engine for its architecture, in Go's words.
 * @throws ProgramError where no engine answers
 */
export async function engineArchitecture(): Promise<string> {
  return (await run("docker", ["version", "--format", "{{.Server.Arch}}"], { timeout: 20_000 })).trim();
}

/** A container that is a node of a kind cluster. */
export interface NodeContainer {
  readonly id: string;
  readonly name: string;
  readonly running: boolean;
  /** host folders mounted into it, by their path in the node */
  readonly mounts: Readonly<Record<string, string>>;
}

/** The Docker label that kind puts on each container of a cluster, with the cluster's name. */
export const clusterLabel = "io.x-k8s.kind.cluster";

/** Whether a container of a kind cluster is a node of it, by its labels: in front of several control planes, kind puts a load balancer that is none. */
export function isNode(labels: Readonly<Record<string, string>> | null | undefined): boolean {
  return labels?.["io.x-k8s.kind.role"] !== "external-load-balancer";
}

/**
 * The node containers of a kind cluster, running or not; none where there is no such cluster.
 * @throws ProgramError where no engine answers
 */
export async function nodeContainers(cluster: string): Promise<NodeContainer[]> {
  const ids = (await run("docker", ["ps", "-aq", "--no-trunc", "--filter", `label=${clusterLabel}=${cluster}`]))
    .split("\n")
    .filter(Boolean);
  if (ids.length === 0) return [];
  const inspected = JSON.parse(await run("docker", ["inspect", "--", ...ids])) as {
    Id: string;
    Name: string;
    Config?: { Labels?: Record<string, string> | null };
    State: { Running: boolean };
    Mounts: { Source: string; Destination: string }[];
  }[];
  const nodes = inspected.filter((c) => isNode(c.Config?.Labels));
  return nodes.map((c) => ({
    id: c.Id,
    name: c.Name.replace(/^\//, ""),
    running: c.State.Running,
    mounts: Object.fromEntries(c.Mounts.map((m) => [m.Destination, m.Source])),
  }));
}
