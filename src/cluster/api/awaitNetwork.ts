import { setTimeout as sleep } from "node:timers/promises";
import { ProgramError, run } from "../../system/process/run";
import { answers } from "./answers";

/** Where kube-proxy tells on each node whether it has written its rules: KubeProxyConfiguration's default. */
const healthPort = 10256;

/** Milliseconds between two questions. */
const pause = 200;

/**
 * Waits until the pods of every node reach the API server by its service, which kube-proxy sees to some seconds after kind has made the cluster. An operator that is
 * started before fails, comes again, and the report has its way of failing for covered.
 * @param kubeconfig absolute path
 * @param timeout seconds; then it goes on all the same, for a cluster may have its network from elsewhere
 * @throws ProgramError where the cluster does not answer in that time
 */
export async function awaitNetwork(
  kubeconfig: string,
  timeout: number,
  progress: (message: string) => void,
): Promise<void> {
  const end = Date.now() + timeout * 1000;
  const ask = (...what: readonly string[]) => insist(kubeconfig, what, end);
  const proxies = await ask("daemonset", "kube-proxy", "-n", "kube-system", "--ignore-not-found", "-o", "name");
  if (proxies.trim() === "") return;
  const names = (await ask("nodes", "-o", "name")).split("\n").filter(Boolean);
  const silent = new Set(names.map((name) => name.replace(/^node\//, "")));
  for (let said = false; ; await sleep(pause)) {
    for (const node of silent) {
      if (await answers(kubeconfig, `/api/v1/nodes/http:${node}:${healthPort}/proxy/healthz`)) silent.delete(node);
    }
    if (silent.size === 0) return;
    if (Date.now() > end) {
      progress(`the network of ${[...silent].join(", ")} is not there after ${timeout} s; going on without`);
      return;
    }
    if (!said) progress(`waiting for the network of ${[...silent].join(", ")}`);
    said = true;
  }
}

/** An API server that has just begun may be too busy to answer. */
async function insist(kubeconfig: string, what: readonly string[], end: number): Promise<string> {
  for (;;) {
    try {
      return await run("kubectl", ["--kubeconfig", kubeconfig, "--request-timeout=5s", "get", ...what]);
    } catch (error) {
      if (!(error instanceof ProgramError) || Date.now() > end) throw error;
    }
    await sleep(pause);
  }
}
