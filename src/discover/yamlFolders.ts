import { readFile } from "node:fs/promises";
import * as path from "node:path";
import { glob } from "tinyglobby";
import type { Manifest } from "../overlay/manifests/manifest";
import { parseManifests } from "../overlay/manifests/parseManifests";
import { isWorkload } from "../overlay/podTemplate";

/** Folders that hold an operator's manifests where no kustomization does. */
const places = ["deploy", "manifests"];

/** A folder of plain manifests. */
export interface YamlFolder {
  readonly folder: string;
  /** its files, or the pattern that means them all, behind those of custom resource definitions */
  readonly yaml: string[];
}

/**
 * Looks for plain manifests: the files of a folder that deploy a workload, and those with nothing but custom resource definitions that lie in other folders
 * of the same place.
 * @param top absolute path of the operator's source
 */
export async function yamlFolders(top: string): Promise<readonly YamlFolder[]> {
  const found: YamlFolder[] = [];
  for (const place of places) {
    const files = (await glob(`${place}/**/*.{yaml,yml}`, { cwd: top, deep: 4, followSymbolicLinks: false })).sort();
    const read = await Promise.all(files.map(async (file) => ({ file, objects: await objectsIn(top, file) })));
    const folders = [...new Set(files.map(path.posix.dirname))];
    const inFolder = (folder: string) => read.filter(({ file }) => path.posix.dirname(file) === folder);
    const deploying = folders.filter((folder) => inFolder(folder).some(({ objects }) => objects?.some(isWorkload)));
    const definitions = folders
      .filter((folder) => !deploying.includes(folder))
      .flatMap((folder) => patterns(inFolder(folder), areDefinitions));
    for (const folder of deploying)
      found.push({ folder, yaml: [...definitions, ...patterns(inFolder(folder), areObjects)] });
  }
  return found;
}

interface Read {
  readonly file: string;
  /** undefined where the file is not one of Kubernetes objects */
  readonly objects?: readonly Manifest[];
}

const areObjects = ({ objects }: Read) => objects !== undefined && objects.length > 0;
const areDefinitions = ({ objects = [] }: Read) =>
  objects.length > 0 && objects.every(({ kind }) => kind === "CustomResourceDefinition");

/** One pattern where it means exactly the wanted files of a folder, else their names. */
function patterns(folder: readonly Read[], wanted: (one: Read) => boolean): string[] {
  const files = folder.filter(wanted).map(({ file }) => file);
  const [first] = files;
  if (first === undefined) return [];
  const whole = files.length === folder.length && files.every((file) => file.endsWith(".yaml")) && files.length > 1;
  return whole ? [path.posix.join(path.posix.dirname(first), "*.yaml")] : files;
}

async function objectsIn(top: string, file: string): Promise<Manifest[] | undefined> {
  try {
    return parseManifests(await readFile(path.join(top, file), "utf8"), file);
  } catch {
    return undefined;
  }
}
