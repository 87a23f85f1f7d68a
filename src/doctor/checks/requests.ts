import * as path from "node:path";
import { capacityOf } from "../../cluster/engine/engineCapacity";
import type { Manifest } from "../../overlay/manifests/manifest";
import { type Fitting, fitOperators } from "../../plan/objects/fitOperators";
import { inspectManifests } from "../../plan/objects/inspectManifests";
import { allChecked, SettingsError } from "../../settings/problems";
import type { OperatorConfiguration } from "../../settings/schema";
import type { Finding } from "../finding";
import { untold } from "../finding";
import { type Machine, wordsOf } from "../machine/thisMachine";

const subject = "requests";

/** Compares what the operators' pods request with the cores and the memory of the engine. */
export async function checkRequests(machine: Machine): Promise<readonly Finding[]> {
  const { settings } = machine;
  if (!settings) return [];
  try {
    const capacity = await machine.engine().then(capacityOf);
    if (!capacity) return [untold(subject, "the engine does not say how many cores and how much memory it has")];
    const config = await machine.config();
    const { operators } = settings;
    const fitting = await allChecked<Fitting[]>(operators.map((operator, index) => read(operator, index, machine)));
    const keep = operators.map(({ requests }) => requests);
    return judgeRequests((warn) => fitOperators(fitting, keep, config, capacity, warn));
  } catch (error) {
    if (error instanceof SettingsError) return refused(error);
    return [untold(subject, wordsOf(error))];
  }
}

async function read(operator: OperatorConfiguration, index: number, machine: Machine): Promise<Fitting> {
  const at = `operators[${index}]`;
  const source = path.resolve(machine.folder, operator.source);
  const wanted = (operator.workloads ?? [operator.workload]).map((workload, nth) => ({
    at: operator.workloads ? `${at}.workloads[${nth}]` : `${at}.workload`,
    workload: { ...workload, image: workload.image ?? operator.image },
    main: workload.main ?? operator.main,
  }));
  const asking = { env: machine.env, timeout: machine.left() };
  const { namespace, variables } = operator;
  const found = await inspectManifests(operator.manifests, wanted, source, at, { namespace, variables, asking });
  const workloads = new Set<Manifest>(found.containers.map(({ workload }) => workload));
  return { name: operator.name, objects: found.objects, workloads: [...workloads], changes: [], notes: [] };
}

/**
 * Says what becomes of requests.
 * @param fitted as `fitOperators`
 */
export function judgeRequests(fitted: (warn: (message: string) => void) => readonly Fitting[]): readonly Finding[] {
  const warnings: string[] = [];
  try {
    const operators = fitted((message) => warnings.push(message));
    const lowered = operators.flatMap(({ name, changes }) =>
      changes.map(({ object, field, from, to }) => `${name}, ${object}, ${field} from ${from} to ${to}`),
    );
    const found =
      lowered.length > 0
        ? `too much for the cluster as they are, and lowered for the session: ${lowered.join("; ")}`
        : "the session's cluster can run all pods";
    const fits: Finding = { subject, state: "ok", found };
    const doubts = warnings.map((warning): Finding => ({ subject, state: "warning", found: warning, wayOut: larger }));
    return doubts.length > 0 ? [...(lowered.length > 0 ? [fits] : []), ...doubts] : [fits];
  } catch (error) {
    if (error instanceof SettingsError) return refused(error);
    throw error;
  }
}

const larger =
  "Give the engine more cores or memory, or the cluster more nodes by `cluster.config`, or lower what the manifests request.";

/** The way out is in the sentence. */
function refused({ problems }: SettingsError): readonly Finding[] {
  return problems.map((found) => ({ subject, state: "stops", found }));
}
