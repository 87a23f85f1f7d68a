import type { EngineCapacity } from "../../cluster/engine/engineCapacity";
import { kindNodes } from "../../cluster/kind/kindNodes";
import type { Manifest } from "../../overlay/manifests/manifest";
import type { Change } from "../../overlay/profileOverlay";
import { fitRequests } from "../../overlay/requests/fitRequests";
import { described, inGroups } from "../../overlay/requests/pendingPods";
import type { Node } from "../../overlay/requests/placePods";
import { Phrase, problem, SettingsError } from "../../settings/problems";
import type { OperatorConfiguration } from "../../settings/schema";

/** What is looked at of an operator, and changed. */
export interface Fitting {
  readonly name: string;
  readonly objects: readonly Manifest[];
  readonly workloads: readonly Manifest[];
  readonly changes: readonly Change[];
  readonly notes: readonly string[];
}

/**
 * Lowers the requests of operators where their pods would find no node, unless the settings have them kept.
 * @param requests what the settings say of each
 * @param config the kind configuration in full
 * @param warn told which pods of others find no node, a sentence each
 * @throws SettingsError naming each operator of which pods can't find a node
 */
export function fitOperators<Operator extends Fitting>(
  operators: readonly Operator[],
  requests: readonly OperatorConfiguration["requests"][],
  config: string,
  capacity: EngineCapacity,
  warn: (message: string) => void,
): Operator[] {
  const nodes = kindNodes(config, capacity);
  const asking = operators.map(({ objects, workloads }, index) => ({
    objects,
    workloads,
    keep: requests[index] === "keep",
  }));
  const fitted = fitRequests(asking, nodes);
  const problems = fitted.impossible.flatMap((pods, index) => {
    if (pods.length === 0) return [];
    const got = new Phrase(`no node for ${inGroups(pods)}, on ${inWords(nodes)}`);
    const own =
      requests[index] === "keep" ? "Leave out `requests: keep`, which lowers them" : "Lower what others request";
    const wayOut = `${own}, or give the cluster more nodes by \`cluster.config\`.`;
    return [problem(`operators[${index}].requests`, "such that the session's cluster can run its pods", got, wayOut)];
  });
  if (problems.length > 0) throw new SettingsError(problems);
  if (fitted.doubtful.length > 0)
    warn(
      `Requests of more than the session's cluster may give: no node for ${inGroups(fitted.doubtful)}, on ${inWords(nodes)}. These pods will not run.`,
    );
  return operators.map((operator, index) => {
    const { lowered, changes } = fitted.operators[index]!;
    if (changes.length === 0) return operator;
    const become = (object: Manifest) => lowered.get(object) ?? object;
    return {
      ...operator,
      objects: operator.objects.map(become),
      workloads: operator.workloads.map(become),
      changes: [...operator.changes, ...changes],
      notes: [...operator.notes, loweredNote(changes)],
    };
  });
}

function loweredNote(changes: readonly Change[]): string {
  const each = changes.map(({ object, field, from, to }) => `${object}, ${field} from ${from} to ${to}`);
  return `Its requests were lowered, so that its pods find a node of the session's cluster (\`requests: keep\` leaves them alone): ${each.join("; ")}.`;
}

function inWords(nodes: readonly Node[]): string {
  const each = nodes.map(
    ({ name, total, free }) => `${name} (${described(total)}, of which Kubernetes leaves ${described(free)})`,
  );
  return `${nodes.length === 1 ? "the node" : "the nodes"} ${each.join(", ")}`;
}
