import type { Manifest } from "./manifests/manifest";
import { podTemplate } from "./podTemplate";

/** Whether a workload that is up has pods which have begun: surely, never, or as the nodes' labels decide, which no manifest knows. */
export type ExpectedPods = "some" | "none" | "perhaps";

/** The fields that decide, of all kinds together. */
interface Decisive {
  readonly replicas?: number;
  readonly paused?: boolean;
  readonly suspend?: boolean;
  readonly parallelism?: number;
  readonly completions?: number;
}

/** What several workloads make together. */
export function expectedPods(workloads: readonly Manifest[]): ExpectedPods {
  const each = workloads.map(podsOf);
  return each.includes("some") ? "some" : each.includes("perhaps") ? "perhaps" : "none";
}

function podsOf(workload: Manifest): ExpectedPods {
  const { replicas, paused, suspend, parallelism, completions } = (workload.spec ?? {}) as Decisive;
  switch (workload.kind) {
    case "CronJob":
      // Its time may come while the tests run, or not.
      return "none";
    case "Job":
      return suspend || parallelism === 0 || completions === 0 ? "none" : "some";
    case "DaemonSet":
      return choosesNodes(workload) ? "perhaps" : "some";
    default:
      return replicas === 0 || paused ? "none" : "some";
  }
}

/** Whether there may be nodes that a workload's pods don't go to. All of kind's run Linux, and manifests often say so. */
function choosesNodes(workload: Manifest): boolean {
  const { nodeSelector, affinity, nodeName } = (podTemplate(workload)?.spec ?? {}) as {
    nodeSelector?: Record<string, string>;
    affinity?: { nodeAffinity?: { requiredDuringSchedulingIgnoredDuringExecution?: unknown } };
    nodeName?: string;
  };
  const labels = Object.entries(nodeSelector ?? {}).filter(
    ([label, value]) => !(label === "kubernetes.io/os" && value === "linux"),
  );
  return (
    labels.length > 0 ||
    nodeName !== undefined ||
    affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution !== undefined
  );
}
