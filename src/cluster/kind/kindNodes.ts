import type { Node } from "../../overlay/requests/placePods";
import { amounts } from "../../overlay/requests/podRequests";
import type { EngineCapacity } from "../engine/engineCapacity";

const controlPlaneTaint = { key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" };
const mebibyte = 2 ** 20;

/** What Kubernetes itself requests: kubeadm's static pods, kind's network, and the two CoreDNS, which begin before other nodes have joined. */
const taken = {
  apiServerAndControllers: { cpu: 0.65, memory: 100 * mebibyte },
  names: { cpu: 0.2, memory: 140 * mebibyte },
  network: { cpu: 0.1, memory: 50 * mebibyte },
} as const;

interface KindConfig {
  readonly nodes: readonly {
    readonly role?: string | null;
    readonly labels?: Record<string, string> | null;
    readonly kubeadmConfigPatches?: readonly string[] | null;
  }[];
  readonly kubeadmConfigPatches?: readonly string[] | null;
  readonly networking?: { readonly disableDefaultCNI?: boolean } | null;
}

/**
 * The nodes that a kind configuration makes, with what Kubernetes itself leaves of each. A control plane that is not alone is tainted, where the configuration
 * does not see to its taints itself.
 * @param config as `kindConfig` gives it
 */
export function kindNodes(config: string, capacity: EngineCapacity): Node[] {
  const { nodes, kubeadmConfigPatches, networking } = JSON.parse(config) as KindConfig;
  const isControlPlane = (role: string | null | undefined) => (role ?? "control-plane") === "control-plane";
  const first = nodes.findIndex(({ role }) => isControlPlane(role));
  const counts: Record<string, number> = {};
  return nodes.map((node, index) => {
    const role = node.role ?? "control-plane";
    counts[role] = (counts[role] ?? 0) + 1;
    const name = counts[role] === 1 ? role : `${role}${counts[role]}`;
    const system = [
      ...(networking?.disableDefaultCNI ? [] : [taken.network]),
      ...(isControlPlane(role) ? [taken.apiServerAndControllers] : []),
      ...(index === first ? [taken.names] : []),
    ];
    const patches = JSON.stringify([kubeadmConfigPatches, node.kubeadmConfigPatches]);
    const tainted = isControlPlane(role) && nodes.length > 1 && !patches.includes("taints");
    const total = amounts((resource) =>
      resource === "ephemeral-storage" ? (capacity.storage ?? Number.POSITIVE_INFINITY) : capacity[resource],
    );
    const free = amounts((resource) =>
      resource === "ephemeral-storage" ? total[resource] : total[resource] - sum(system.map((one) => one[resource])),
    );
    return {
      name,
      labels: {
        "kubernetes.io/os": "linux",
        ...(isControlPlane(role) && { [controlPlaneTaint.key]: "" }),
        ...node.labels,
      },
      taints: tainted ? [controlPlaneTaint] : [],
      total,
      free,
    };
  });
}

function sum(values: readonly number[]): number {
  return values.reduce((all, one) => all + one, 0);
}
