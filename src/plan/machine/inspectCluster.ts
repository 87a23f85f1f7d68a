import { readFile } from "node:fs/promises";
import { nodeContainers } from "../../cluster/engine/engine";
import { kindConfig } from "../../cluster/kind/kindConfig";
import { isOurs } from "../../cluster/kind/ownership";
import { mistake, Phrase, problem, SettingsError } from "../../settings/problems";
import type { SessionFolders } from "../../state/folders";
import type { SessionRecord } from "../../state/sessionRecord";
import { exists } from "../../system/files/exists";

/** The cluster that the settings ask for. */
export interface WantedCluster {
  readonly name: string;
  readonly nodeImage?: string;
}

/**
 * Checks that the cluster which is wanted may be made or is this session's already.
 * @param ownConfig absolute path of the user's own kind configuration, if any
 * @param record the session that has begun and not ended, if any
 * @param folders the session's
 * @returns the kind configuration in full
 * @throws SettingsError naming everything that is wrong
 */
export async function inspectCluster(
  wanted: WantedCluster,
  ownConfig: string | undefined,
  record: SessionRecord | undefined,
  { live, kubeconfig }: SessionFolders,
): Promise<string> {
  if (live.includes(":")) {
    throw new SettingsError([
      `Expected the session's folder to have no colon in its path, got ${live}: Docker's mounts and KUBECONFIG take one for a separator. Set XDG_STATE_HOME to a folder without.`,
    ]);
  }
  const config = await readKindConfig(ownConfig, live);
  const nodes = await nodeContainers(wanted.name);
  if (nodes.length > 0 && !isOurs(nodes, live)) {
    const got = new Phrase(`${JSON.stringify(wanted.name)}, a kind cluster that somebody else made`);
    throw mistake("cluster.name", "free or this session's own", got, "Choose another name, or delete that cluster.");
  }
  if (!record) return config;
  const changed = changesUnderWay({ ...wanted, config }, record);
  if (changed.length > 0) throw new SettingsError(changed);
  // The kubeconfig is written when the cluster is there, and goes when the session ends.
  if (nodes.length === 0 && (await exists(kubeconfig))) {
    throw new SettingsError([
      `Expected the session's cluster ${record.cluster} to be running, got none: it was deleted outside this session. Run \`pulumi destroy\`, which saves what coverage has arrived, then \`pulumi up\`.`,
    ]);
  }
  return config;
}

async function readKindConfig(file: string | undefined, live: string): Promise<string> {
  try {
    return kindConfig(file === undefined ? undefined : await readFile(file, "utf8"), live);
  } catch (error) {
    const got = new Phrase(`${file}: ${(error as Error).message}`);
    throw mistake("cluster.config", "a file with a kind configuration", got, "Relative paths start from the project.");
  }
}

/** What can't change while a session lives: a new cluster would take the pods, and their counters, with the old one. */
function changesUnderWay(wanted: WantedCluster & { config: string }, record: SessionRecord): string[] {
  const before = { name: record.cluster, nodeImage: record.nodeImage, config: record.config };
  const changed = (["name", "nodeImage", "config"] as const).filter((key) => wanted[key] !== before[key]);
  const got = new Phrase("another value");
  const wayOut = "Run `pulumi destroy` first, which saves the coverage so far.";
  return changed.map((key) => problem(`cluster.${key}`, "what it was when this session began", got, wayOut));
}
