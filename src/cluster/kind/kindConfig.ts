import * as path from "node:path";
import { parseDocument } from "yaml";
import { auditInNode, auditNodePatches } from "../../contract/audit";
import { auditFolder, liveInNode } from "../../state/folders";
import { nodeLabels } from "../../state/sessionLabels";
import { sessionOf } from "../../state/sessionName";

interface KindNode {
  readonly role?: string | null;
  readonly extraMounts?: readonly object[] | null;
  readonly kubeadmConfigPatches?: readonly string[] | null;
  readonly labels?: object | null;
  readonly [field: string]: unknown;
}

interface KindConfig {
  readonly kind?: string;
  readonly apiVersion?: string;
  readonly nodes?: readonly KindNode[];
  readonly [field: string]: unknown;
}

/**
 * A kind configuration with the session's folder mounted into every node: a pod's counters must arrive from whichever node it runs on. Its API
 * servers keep an audit log, unless the user's configuration says itself what they do in that respect.
 * @param own the user's configuration in YAML, where there is one
 * @param live absolute host path of the folder to mount
 * @returns the configuration in JSON, which kind reads as YAML
 * @throws Error naming line and column where the user's does not parse, or what is no such configuration
 */
export function kindConfig(own: string | undefined, live: string): string {
  const config = parseOwn(own);
  const nodes = config.nodes && config.nodes.length > 0 ? config.nodes : [{ role: "control-plane" }];
  const mount = { hostPath: live, containerPath: liveInNode };
  const session = sessionOf(live);
  const audited = !patchesAudit(config);
  return JSON.stringify({
    kind: "Cluster",
    apiVersion: "kind.x-k8s.io/v1alpha4",
    ...config,
    nodes: nodes.map((node, index) => {
      const ours: KindNode = {
        ...node,
        ...(session && isMapping(node.labels ?? {}) && { labels: { ...node.labels, ...nodeLabels(session) } }),
        extraMounts: [...(node.extraMounts ?? []), mount],
      };
      return audited && isControlPlane(node) ? withAudit(ours, path.join(auditFolder(live), String(index))) : ours;
    }),
  });
}

function withAudit({ extraMounts, kubeadmConfigPatches, ...node }: KindNode, hostPath: string): KindNode {
  return {
    ...node,
    extraMounts: [...(extraMounts ?? []), { hostPath, containerPath: auditInNode }],
    kubeadmConfigPatches: [...(kubeadmConfigPatches ?? []), ...auditNodePatches],
  };
}

/** kind makes a control plane of a node that says nothing. */
function isControlPlane({ role }: KindNode): boolean {
  return (role ?? "control-plane") === "control-plane";
}

/** Whether kubeadm is told where patches are, or the API server what to log: either can be said only once. */
function patchesAudit({ nodes, ...config }: KindConfig): boolean {
  const patches = [config, ...(nodes ?? [])].flatMap((level) => [
    level.kubeadmConfigPatches,
    level.kubeadmConfigPatchesJSON6902,
  ]);
  const text = JSON.stringify(patches).replaceAll("\\n", "\n");
  return /audit-|\bpatches\b/.test(text);
}

/** The folders that control-plane nodes keep their records in, by a configuration as `kindConfig` makes it. */
export function auditFoldersOf(config: string): string[] {
  const { nodes } = JSON.parse(config) as { nodes: readonly { extraMounts: readonly Record<string, string>[] }[] };
  return nodes
    .flatMap(({ extraMounts }) => extraMounts)
    .flatMap(({ containerPath, hostPath }) => (containerPath === auditInNode && hostPath ? [hostPath] : []));
}

function parseOwn(own: string | undefined): KindConfig {
  if (own === undefined) return {};
  const document = parseDocument(own);
  const [error] = document.errors;
  if (error) throw new Error(error.message.split("\n")[0]);
  const config: unknown = document.toJS() ?? {};
  if (typeof config !== "object" || Array.isArray(config))
    throw new Error("expected a kind configuration, a mapping with `nodes`");
  const { kind = "Cluster", nodes } = config as { kind?: unknown; nodes?: unknown };
  if (kind !== "Cluster")
    throw new Error(`expected a kind configuration, of kind Cluster, got ${JSON.stringify(kind)}`);
  if (nodes !== undefined && nodes !== null && !(Array.isArray(nodes) && nodes.every(isNode)))
    throw new Error("expected `nodes` to be a list of nodes, each with a list of `extraMounts` if any");
  return config as KindConfig;
}

function isMapping(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What is no node would be lost or break kind, and with it the folder that counters arrive in. */
function isNode(node: unknown): boolean {
  if (!isMapping(node)) return false;
  const { extraMounts } = node as { extraMounts?: unknown };
  return extraMounts === undefined || extraMounts === null || Array.isArray(extraMounts);
}
