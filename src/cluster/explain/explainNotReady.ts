import { ProgramError, run } from "../../system/process/run";
import { escapeControls } from "../../system/text/escape";
import { podSecurityAdvice } from "./forbidden";
import { type EventList, type NotReady, notReady, type PodList, warningsOf } from "./notReady";
import { userAdvice } from "./userAdvice";

/** So many pods are told of, and so many last lines of each. */
const PODS = 5;
const LINES = 20;

/** Milliseconds for the cluster to answer. */
const TIMEOUT = 10_000;

/**
 * Says why profiled pods are not ready, as far as their cluster knows: the state of each, what the cluster warned of, and the last words of its container.
 * Providers tell of that each in its own way, and none of a container's words.
 * @param kubeconfig absolute path
 * @returns lines; none where all are ready, or where the cluster does not answer
 */
export async function explainNotReady(kubeconfig: string): Promise<string[]> {
  const kubectl = (...args: string[]) =>
    run("kubectl", ["--kubeconfig", kubeconfig, "--request-timeout=8s", ...args], { timeout: TIMEOUT });
  const list = async <T>(kind: string) => JSON.parse(await kubectl("get", kind, "--all-namespaces", "-o", "json")) as T;
  try {
    const pods = notReady(await list<PodList>("pods"));
    const warnings = warningsOf(await list<EventList>("events"), pods);
    const told = await Promise.all(
      pods.slice(0, PODS).map(async (pod) => {
        const words = await lastWords(pod, kubectl);
        return [inWords(pod), ...indent(words), ...userAdvice(pod, words)];
      }),
    );
    const more = pods.length > PODS ? [`and ${pods.length - PODS} more pods`] : [];
    return [
      ...told.flat(),
      ...more,
      ...(warnings.length > 0 ? ["Warnings, the newest last:", ...indent(warnings)] : []),
      ...podSecurityAdvice(warnings),
    ];
  } catch (error) {
    if (error instanceof ProgramError) return [];
    throw error;
  }
}

function inWords({ namespace, pod, container, state }: NotReady): string {
  const which = container === undefined ? "" : `, container ${container}`;
  return escapeControls(`Not ready: pod ${namespace}/${pod}${which}: ${state}`);
}

async function lastWords(
  { namespace, pod, container, crashed }: NotReady,
  kubectl: (...args: string[]) => Promise<string>,
): Promise<string[]> {
  if (container === undefined) return [];
  const read = (...more: string[]) =>
    kubectl("logs", "--namespace", namespace, `--container=${container}`, `--tail=${LINES}`, ...more, "--", pod).catch(
      () => "",
    );
  // Between two crashes, the words are those of the run before.
  const text = (crashed && (await read("--previous"))) || (await read());
  return text.trimEnd() === "" ? [] : text.trimEnd().split("\n").map(escapeControls);
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}
