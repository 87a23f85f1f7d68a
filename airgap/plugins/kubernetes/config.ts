import { differences } from "../protocol/differences";
import type { Changes } from "../protocol/provider";
import { hasUnknown, type Properties } from "../protocol/values";
import { loadKubeConfig } from "./kubeconfig";
import { parseSettings } from "./settings";

/** Settings by which another cluster may be meant. */
const CLUSTER_SETTINGS = ["kubeconfig", "context", "cluster"];

/**
 * Tells what another configuration of the provider means for its objects: those of another cluster must be made
 * anew. `clusterIdentifier` decides, where it is set; else the address and the certificate authority do.
 */
export function diffConfig(old: Properties, next: Properties): Changes {
  const all = differences(old, next);
  const identifier = all.filter(({ path, kind }) => path[0] === "clusterIdentifier" && kind === "update");
  if (next.clusterIdentifier !== undefined && !hasUnknown(next.clusterIdentifier)) {
    return { differences: all, replacing: identifier };
  }
  const settings = all.filter(({ path }) => CLUSTER_SETTINGS.includes(String(path[0])));
  const moved = settings.length > 0 && !isSameCluster(old, next);
  return { differences: all, replacing: moved ? settings : [] };
}

function isSameCluster(old: Properties, next: Properties): boolean {
  if (CLUSTER_SETTINGS.some((name) => hasUnknown(next[name]))) return false;
  const [before, after] = [clusterOf(old), clusterOf(next)];
  return before !== undefined && before === after;
}

/** @returns undefined where the kubeconfig can't be read, any more or yet. */
function clusterOf(configuration: Properties): string | undefined {
  try {
    const { server, caData, caFile } =
      loadKubeConfig(parseSettings(configuration, {})).config.getCurrentCluster() ?? {};
    return JSON.stringify([server, caData, caFile]);
  } catch {
    return undefined;
  }
}
