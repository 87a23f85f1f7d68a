import * as os from "node:os";
import { turnFile } from "../state/folders";
import { endChildren } from "../system/process/children";
import { takeTurn } from "../system/process/takeTurn";
import type { StepInputs } from "./inputs";

type Progress = (message: string) => void;
type Steps = {
  readonly [Name in keyof StepInputs]: (input: StepInputs[Name], progress: Progress) => Promise<unknown>;
};

/** Seconds. */
const networkPatience = 30;

/** Each step is loaded when it is called: a session runs many of them, each in a process of its own. */
const steps: Steps = {
  "session open": async (input) => (await import("./openSession.js")).openSession(input),
  "session close": async (input, progress) => {
    await takeTurn(turnFile(input.folders.live), progress);
    return (await import("./closeSession.js")).closeSession(input, progress);
  },
  "cluster create": async ({ record, folders }, progress) => {
    await takeTurn(turnFile(folders.live), progress);
    return (await import("../cluster/kind/createCluster.js")).createCluster(record, folders, progress);
  },
  "image build": async ({ plan, builds }, progress) =>
    JSON.stringify(await (await import("../instrument/build.js")).build(plan, builds, progress)),
  "image load": async (input) => (await import("./loadCheckedImage.js")).loadCheckedImage(input),
  "images load": async (input, progress) => (await import("./loadImages.js")).loadImages(input, progress),
  "collection prepare": async (input, progress) => {
    await (await import("./prepareFolders.js")).prepareFolders(input);
    // Workloads wait for this, and it waits while images are loaded.
    await (await import("../cluster/api/awaitNetwork.js")).awaitNetwork(input.kubeconfig, networkPatience, progress);
  },
  "collection collect": async (input, progress) => {
    await takeTurn(turnFile(input.live), progress);
    return (await import("./collectRun.js")).collectRun(input, progress);
  },
  "prerequisite apply": async (input, progress) =>
    (await import("./applyPrerequisite.js")).applyPrerequisite(input, progress),
  "certificates issue": async (input, progress) =>
    JSON.stringify(await (await import("./issueCertificates.js")).issueCertificates(input, progress)),
  "last snapshot": async (input, progress) => (await import("./lastSnapshot.js")).lastSnapshot(input, progress),
  "arrival check": async (input) => (await import("./checkArrival.js")).checkArrival(input),
};

/**
 * Runs the step named on the command line with the input that the environment holds in JSON. Its result goes to standard output, what it
 * does to standard error.
 */
async function main([name]: string[]): Promise<void> {
  const step = steps[name as keyof Steps] as Steps[keyof Steps] | undefined;
  if (!step) throw new Error(`Expected a step (${Object.keys(steps).join(", ")}), got ${JSON.stringify(name)}`);
  const input = process.env.OPERATOR_COVERAGE_INPUT;
  if (!input) throw new Error("Expected OPERATOR_COVERAGE_INPUT to hold the step's input in JSON, got nothing");
  // Files that go into images must be readable by users other than this one.
  process.umask(0o022);
  const result = await step(JSON.parse(input) as never, (message) => console.error(message));
  if (typeof result === "string") console.log(result);
}

// Whoever ends a step ends what it called.
for (const signal of ["SIGINT", "SIGHUP", "SIGTERM"] as const)
  process.once(signal, () => void endChildren(signal).then(() => process.exit(128 + os.constants.signals[signal])));

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
