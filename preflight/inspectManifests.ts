import { stat } from "node:fs/promises";
import * as path from "node:path";
import { type Manifest, nameOf } from "../overlay/manifest";
import { ManifestError } from "../overlay/parseManifests";
import { placeObjects } from "../overlay/placeObjects";
import { readManifests } from "../overlay/readManifests";
import { type ProfiledContainer, selectContainers } from "../overlay/selectContainers";
import { ProgramError } from "../process/run";
import { mistake, Phrase, problem, SettingsError } from "../settings/problems";
import type { OperatorConfiguration, WorkloadConfiguration } from "../settings/schema";

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
 * @param namespace where objects go that name none, if the settings say so
 * @throws SettingsError naming everything that is wrong
 */
export async function inspectManifests(
  manifests: OperatorConfiguration["manifests"],
  wanted: readonly WantedWorkload[],
  source: string,
  at: string,
  namespace?: string,
): Promise<{ objects: Manifest[]; containers: WantedContainer[] }> {
  const where = `${at}.manifests.${"kustomize" in manifests ? "kustomize" : "yaml"}`;
  const objects = await read(manifests, source, where, namespace);
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

async function read(
  manifests: OperatorConfiguration["manifests"],
  source: string,
  at: string,
  namespace: string | undefined,
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
    const objects = await readManifests(manifests, source);
    return namespace === undefined ? objects : placeObjects(objects, namespace);
  } catch (error) {
    if (error instanceof ManifestError) throw mistake(at, "manifests that can be read", new Phrase(error.message));
    if (error instanceof ProgramError)
      throw mistake(at, "a kustomization that builds", new Phrase(error.stderr.trim() || error.message));
    throw error;
  }
}

/** Whether a folder stands at a path. */
export async function isFolder(folder: string): Promise<boolean> {
  return stat(folder).then(
    (s) => s.isDirectory(),
    () => false,
  );
}
