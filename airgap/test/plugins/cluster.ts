import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { clustersMade } from "../../../test/run/clustersMade";
import type { Properties } from "./plugin";

/** A cluster to test against. */
export interface TestCluster {
  /** The path of its kubeconfig. */
  readonly kubeconfig: string;
  /** Runs kubectl. @returns what it prints. */
  kubectl(...args: string[]): string;
}

interface Shared {
  readonly kubeconfig: string;
  release(): void;
}

let shared: Shared | undefined;
let users = 0;

function release(): void {
  shared?.release();
  shared = undefined;
}

// For runs of some tests only, in which not every user comes to its end.
after(release);

/**
 * Gives a suite a cluster: that which OC_TEST_KUBECONFIG names, or one made by kind, which takes half a minute and is
 * shared with the other suites. To be called before the suite's own hooks.
 *
 * @param namespace is deleted in the end.
 */
export function useCluster(namespace: string): TestCluster {
  users++;
  before(function () {
    this.timeout(300_000);
    shared ??= acquire();
  });
  after(function () {
    this.timeout(60_000);
    kubectl("delete", "namespace", namespace, "--wait=false", "--ignore-not-found");
    if (--users === 0) release();
  });
  const kubectl = (...args: string[]) =>
    execFileSync("kubectl", ["--kubeconfig", shared!.kubeconfig, ...args], { encoding: "utf8", stdio: "pipe" }).trim();
  return {
    get kubeconfig() {
      return shared!.kubeconfig;
    },
    kubectl,
  };
}

function acquire(): Shared {
  const given = process.env.OC_TEST_KUBECONFIG;
  if (given !== undefined) return { kubeconfig: given, release: () => {} };
  const name = `oc-plugin-test-${process.pid}`;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), `${name}-`));
  const kubeconfig = path.join(folder, "kubeconfig");
  const image = process.env.KIND_NODE_IMAGE ? ["--image", process.env.KIND_NODE_IMAGE] : [];
  const kind = (...args: string[]) => execFileSync("kind", [...args, "--name", name, "--quiet"], { stdio: "inherit" });
  const release = () => {
    kind("delete", "cluster", "--kubeconfig", kubeconfig);
    fs.rmSync(folder, { recursive: true, force: true });
  };
  try {
    clustersMade.count++;
    kind("create", "cluster", "--kubeconfig", kubeconfig, "--wait", "120s", ...image);
  } catch (error) {
    release();
    throw error;
  }
  return { kubeconfig, release };
}

/** Finds an image that the nodes have, for nothing can be pulled. */
export function nodeImage({ kubectl }: TestCluster, part: string): string {
  const names = kubectl("get", "nodes", "-o", "jsonpath={.items[0].status.images[*].names[*]}").split(/\s+/);
  const found = names.find((name) => name.includes(part) && !name.includes("@"));
  if (found === undefined)
    throw new Error(`Expected the nodes to have an image named like ${part}, got ${names.join(", ")}`);
  return found;
}

/** A workload with one container. @param container beside its name. */
export function workload(
  kind: string,
  name: string,
  namespace: string,
  container: Properties,
  spec: Properties = {},
): Properties {
  const labels = { app: name };
  const pod = {
    terminationGracePeriodSeconds: 1,
    containers: [{ name: "main", imagePullPolicy: "Never", ...container }],
    ...(kind === "Job" && { restartPolicy: "Never" }),
  };
  if (kind === "Pod")
    return { apiVersion: "v1", kind, metadata: { name, namespace, labels }, spec: { ...pod, ...spec } };
  const template = { metadata: { labels }, spec: pod };
  const selected = kind === "Job" ? {} : { selector: { matchLabels: labels } };
  return {
    apiVersion: kind === "Job" ? "batch/v1" : "apps/v1",
    kind,
    metadata: { name, namespace },
    spec: { ...selected, template, ...spec },
  };
}
