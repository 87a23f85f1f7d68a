import { setTimeout as pause } from "node:timers/promises";
import { run } from "../../src/system/process/run";

/** Ids of the containers of a kind cluster, running or not. */
export async function containersOf(cluster: string): Promise<string[]> {
  // Without a name the filter would match nothing, and whoever expects nothing would be content.
  if (!cluster) throw new Error("Expected a cluster's name, got none");
  const filter = `label=io.x-k8s.kind.cluster=${cluster}`;
  return (await run("docker", ["ps", "-aq", "--filter", filter])).split("\n").filter(Boolean);
}

/** kubectl on one cluster. */
export class Kubectl {
  constructor(private readonly kubeconfig: string) {}

  run(...args: string[]): Promise<string> {
    return run("kubectl", ["--kubeconfig", this.kubeconfig, ...args]);
  }

  /** Applies an object, given as data. */
  async apply(object: object): Promise<void> {
    await run("kubectl", ["--kubeconfig", this.kubeconfig, "apply", "-f", "-"], { input: JSON.stringify(object) });
  }

  /** Posts an object, given as data, to a path of the API. */
  async create(raw: string, object: object): Promise<void> {
    const args = ["--kubeconfig", this.kubeconfig, "create", "--raw", raw, "-f", "-"];
    await run("kubectl", args, { input: JSON.stringify(object) });
  }

  async get<T>(...args: string[]): Promise<T> {
    return JSON.parse(await this.run("get", ...args, "-o", "json")) as T;
  }

  /** An image that the nodes have, whatever they are made of. */
  async pauseImage(): Promise<string> {
    const nodes = await this.get<{ items: { status: { images: { names: string[] }[] } }[] }>("nodes");
    const names = nodes.items.flatMap(({ status }) => status.images.flatMap((image) => image.names));
    const found = names.find((name) => /^registry\.k8s\.io\/pause:[^@]+$/.test(name));
    if (!found) throw new Error(`Expected the nodes to have the pause image, got ${names.join(", ")}`);
    return found;
  }
}

/**
 * Waits until something holds.
 * @param what it, in words
 * @param seconds how long it may take
 */
export async function until(what: string, seconds: number, holds: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + seconds * 1000; !(await holds()); await pause(200)) {
    if (Date.now() > end) throw new Error(`Expected ${what} within ${seconds} s`);
  }
}
