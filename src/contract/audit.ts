import { mkdir, rm, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { stringify } from "yaml";

/** Where a control-plane node finds its audit policy, and writes its audit log to. */
export const auditInNode = "/operator-coverage-audit";

/** The API server's log, in a control-plane node's folder of the session's audit folder. */
export const auditLog = path.join("log", "audit.log");

const patches = "patches";

/**
 * What is recorded: each state of a pod that its kubelet reports, and each deletion of one, and that the API server lives. That is how the ledger knows what ran, and how it
 * ended, even of pods and clusters that are gone, with nobody watching.
 */
const policy = {
  apiVersion: "audit.k8s.io/v1",
  kind: "Policy",
  omitStages: ["RequestReceived"],
  omitManagedFields: true,
  rules: [
    { level: "RequestResponse", verbs: ["update", "patch"], resources: [{ group: "", resources: ["pods/status"] }] },
    { level: "Metadata", verbs: ["delete"], resources: [{ group: "", resources: ["pods"] }] },
    // Every few seconds each API server says that it lives, which tells a log of one that nobody reported to from one that was lost.
    {
      level: "Metadata",
      users: ["system:apiserver"],
      verbs: ["create", "update", "patch"],
      resources: [{ group: "coordination.k8s.io", resources: ["leases"] }],
      namespaces: ["kube-system"],
    },
    { level: "None" },
  ],
};

const flags = [
  `--audit-policy-file=${auditInNode}/policy.yaml`,
  `--audit-log-path=${auditInNode}/log/audit.log`,
  // Megabytes before a log is put aside for a new one.
  "--audit-log-maxsize=65536",
];

const volume = { name: "operator-coverage-audit" };

/** A JSON patch, because it adds to the API server's flags and mounts, whoever else added some. */
const patch = [
  ...flags.map((value) => ({ op: "add", path: "/spec/containers/0/command/-", value })),
  { op: "add", path: "/spec/containers/0/volumeMounts/-", value: { ...volume, mountPath: auditInNode } },
  { op: "add", path: "/spec/volumes/-", value: { ...volume, hostPath: { path: auditInNode, type: "Directory" } } },
];

/** For a control-plane node of a kind configuration: where kubeadm finds patches for static pods, whether it begins the cluster or joins it. */
export const auditNodePatches = ["InitConfiguration", "JoinConfiguration"].map((kind) =>
  JSON.stringify({ kind, patches: { directory: `${auditInNode}/${patches}` } }),
);

/**
 * Writes what control-plane nodes need to keep a record, in place of what another cluster left there.
 * @param folders absolute host paths, one a control-plane node
 */
export async function prepareAudit(folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    await rm(folder, { recursive: true, force: true });
    await mkdir(path.join(folder, patches), { recursive: true });
    await mkdir(path.join(folder, path.dirname(auditLog)));
    await writeFile(path.join(folder, "policy.yaml"), stringify(policy));
    await writeFile(path.join(folder, patches, "kube-apiserver0+json.yaml"), stringify(patch));
    // The API server would make it for root alone; what is there keeps its mode.
    await writeFile(path.join(folder, auditLog), "", { mode: 0o644 });
  }
}
