import { cp, writeFile } from "node:fs/promises";
import * as path from "node:path";

/** One Deployment of the operator, for one fault. */
export interface Subject {
  /** of the Deployment */
  readonly name: string;
  readonly replicas?: number;
  /** fields of its container beside those that all have */
  readonly container?: object;
  /** how many processes of it cover anything in each of its lives; 1 where undefined */
  readonly processes?: number;
}

/** A label of all its pods. */
export const faultySelector = "suite=faults";

/**
 * Writes an operator that goes wrong on request, with as many Deployments as there are faults: it is compiled once for all of them.
 * @param folder absolute path of its Go module, which is made
 * @param name of the operator and of its namespace
 * @returns what the settings of a stack say of it
 */
export async function writeFaultyOperator(folder: string, name: string, subjects: readonly Subject[]) {
  await cp(path.join(__dirname, "operator"), folder, { recursive: true });
  const objects = [
    { apiVersion: "v1", kind: "Namespace", metadata: { name } },
    ...subjects.map((subject) => deployment(subject, name)),
  ];
  await writeFile(path.join(folder, "manifests.yaml"), objects.map((o) => JSON.stringify(o)).join("\n---\n"));
  return {
    name,
    source: folder,
    manifests: { yaml: ["manifests.yaml"] },
    workloads: subjects.map((subject) => ({ name: subject.name })),
  };
}

function deployment({ name, replicas = 1, container }: Subject, namespace: string): object {
  const labels = { app: name };
  const [suite, ours] = faultySelector.split("=") as [string, string];
  const manager = {
    name: "manager",
    image: "controller:latest",
    // It reads none, but its process is known by them on the node.
    args: [name],
    volumeMounts: [{ name: "state", mountPath: "/state" }],
    ...container,
  };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels: { ...labels, [suite]: ours } },
        spec: { containers: [manager], volumes: [{ name: "state", emptyDir: {} }] },
      },
    },
  };
}
