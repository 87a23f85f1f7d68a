import * as path from "node:path";
import { Phrase, problem } from "../settings/problems";
import type { Raw } from "../settings/schema";
import { findManifests } from "./findManifests";
import { findWorkload } from "./findWorkload";
import { type FoundModule, inspectModule, operatorMains } from "./goModule";
import { findLandmarks, isBelow, type Landmarks } from "./landmarks";
import { inSettings, NotDiscovered } from "./notDiscovered";
import { operatorName } from "./operatorName";
import { type Project, readProject } from "./project";

/** The settings that a repository needs none for. */
export interface Discovered {
  /** plain data in the shape that people write; paths are relative to the folder */
  readonly settings: Raw;
  /** a line for each thing that was found: module, main package, manifests, workload */
  readonly found: readonly string[];
}

/** What was found of an operator, in a form for people, too; and what was not, a sentence each. */
interface Finding<T> {
  readonly value?: T;
  readonly found: readonly string[];
  readonly problems: readonly string[];
}

/**
 * Finds out how the operator of a folder is built and deployed: in the layouts of kubebuilder, operator-sdk and plain controller-runtime repositories.
 * Nothing is guessed: what is not there or is there twice is an error that lists the choices.
 * @param folder path of the folder, the operator's Go module
 * @throws NotDiscovered, a SettingsError, naming all that could not be found, and what could
 */
export async function discover(folder: string): Promise<Discovered> {
  const top = path.resolve(folder);
  const [landmarks, project] = await Promise.all([findLandmarks(top), readProject(top)]);
  const layout = project && "layout" in project ? project : undefined;
  const module = await findModule(top, landmarks, layout);
  // Where other folders are the operators', the manifests are theirs, too.
  const isOperator = landmarks.modules.includes(".") || project !== undefined;
  const deployment = isOperator ? await findDeployment(top, landmarks, layout !== undefined) : nothing;
  const main = module.value ? findMain(top, module.value) : nothing;
  const findings = [module, main, deployment];
  const problems = [
    ...(project && "problem" in project ? [project.problem] : []),
    ...findings.flatMap(({ problems }) => problems),
  ];
  const operator = {
    name: operatorName(layout?.name ?? module.value?.path ?? path.basename(top)),
    source: ".",
    ...(main.value && { main: main.value }),
    ...deployment.value,
  };
  const { manifests } = operator;
  if (problems.length > 0 || !manifests) throw new NotDiscovered(problems, operator);
  return { settings: { operators: [{ ...operator, manifests }] }, found: findings.flatMap(({ found }) => found) };
}

const nothing: Finding<never> = { found: [], problems: [] };

async function findModule(
  top: string,
  { modules, projects }: Landmarks,
  layout: Project | undefined,
): Promise<Finding<FoundModule>> {
  if (modules.includes(".")) {
    const module = await inspectModule(top);
    if ("problem" in module) return { found: [], problems: [module.problem] };
    return {
      value: module,
      found: [`module: ${module.path}${layout ? ` (PROJECT: ${layout.layout})` : ""}`],
      problems: [],
    };
  }
  // Those that are surely operators' come first.
  const isProject = (module: string) => projects.includes(module);
  const choices = [
    ...modules.filter(isProject).map((module) => `${module} (with a PROJECT file)`),
    ...modules.filter((module) => !isProject(module)),
  ];
  const lacks = `${top}, which has ${layout ? "a PROJECT file and " : ""}no go.mod`;
  const got = choices.length > 0 ? `${lacks}; Go modules below it are ${choices.join(", ")}` : lacks;
  const advice =
    choices.length > 0
      ? `Run this in the operator's folder; or ${inSettings("source")}`
      : "Run this in the folder of the operator's Go module.";
  return {
    found: [],
    problems: [problem("operators[0].source", "a Go module, a folder with go.mod", new Phrase(got), advice)],
  };
}

function findMain(top: string, module: FoundModule): Finding<string> {
  const mains = operatorMains(module);
  const [only] = mains;
  if (only !== undefined && mains.length === 1) return { value: only, found: [`main package: ${only}`], problems: [] };
  const others = module.mains.length > 0 ? `; main packages elsewhere are ${module.mains.join(", ")}` : "";
  const got = new Phrase(only === undefined ? `none in ${top}${others}` : mains.join(", "));
  const advice = `${only === undefined ? "If it lies elsewhere" : "To choose one"}, ${inSettings("main")}`;
  const expected = "the only Go main package at the top or below cmd";
  return { found: [], problems: [problem("operators[0].main", expected, got, advice)] };
}

type Deployment = Pick<Raw["operators"][number], "manifests" | "image">;

async function findDeployment(top: string, landmarks: Landmarks, laidOut: boolean): Promise<Finding<Deployment>> {
  // What lies in another module is not this one's.
  const others = landmarks.modules.filter((module) => module !== ".");
  const isOwn = (file: string) => !others.some((module) => isBelow(file, module));
  const own = { ...landmarks, kustomizations: landmarks.kustomizations.filter(isOwn) };
  const { candidates, choices } = await findManifests(top, own, laidOut);
  const [only] = candidates;
  const refused = (expected: string, got: string, advice: string) => ({
    found: [],
    problems: [problem("operators[0].manifests", expected, new Phrase(got), `${advice}, ${inSettings("manifests")}`)],
  });
  if (only === undefined) {
    const expected = laidOut
      ? "the kustomization config/default, as kubebuilder lays it out"
      : "a kustomization such as config/default, or YAML files in deploy or manifests, that deploy a workload";
    const got = `none in ${top}${choices.length > 0 ? `; there are ${choices.join(", ")}` : ""}`;
    return refused(expected, got, "If they lie elsewhere");
  }
  if (candidates.length > 1)
    return refused("the only ones", candidates.map(({ words }) => words).join(", "), "To choose one");
  const workload = await findWorkload(top, only);
  const found = [`manifests: ${only.words}`];
  if ("problem" in workload) return { value: { manifests: only.manifests }, found, problems: [workload.problem] };
  const image = workload.image === undefined ? {} : { image: workload.image };
  return {
    value: { manifests: only.manifests, ...image },
    found: [...found, `workload: ${workload.words}`],
    problems: [],
  };
}
