import { setTimeout as sleep } from "node:timers/promises";
import { ProgramError } from "../../system/process/run";
import { nodeContainers } from "../engine/engine";
import { answers } from "./answers";

/** Milliseconds between two questions. */
const pause = 500;

/**
 * Waits until a cluster's API server is ready, seen from here: it may have been started again, together with its node or by its kubelet, and kind does not look
 * whether the port that it has the engine publish leads to it.
 * @param cluster name of the kind cluster
 * @param kubeconfig absolute path
 * @param seconds how long it may take
 * @returns "silent" where it does not answer in that time, "gone" where no node of the cluster runs any more
 * @throws ProgramError where no engine answers
 */
export async function awaitAnswer(
  cluster: string,
  kubeconfig: string,
  seconds: number,
  progress: (message: string) => void,
): Promise<"ready" | "silent" | "gone"> {
  const end = Date.now() + seconds * 1000;
  for (let said = false; ; await sleep(pause)) {
    if (!(await nodeContainers(cluster)).some((node) => node.running)) return "gone";
    if (await answers(kubeconfig, "/readyz")) return "ready";
    if (Date.now() > end) return "silent";
    if (!said) progress(`waiting for the API server of ${cluster} to answer, for ${seconds} s at most`);
    said = true;
  }
}

/** What kubectl says where an API server, or its etcd, was not there for a moment; what a server that is there refuses is said otherwise. */
const outage =
  /Unable to connect to the server|The connection to the server .* was refused|connection (?:refused|reset|lost)|unexpected EOF|TLS handshake timeout|i\/o timeout|Error from server \((?:ServiceUnavailable|InternalError|Timeout|ServerTimeout|TooManyRequests)\)|etcdserver:|apiserver not ready/;

/** Whether kubectl failed for an API server that did not answer, so that it may be asked again. */
export function isOutage(error: unknown): boolean {
  return error instanceof ProgramError && outage.test(error.stderr);
}
