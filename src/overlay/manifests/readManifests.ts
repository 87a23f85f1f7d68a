import { readFile } from "node:fs/promises";
import * as path from "node:path";
import { glob } from "tinyglobby";
import type { OperatorConfiguration } from "../../settings/schema";
import { type RunOptions, run } from "../../system/process/run";
import { identityOf } from "./identity";
import { type Manifest, nameOf } from "./manifest";
import { ManifestError, parseManifests } from "./parseManifests";
import { Variables } from "./variables";

/**
 * Reads an operator's own manifests: what its kustomization builds, or its YAML files in the order given.
 * @param source absolute path of the folder that relative paths start from
 * @param variables values that are put into them, see `substitute`; without any, they are taken as they are
 * @param asking how kubectl is run
 * @throws ManifestError where a file is missing or does not parse, and where two objects have one name; MissingVariables; ProgramError with kustomize's words
 */
export async function readManifests(
  manifests: OperatorConfiguration["manifests"],
  source: string,
  variables?: Readonly<Record<string, string>>,
  asking?: Pick<RunOptions, "env" | "timeout">,
): Promise<Manifest[]> {
  const values = variables && new Variables(variables);
  const objects =
    "kustomize" in manifests
      ? await kustomized(path.resolve(source, manifests.kustomize), values, asking)
      : await fromFiles(manifests.yaml, source, values);
  values?.check();
  const seen = new Set<string>();
  for (const object of objects) {
    const id = identityOf(object);
    if (seen.has(id)) throw new ManifestError(`${nameOf(object)} stands twice in the manifests`);
    seen.add(id);
  }
  return objects;
}

async function kustomized(
  folder: string,
  variables?: Variables,
  asking?: Pick<RunOptions, "env" | "timeout">,
): Promise<Manifest[]> {
  return parseManifests(await run("kubectl", ["kustomize", folder], asking), `kubectl kustomize ${folder}`, variables);
}

async function fromFiles(patterns: readonly string[], source: string, variables?: Variables): Promise<Manifest[]> {
  const files = await Promise.all(patterns.map((pattern) => expand(pattern, source)));
  const texts = await Promise.all(
    [...new Set(files.flat())].map(async (file) => parseManifests(await readFile(file, "utf8"), file, variables)),
  );
  return texts.flat();
}

async function expand(pattern: string, source: string): Promise<string[]> {
  const literal = path.resolve(source, pattern);
  // A name is taken as it is first: a file may well be called "a[1].yaml".
  if (
    await readFile(literal).then(
      () => true,
      () => false,
    )
  )
    return [literal];
  const found = await glob(pattern, { cwd: source, absolute: true, onlyFiles: true });
  if (found.length === 0) throw new ManifestError(`${pattern} matches no file in ${source}`);
  return found.sort();
}
