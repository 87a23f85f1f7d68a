import { ProgramError, run } from "../../system/process/run";
import { escapeControls } from "../../system/text/escape";
import { nodeContainers } from "../engine/engine";

/** Milliseconds for a node to answer. */
const TIMEOUT = 10_000;

/** The last words of what makes an API server, and of each run before the last; a node has these files whatever goes on in it. */
const SCRIPT = `
indented() { cut -c 1-400 | sed "s/^/  /"; }
for name in kube-apiserver etcd; do
  for file in $(ls -t /var/log/pods/kube-system_$name-*/*/*.log 2> /dev/null | head -n 2); do
    echo "$name, run $(basename "$file" .log), last words:"
    tail -n 5 "$file" | indented
  done
done
echo "kubelet, last words:"
journalctl --unit kubelet --lines 5 --no-pager --output cat 2> /dev/null | indented
`;

/**
 * Says why a cluster's API server may not answer, as far as its nodes know.
 * @param cluster name of the kind cluster
 * @returns lines; none where there is no such cluster, or no engine answers
 */
export async function explainSilence(cluster: string): Promise<string[]> {
  try {
    const nodes = await nodeContainers(cluster);
    const told = await Promise.all(
      nodes.map(async ({ id, name, running }) => [
        `node ${name}: ${running ? "runs" : "does not run"}`,
        ...(running ? await lastWords(id) : []).map((line) => `  ${line}`),
      ]),
    );
    return told.flat().map(escapeControls);
  } catch (error) {
    if (error instanceof ProgramError) return [];
    throw error;
  }
}

async function lastWords(node: string): Promise<string[]> {
  const text = await run("docker", ["exec", node, "sh", "-c", SCRIPT], { timeout: TIMEOUT }).catch(() => "");
  return text.split("\n").filter(Boolean);
}
