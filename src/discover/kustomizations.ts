import { readFile } from "node:fs/promises";
import * as path from "node:path";
import { parse } from "yaml";
import { parseManifests } from "../overlay/manifests/parseManifests";
import { isWorkload } from "../overlay/podTemplate";
import { isBelow } from "./landmarks";

/** A kustomization as its file has it: nothing is built. */
export interface Kustomization {
  /** relative path of its folder */
  readonly folder: string;
  /** files and folders of this machine that it is made of, relative to the same folder as its own */
  readonly madeOf: readonly string[];
  /** whether it is a part of others alone */
  readonly isComponent: boolean;
  /** the images that it puts in others' place, by the name that they had */
  readonly images: readonly (readonly [string, string])[];
}

/**
 * Reads kustomizations' files.
 * @param top absolute path of the folder that paths are relative to
 * @returns those that are YAML: of the others kustomize tells, if they are built
 */
export async function readKustomizations(top: string, files: readonly string[]): Promise<Kustomization[]> {
  return (await Promise.all(files.map((file) => readOne(top, file)))).filter((one) => one !== undefined);
}

async function readOne(top: string, file: string): Promise<Kustomization | undefined> {
  let value: unknown;
  try {
    value = parse(await readFile(path.join(top, file), "utf8"));
  } catch {
    value = undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { kind, resources, bases, components, images } = value as Record<string, unknown>;
  const folder = path.posix.dirname(file);
  return {
    folder,
    madeOf: [resources, bases, components].flatMap(texts).map((one) => path.posix.join(folder, one)),
    isComponent: kind === "Component",
    images: list(images).flatMap((image) => replacement(image as Partial<ImageEntry> | null)),
  };
}

/** An entry of `images`; YAML takes a tag such as 1.0 for a number. */
interface ImageEntry {
  readonly name: string;
  readonly newName: string;
  readonly newTag: string | number;
  readonly digest: string;
}

function replacement(entry: Partial<ImageEntry> | null): [string, string][] {
  const { name, newName, newTag, digest } = entry ?? {};
  if (typeof name !== "string") return [];
  const tag = digest !== undefined ? `@${digest}` : newTag !== undefined ? `:${newTag}` : "";
  return [[name, `${newName ?? name}${tag}`]];
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const texts = (value: unknown): string[] => list(value).filter((one) => typeof one === "string");

/** All that a kustomization is made of, itself first. */
export function partsOf(one: Kustomization, all: readonly Kustomization[]): readonly Kustomization[] {
  const parts = [one];
  for (const part of parts)
    parts.push(...all.filter(({ folder }) => part.madeOf.includes(folder)).filter((next) => !parts.includes(next)));
  return parts;
}

/**
 * The kustomizations that deploy a workload and that no other such one is made of: overlays that people apply. A `config/default` is the one of its `config` folder
 * that is applied, in the layout of kubebuilder.
 * @param top absolute path of the folder that paths are relative to
 */
export async function appliedKustomizations(top: string, all: readonly Kustomization[]): Promise<Kustomization[]> {
  const deploying: Kustomization[] = [];
  for (const one of all) {
    const files = partsOf(one, all).flatMap(({ madeOf }) => madeOf.filter((file) => /\.ya?ml$/.test(file)));
    const deploys = (await Promise.all(files.map((file) => hasWorkload(path.join(top, file))))).includes(true);
    if (deploys && !one.isComponent) deploying.push(one);
  }
  const defaults = deploying.filter(({ folder }) => /(^|\/)config\/default$/.test(folder));
  const configs = defaults.map(({ folder }) => path.posix.dirname(folder));
  const applied = deploying.filter(
    (one) => !deploying.some((other) => other !== one && partsOf(other, all).includes(one)),
  );
  return [...defaults, ...applied.filter(({ folder }) => !configs.some((config) => isBelow(folder, config)))];
}

/** Whether a file is one of Kubernetes objects, a workload among them. */
async function hasWorkload(file: string): Promise<boolean> {
  try {
    return parseManifests(await readFile(file, "utf8"), file).some(isWorkload);
  } catch {
    return false;
  }
}
