import { readdir } from "node:fs/promises";
import * as path from "node:path";
import { run } from "../../../src/system/process/run";
import { type Checkout, succeeded } from "../checkout";
import { containersOf, Kubectl, until } from "../cluster";
import { Heard } from "./heard";
import { faultySelector } from "./operator";
import { type Tick, ticksIn } from "./ticks";

interface ContainerStatus {
  readonly restartCount: number;
  readonly ready: boolean;
  readonly state?: { readonly running?: { readonly startedAt: string } };
}

interface Pod {
  readonly metadata: { readonly name: string; readonly uid: string; readonly deletionTimestamp?: string };
  readonly status: { readonly containerStatuses?: readonly ContainerStatus[] };
}

/** A session that is up, and the faulty operator in it. */
export class Scene {
  private constructor(
    readonly kubectl: Kubectl,
    private readonly kubeconfig: string,
    /** of the node containers; the first is the control plane */
    readonly nodes: readonly string[],
    /** absolute path of the run's raw data on the host */
    readonly live: string,
    readonly namespace: string,
  ) {}

  /** Brings a session up. */
  static async up(project: Checkout, stack: string, namespace: string): Promise<Scene> {
    succeeded(await project.up(stack));
    const { kubeconfig, cluster, run: name } = await project.outputs(stack);
    const live = path.join(project.sessionFolder(stack), "live", name);
    return new Scene(new Kubectl(kubeconfig), kubeconfig, await containersOf(cluster), live, namespace);
  }

  /** Tells a Deployment's first pod to do something. */
  async ask(deployment: string, what: string): Promise<void> {
    const { metadata } = await this.pod(deployment);
    const raw = `/api/v1/namespaces/${this.namespace}/pods/${metadata.name}:8080/proxy/${what}`;
    await until(`an answer to ${deployment}/${what}`, 30, async () => {
      return (await this.kubectl.run("get", "--raw", raw).catch(() => "")) === `/${what}`;
    });
  }

  /** The pods of a Deployment that are not about to go. */
  async pods(deployment: string): Promise<Pod[]> {
    const args = ["pods", "-n", this.namespace, "-l", `app=${deployment}`];
    const { items } = await this.kubectl.get<{ items: Pod[] }>(...args);
    return items.filter(({ metadata }) => !metadata.deletionTimestamp);
  }

  async pod(deployment: string): Promise<Pod> {
    const [pod] = await this.pods(deployment);
    if (!pod) throw new Error(`Expected a pod of ${deployment}, got none`);
    return pod;
  }

  /** Waits until the container has been restarted and runs. */
  async restarted(deployment: string, times = 1): Promise<void> {
    await until(`${deployment} to run again`, 90, async () => {
      const status = (await this.pod(deployment)).status.containerStatuses?.[0];
      return (status?.ready ?? false) && status!.restartCount >= times;
    });
  }

  /**
   * Takes the node down and waits until the container runs again, and its process has begun to save what it covers.
   * @param times how often that was done, this time included
   */
  async comesBack(deployment: string, times: number, takeDown: () => Promise<unknown>): Promise<void> {
    const since = Math.floor(Date.now() / 1000) * 1000;
    await takeDown();
    // The cluster does not answer at first, and then with what it knew before.
    await until(`${deployment} to come back`, 180, async () => {
      const pods = await this.pods(deployment).catch(() => []);
      const status = pods[0]?.status.containerStatuses?.[0];
      const began = Date.parse(status?.state?.running?.startedAt ?? "");
      return (status?.ready ?? false) && status!.restartCount >= times && began >= since;
    });
    const folder = await this.folder(deployment);
    await until(`${deployment} to save what it covers`, 30, async () => {
      const saved = (await readdir(folder)).filter((file) => /^cov(counters|snapshot)\./.test(file));
      return saved.length > times;
    });
  }

  /** The same session, with another operator in it. */
  in(namespace: string): Scene {
    return new Scene(this.kubectl, this.kubeconfig, this.nodes, this.live, namespace);
  }

  /** Waits until the container has been started again so often, whether it runs or not. */
  async crashes(deployment: string, times: number): Promise<void> {
    await until(`${deployment} to have crashed ${times} times`, 90, async () => {
      return ((await this.pod(deployment)).status.containerStatuses?.[0]?.restartCount ?? 0) >= times;
    });
  }

  /** Takes all pods of a Deployment away, as its operator's user would. */
  async scaleDown(deployment: string): Promise<void> {
    await this.kubectl.run("scale", "deployment", deployment, "-n", this.namespace, "--replicas=0");
  }

  /** Asks for a pod to go, as `kubectl drain` does. */
  async evict(pod: string): Promise<void> {
    const eviction = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name: pod, namespace: this.namespace } };
    await this.kubectl.create(`/api/v1/namespaces/${this.namespace}/pods/${pod}/eviction`, eviction);
  }

  /** Waits until another pod has taken a pod's place. */
  async replaced(deployment: string, { metadata: { uid } }: Pod): Promise<void> {
    await until(`${deployment} to have another pod`, 60, async () => {
      const [pod] = await this.pods(deployment);
      return pod !== undefined && pod.metadata.uid !== uid && pod.status.containerStatuses?.[0]?.ready === true;
    });
  }

  /** Sends a signal from the node: within a container, its first process is spared SIGKILL. */
  async kill(deployment: string, signal = "KILL"): Promise<void> {
    await run("docker", ["exec", this.nodes[0]!, "pkill", `-${signal}`, "-f", "--", `^\\S+ ${deployment}$`]);
  }

  /** The ticks that the process before this one has told of. */
  async ticksBefore(deployment: string): Promise<Tick[]> {
    const args = ["logs", "-n", this.namespace, "--previous", "--timestamps"];
    return ticksIn(await this.kubectl.run(...args, (await this.pod(deployment)).metadata.name));
  }

  /** Listens to all pods of the faulty operator that there are, and waits until each has been heard. */
  async listen(): Promise<Heard> {
    const args = ["pods", "-n", this.namespace, "-l", faultySelector];
    const { items } = await this.kubectl.get<{ items: Pod[] }>(...args);
    const heard = Heard.listen(this.kubeconfig, this.namespace, faultySelector);
    await until("each pod to be heard", 120, async () =>
      items.every(({ metadata }) => heard.ticksOf(metadata.name).length > 0),
    );
    return heard;
  }

  /** Absolute path, on the host, of what a Deployment's pod writes. */
  async folder(deployment: string, operator = this.namespace): Promise<string> {
    const builds = path.join(this.live, operator);
    const { uid } = (await this.pod(deployment)).metadata;
    for (const build of await readdir(builds)) {
      if ((await readdir(path.join(builds, build))).includes(uid)) return path.join(builds, build, uid);
    }
    throw new Error(`Expected a folder of ${deployment}'s pod in ${builds}, got none`);
  }

  /** Has a Deployment's process end well, and be restarted: then its counters lie there, and nobody touches them any more. */
  async finished(deployment: string): Promise<{ folder: string; counters: string }> {
    await this.ask(deployment, "exit/0");
    await this.restarted(deployment);
    const folder = await this.folder(deployment);
    const counters = (await readdir(folder)).find((file) => file.startsWith("covcounters."));
    if (!counters) throw new Error(`Expected counters of ${deployment} in ${folder}, got none`);
    return { folder, counters };
  }
}
