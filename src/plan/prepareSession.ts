import { createHash } from "node:crypto";
import * as path from "node:path";
import { engineArchitecture } from "../cluster/engine/engine";
import { type EngineCapacity, engineCapacity } from "../cluster/engine/engineCapacity";
import { environment } from "../contract/runtime";
import { builtFolder, builtNames } from "../instrument/build";
import type { BuildPlan } from "../instrument/buildPlan";
import type { CertificatePlan } from "../overlay/certificates/plan";
import type { Manifest } from "../overlay/manifests/manifest";
import { type Change, profileOverlay } from "../overlay/profileOverlay";
import { allChecked, SettingsError } from "../settings/problems";
import type { Settings } from "../settings/readSettings";
import { announceRun } from "../state/announcedRun";
import { buildFolder, liveInNode, type SessionFolders, sessionFolders } from "../state/folders";
import { readRecord, type SessionRecord } from "../state/sessionRecord";
import { checkedStateFolder, makeStateFolder } from "../state/stateFolder";
import { exists } from "../system/files/exists";
import { ProgramError } from "../system/process/run";
import { checkFormer } from "./machine/checkFormer";
import { checkGoTools } from "./machine/checkGoTools";
import { checkKept } from "./machine/checkKept";
import { checkOutput } from "./machine/checkOutput";
import { inspectCluster } from "./machine/inspectCluster";
import { checkGrace } from "./objects/checkGrace";
import { checkShared } from "./objects/checkShared";
import { danglingSubjects } from "./objects/danglingSubjects";
import { fitOperators } from "./objects/fitOperators";
import { type Deployed, inspectDeployed } from "./objects/inspectDeployed";
import { type ImagePlan, type Imaging, planImages } from "./objects/planImages";
import { planOperatorCertificates } from "./objects/planOperatorCertificates";
import { type InspectedOperator, inspectOperator } from "./operator/inspectOperator";
import { type Capture, captureEnvironment } from "./operator/planCapture";

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
  readonly deployed: Deployed;
}

export interface PreparedOperator {
  readonly name: string;
  readonly build: BuildPlan;
  readonly capture: Capture;
  /** the operator's objects, under the profile overlay */
  readonly objects: readonly Manifest[];
  /** those of them that run the operator */
  readonly workloads: readonly Manifest[];
  /** what stands for cert-manager */
  readonly certificates: Omit<CertificatePlan, "objects" | "changes" | "notes">;
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
  const { stack, project, program } = settings;
  const state = checkedStateFolder({ folder: project, program }, process.env);
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
  const deploying = inspectDeployed(settings, progress);
  const refused = deploying.then(
    () => false,
    () => true,
  );
  // Nothing needs to be compiled either where nothing will be deployed.
  const isBuilt = async (plan: BuildPlan) =>
    (await refused) || exists(path.join(builtFolder(folders.builds, plan), builtNames.plan));
  const names = settings.operators.map((operator) => operator.name);
  const [config, operators, output, capacity, deployed] = await allChecked<
    [string, InspectedOperator[], string, EngineCapacity | undefined, Deployed, unknown, unknown, unknown]
  >([
    inspectCluster({ name, nodeImage }, ownConfig, record, folders),
    allChecked(
      settings.operators.map((operator, index) =>
        inspectOperator(operator, { path: `operators[${index}]`, project, arch, progress, isBuilt }),
      ),
    ),
    checkOutput(settings, state),
    engineCapacity(),
    deploying,
    checkFormer(project, stack),
    checkKept(record, folders.live, names),
    checkGoTools(),
  ]);
  // Whoever calls the Pulumi CLI by himself has none yet.
  makeStateFolder({ folder: project, program }, process.env);
  const session = record ?? { run: await announceRun(folders.announced, Date.now()), cluster: name, nodeImage, config };
  const namespaces = operators.flatMap(({ profiled }) => profiled.map(({ workload }) => workload.metadata.namespace));
  const certificates = planOperatorCertificates(operators, deployed.prerequisites);
  const overlaying = operators.map((operator, index) =>
    overlaid(operator, certificates[index]!, session.run, namespaces),
  );
  for (const [index, { notes }] of certificates.entries())
    for (const note of notes) progress(`operators[${index}]: ${note}`);
  const requests = settings.operators.map(({ requests }) => requests);
  const fitted = capacity ? fitOperators(overlaying, requests, config, capacity, warn) : overlaying;
  // Nodes that are there already may have what nobody else has any more.
  const required = deployed.prerequisites.map(({ objects }) => imagesOnly(objects));
  const imaging = await planImages<Imaging>([...fitted, ...required], settings.cluster.images ?? [], !record, warn);
  const { operators: imaged, plan: images } = imaging;
  const prepared = imaged.slice(0, fitted.length) as PreparedOperator[];
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
    deployed,
  };
}

function overlaid(
  { name, build, capture, profiled, notes }: InspectedOperator,
  { objects, changes, notes: ofCertificates, ...certificates }: CertificatePlan,
  run: string,
  namespaces: readonly (string | undefined)[],
): PreparedOperator {
  const folder = buildFolder(liveInNode, run, name, build.id);
  const containerVariable = capture.snapshots ? environment.container : undefined;
  const plan = { image: build.image, folder, namespaces, env: captureEnvironment(capture), containerVariable };
  const made = profileOverlay(objects, profiled, plan);
  return {
    ...made,
    name,
    build,
    capture,
    certificates,
    notes: [...notes, ...ofCertificates],
    changes: [...made.changes, ...changes],
  };
}

/** Prerequisites are applied as they are; only their images are loaded. */
function imagesOnly(objects: readonly Manifest[]): Imaging {
  return { name: "prerequisites", build: { image: "" }, objects, workloads: [], changes: [] };
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
