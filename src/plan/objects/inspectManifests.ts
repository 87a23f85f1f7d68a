import { stat } from "node:fs/promises";
import * as path from "node:path";
import { type Manifest, nameOf } from "../../overlay/manifests/manifest";
import { ManifestError } from "../../overlay/manifests/parseManifests";
import { placeObjects } from "../../overlay/manifests/placeObjects";
import { readManifests } from "../../overlay/manifests/readManifests";
import { MissingVariables } from "../../overlay/manifests/variables";
import { type ProfiledContainer, selectContainers } from "../../overlay/selectContainers";
import { mistake, Phrase, problem, SettingsError } from "../../settings/problems";
import type { OperatorConfiguration, WorkloadConfiguration } from "../../settings/schema";
import { ProgramError, type RunOptions } from "../../system/process/run";

/** A container that the settings ask for. */
export interface WantedWorkload {
  readonly workload: WorkloadConfiguration;
  /** the main package of its program */
  readonly main: string;
  /** where the settings say so, for messages: `operators[0].workload` */
  readonly at: string;
}

/** The container that was found for it. */
export interface WantedContainer extends ProfiledContainer {
  readonly main: string;
  /** the program's absolute path in the image, where the settings give it */
  readonly program?: string;
  readonly at: string;
}

/**
 * Reads an operator's manifests and finds the containers that run it.
 * @param source absolute path of the operator's source
 * @param at where the operator stands in the settings
 * @param placing where objects go that name no namespace, and the values of their variables, if the settings say so
 * @throws SettingsError naming everything that is wrong
 */
export async function inspectManifests(
  manifests: OperatorConfiguration["manifests"],
  wanted: readonly WantedWorkload[],
  source: string,
  at: string,
  placing: Placing = {},
): Promise<{ objects: Manifest[]; containers: WantedContainer[] }> {
  const where = `${at}.manifests.${"kustomize" in manifests ? "kustomize" : "yaml"}`;
  const objects = await readObjects(manifests, source, where, { ...placing, variablesAt: `${at}.variables` });
  const selected = wanted.map(({ workload, main, at }) => ({
    found: selectContainers(objects, workload, at),
    main,
    program: workload.program,
    at,
  }));
  const problems = selected.flatMap(({ found }) => ("problem" in found ? [found.problem] : []));
  const containers = selected.flatMap(({ found, ...rest }) =>
    "problem" in found ? [] : found.map((one) => ({ ...one, ...rest })),
  );
  problems.push(...namedTwice(containers));
  if (problems.length > 0) throw new SettingsError(problems);
  return { objects, containers };
}

/** One container runs one program: two entries of a list must not mean the same. */
function namedTwice(containers: readonly WantedContainer[]): string[] {
  return containers.flatMap((one, index) => {
    const before = containers
      .slice(0, index)
      .find(({ workload, container }) => workload === one.workload && container === one.container);
    if (!before) return [];
    const got = new Phrase(`container ${one.container} of ${nameOf(one.workload)}, which ${before.at} means too`);
    return [problem(one.at, "containers of its own", got, "Narrow it down by `kind`, `name` and `container`.")];
  });
}

/** What the settings say of all objects. */
export interface Placing {
  readonly namespace?: string;
  readonly variables?: Readonly<Record<string, string>>;
  /** how kubectl is run */
  readonly asking?: Pick<RunOptions, "env" | "timeout">;
}

/**
 * Reads manifests, in the settings' words where they can't be read.
 * @param at where the settings name them
 * @throws SettingsError
 */
export async function readObjects(
  manifests: OperatorConfiguration["manifests"],
  source: string,
  at: string,
  { namespace, variables, variablesAt, asking }: Placing & { readonly variablesAt: string },
): Promise<Manifest[]> {
  if ("kustomize" in manifests) {
    const folder = path.resolve(source, manifests.kustomize);
    if (!(await isFolder(folder)))
      throw mistake(
        at,
        "a folder with a kustomization",
        new Phrase(`${folder}, which is no folder`),
        "Relative paths start from the operator's source.",
      );
  }
  try {
    const objects = await readManifests(manifests, source, variables, asking);
    return namespace === undefined ? objects : placeObjects(objects, namespace);
  } catch (error) {
    if (error instanceof MissingVariables) throw new SettingsError(withoutValues(error, variablesAt));
    if (error instanceof ManifestError) throw mistake(at, "manifests that can be read", new Phrase(error.message));
    if (error instanceof ProgramError)
      throw mistake(at, "a kustomization that builds", new Phrase(error.stderr.trim() || error.message));
    throw error;
  }
}

/** A sentence for each variable, and for the first of the places where it stands. */
function withoutValues({ missing }: MissingVariables, at: string): string[] {
  return [...new Set(missing.map(({ name }) => name))].map((name) => {
    const places = missing.filter((one) => one.name === name).map((one) => one.at);
    const more = places.length > 1 ? ` and ${places.length - 1} more places` : "";
    const got = new Phrase(`none for $\{${name}} in ${places[0]}${more}`);
    const wayOut = `Add it, or "$\{${name}}" as its value where that text is to stay as it is.`;
    return problem(`${at}.${name}`, "a value where a variable has no default", got, wayOut);
  });
}

/** Whether a folder stands at a path. */
export async function isFolder(folder: string): Promise<boolean> {
  return stat(folder).then(
    (s) => s.isDirectory(),
    () => false,
  );
}
