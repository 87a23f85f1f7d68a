import { createHash } from "node:crypto";
import * as path from "node:path";
import { engineArchitecture } from "../cluster/engine";
import { type EngineCapacity, engineCapacity } from "../cluster/engineCapacity";
import { builtFolder, builtNames } from "../instrument/build";
import type { BuildPlan } from "../instrument/buildPlan";
import { environment } from "../instrument/runtime/contract";
import type { Manifest } from "../overlay/manifest";
import { type Change, profileOverlay } from "../overlay/profileOverlay";
import { ProgramError } from "../process/run";
import { announceRun } from "../run/announcedRun";
import { exists } from "../run/exists";
import { buildFolder, liveInNode, type SessionFolders, sessionFolders } from "../run/folders";
import { readRecord, type SessionRecord } from "../run/sessionRecord";
import { checkedStateFolder } from "../run/stateFolder";
import type { Settings } from "../settings";
import { allChecked, SettingsError } from "../settings/problems";
import { checkFormer } from "./checkFormer";
import { checkGoTools } from "./checkGoTools";
import { checkGrace } from "./checkGrace";
import { checkKept } from "./checkKept";
import { checkOutput } from "./checkOutput";
import { checkShared } from "./checkShared";
import { danglingSubjects } from "./danglingSubjects";
import { fitOperators } from "./fitOperators";
import { inspectCluster } from "./inspectCluster";
import { type InspectedOperator, inspectOperator } from "./inspectOperator";
import { type Capture, captureEnvironment } from "./planCapture";
import { type ImagePlan, planImages } from "./planImages";

/** A whole session as plain data, before anything of it is made. */
export interface Session {
  readonly record: SessionRecord;
  readonly folders: SessionFolders;
  /** the Pulumi stack, which names the session */
  readonly stack: string;
  /** absolute path; the run is published as OUTPUT/STACK/RUN */
  readonly output: string;
  readonly operators: readonly PreparedOperator[];
  /** what nodes are given of the engine's images besides the operators' own */
  readonly images?: ImagePlan;
}

export interface PreparedOperator {
  readonly name: string;
  readonly build: BuildPlan;
  readonly capture: Capture;
  /** the operator's objects, under the profile overlay */
  readonly objects: readonly Manifest[];
  /** those of them that run the operator */
  readonly workloads: readonly Manifest[];
  /** what the overlay changed */
  readonly changes: readonly Change[];
  /** what a reader of its numbers has to know, a sentence each */
  readonly notes: readonly string[];
}

/**
 * Checks settings against this machine and turns them into a session.
 * @param progress told what takes long
 * @param warn told what may go wrong, a sentence each
 * @throws SettingsError naming everything that is wrong
 */
export async function prepareSession(
  settings: Settings,
  progress: (message: string) => void,
  warn = progress,
): Promise<Session> {
  const { stack, project } = settings;
  const state = checkedStateFolder(project, process.env);
  const folders = sessionFolders(state, stack);
  const arch = await engineArchitecture().catch((error: unknown) => {
    if (!(error instanceof ProgramError)) throw error;
    throw new SettingsError([
      `Expected a Docker engine to answer, got: ${error.stderr.trim() || error.message}. Start one, or set DOCKER_HOST to one that runs.`,
    ]);
  });
  const record = await readRecord(folders.record);
  const name = settings.cluster.name ?? clusterName(stack, project);
  const nodeImage = settings.cluster.nodeImage ?? process.env.KIND_NODE_IMAGE;
  const ownConfig = settings.cluster.config && path.resolve(project, settings.cluster.config);
  const isBuilt = (plan: BuildPlan) => exists(path.join(builtFolder(folders.builds, plan), builtNames.plan));
  const names = settings.operators.map((operator) => operator.name);
  const [config, operators, output, capacity] = await allChecked<
    [string, InspectedOperator[], string, EngineCapacity | undefined, unknown, unknown, unknown]
  >([
    inspectCluster({ name, nodeImage }, ownConfig, record, folders),
    allChecked(
      settings.operators.map((operator, index) =>
        inspectOperator(operator, { path: `operators[${index}]`, project, arch, progress, isBuilt }),
      ),
    ),
    checkOutput(settings, state),
    engineCapacity(),
    checkFormer(project, stack),
    checkKept(record, folders.live, names),
    checkGoTools(),
  ]);
  const session = record ?? { run: await announceRun(folders.announced, Date.now()), cluster: name, nodeImage, config };
  const namespaces = operators.flatMap(({ profiled }) => profiled.map(({ workload }) => workload.metadata.namespace));
  const overlaying = operators.map((operator) => overlaid(operator, session.run, namespaces));
  const requests = settings.operators.map(({ requests }) => requests);
  const fitted = capacity ? fitOperators(overlaying, requests, config, capacity, warn) : overlaying;
  // Nodes that are there already may have what nobody else has any more.
  const { operators: prepared, plan: images } = await planImages(fitted, settings.cluster.images ?? [], !record, warn);
  for (const [index, { notes }] of prepared.entries())
    for (const note of notes.slice(overlaying[index]!.notes.length)) progress(`operators[${index}]: ${note}`);
  const placed = operators.map(({ objects }, index) => ({ at: `operators[${index}]`, objects }));
  for (const sentence of danglingSubjects(placed)) warn(sentence);
  const workloads = prepared.flatMap(({ workloads }) => workloads);
  await allChecked([
    (async () => checkShared(prepared))(),
    (async () => checkGrace(workloads, settings.timeouts.stop))(),
  ]);
  return {
    record: session,
    folders,
    stack,
    output,
    operators: prepared,
    images,
  };
}

function overlaid(
  { name, build, capture, objects, profiled, notes }: InspectedOperator,
  run: string,
  namespaces: readonly (string | undefined)[],
): PreparedOperator {
  const folder = buildFolder(liveInNode, run, name, build.id);
  const containerVariable = capture.snapshots ? environment.container : undefined;
  const plan = { image: build.image, folder, namespaces, env: captureEnvironment(capture), containerVariable };
  return { name, build, capture, notes, ...profileOverlay(objects, profiled, plan) };
}

/** A cluster's name where the user gives none: two checkouts of one project must not meet. */
function clusterName(stack: string, project: string): string {
  const readable = stack
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 24)
    .replace(/^-|-$/g, "");
  return `coverage-${readable}-${createHash("sha256").update(`${project}\0${stack}`).digest("hex").slice(0, 6)}`;
}
