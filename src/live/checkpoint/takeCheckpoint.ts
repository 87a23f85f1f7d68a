import { readFile } from "node:fs/promises";
import { readName } from "../../contract/counterNames";
import type { Summary } from "../../report/summary";
import { findPods } from "../../runs/arrival/findPods";
import type { KeptPod } from "../../runs/arrival/keepRaw";
import { checkpointPaths } from "../../runs/arrival/publish";
import { makeRun } from "../../runs/makeRun";
import type { CollectionInput } from "../../state/collectionInput";
import { reportFiles } from "../../state/folders";
import { collectionPlan } from "../collectionPlan";
import { type PodAnswer, requestSnapshots, unansweredGaps } from "./requestSnapshots";
import { runningContainers } from "./runningContainers";

/** A checkpoint that was published. */
export interface Checkpoint {
  /** absolute path of OUTPUT/STACK/RUN.checkpoints/NAME */
  readonly folder: string;
  readonly summary: Summary;
}

/** Seconds that processes have to save what they covered. */
const patience = 30;

/**
 * Reports what a session has covered so far, while its operators go on: asks every running process for a snapshot, waits for the answers, and
 * publishes what there is beside the run. The run itself is left as it is.
 * @param name names the checkpoint's folder
 * @throws ProgramError where the cluster does not answer
 * @throws Error where nothing has been covered yet, or no operator keeps snapshots
 */
export async function takeCheckpoint(
  input: CollectionInput,
  name: string,
  progress: (message: string) => void,
): Promise<Checkpoint> {
  const asked = input.operators.filter(({ snapshots }) => snapshots);
  if (asked.length === 0) {
    const names = input.operators.map((operator) => operator.name).join(", ");
    throw new Error(
      `Expected at least one operator of this session to keep snapshots, got none (${names}). See the settings \`snapshots\` and \`build\`; a run without is reported by destroy.`,
    );
  }
  const plan = await collectionPlan({ ...input, operators: asked });
  const containers = await runningContainers(input.kubeconfig);
  const before = await findPods(plan.live);
  const isAsked = ({ operator }: { operator: string }) => asked.some((known) => known.name === operator);
  progress(`Asking the processes of ${asked.map((operator) => operator.name).join(", ")} for a snapshot`);
  const answers = await requestSnapshots(before.pods.filter(isAsked), containers, patience);
  const gaps = [
    ...(plan.gaps ?? []),
    ...unansweredGaps(answers, patience),
    ...input.operators
      .filter(({ snapshots }) => !snapshots)
      .map((operator) => `${operator.name} keeps no snapshots: what it covers is known when it ends`),
  ];
  const found = await findPods(plan.live);
  const pods = found.pods.filter(isAsked);
  if (pods.length === 0)
    throw new Error("Expected at least one pod to have begun, got none. Wait for `up` to end and try again.");
  const paths = checkpointPaths(input, name);
  const running = (pod: KeptPod) => goingOn(pod, answers);
  const taken = { checkpoint: name, running };
  await makeRun({ ...plan, gaps }, { pods, strays: found.strays }, paths, progress, { taken });
  const summary = JSON.parse(await readFile(reportFiles(paths.run).summary, "utf8")) as Summary;
  return { folder: paths.run, summary };
}

/** Processes whose snapshot says all that can be said: they answered, or it is told already that they did not. */
function goingOn({ pod, written = {} }: KeptPod, answers: readonly PodAnswer[]): string[] {
  const answer = answers.find((one) => one.pod.pod === pod);
  if (!answer) return [];
  const silentSince = Math.min(...answer.silent.map(({ started }) => started));
  const silent = Object.keys(written).flatMap((file) => {
    const name = readName(file);
    const isSilent = name.kind === "snapshot" && Number(BigInt(name.nanos) / 1_000_000n) >= silentSince;
    return isSilent ? [`${name.pid}.${name.nanos}`] : [];
  });
  return [...new Set([...answer.answers.map(({ process }) => process), ...silent])];
}
