import { appendFile, readFile, realpath } from "node:fs/promises";
import * as path from "node:path";
import { showPercent } from "../report/percent";
import type { Summary } from "../report/summary";
import { combinedFiles } from "../runs/combine";
import { outputOf } from "../runs/runFolder";
import { ownOutput, reportFiles, sessionFolders } from "../state/folders";
import { ownProject } from "../state/project";
import { stateFolder } from "../state/stateFolder";
import { rawArtifact } from "./rawArtifact";
import { setOutputs, variable } from "./runner";
import { bounded } from "./stepSummary";

const project = ownProject();
const state = () => stateFolder(project.folder, process.env);

/** Shows on the workflow's summary page what a session covered, and tells the steps that follow where it is. */
async function main(): Promise<void> {
  const stack = variable("OPERATOR_COVERAGE_STACK");
  // A stack of this project's own publishes where its settings say.
  const own = process.env.OPERATOR_COVERAGE_OUTPUT === undefined;
  const output = own ? await outputOf(stack, project, ownOutput(state())) : variable("OPERATOR_COVERAGE_OUTPUT");
  const run = await publishedRun(output, stack);
  if (run === undefined) return publishNothing(stack);

  const files = reportFiles(run);
  const { percent, status } = JSON.parse(await readFile(files.summary, "utf8")) as Summary;
  const combined = await readFile(combinedFiles(run).markdown, "utf8").catch(() => "");
  await addToSummary(`${await readFile(files.markdown, "utf8")}\n${combined}`);
  console.log(`::notice title=Operator coverage::${showPercent(percent)} of statements (${status})`);
  await setOutputs({ percent: percent === null ? "" : String(percent), summary: files.markdown, run, artifact: run });
}

/** @returns the run's own folder, since an artifact takes what a link leads to for a second copy */
async function publishedRun(output: string, stack: string): Promise<string | undefined> {
  if (output === "" || stack === "") return undefined;
  return realpath(path.resolve(output, stack, "latest")).catch(() => undefined);
}

/** A runner is gone after its job, and with it what destroy would have kept for another attempt: it becomes the artifact. */
async function publishNothing(stack: string): Promise<void> {
  const { live } = sessionFolders(state(), stack);
  const artifact = await rawArtifact(live, variable("RUNNER_TEMP"));
  const kept = artifact !== undefined ? " The raw counters that arrived until then are in the artifact." : "";
  await addToSummary(`## Operator coverage: no report\n\nThe session published none; its log says why.${kept}\n`);
  await setOutputs({ percent: "", summary: "", run: "", artifact: artifact ?? "" });
}

async function addToSummary(text: string): Promise<void> {
  await appendFile(variable("GITHUB_STEP_SUMMARY"), bounded(text));
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
