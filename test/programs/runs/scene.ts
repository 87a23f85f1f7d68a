import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type { BuildRecord, CollectionPlan } from "../../../src/runs/record/plan";
import type { GoProgram } from "./goProgram";

export const BUILD = "0123456789ab";
export const NEXT_BUILD = "ba9876543210";

/** The folders of one collection, below a folder whose name is a trial for every tool. */
export interface Scene {
  readonly root: string;
  readonly plan: CollectionPlan;
  /** OUTPUT/STACK */
  readonly published: string;
  /** the folder of a pod in `live`, which need not be there */
  pod(operator: string, build: string, pod: string): string;
  remove(): Promise<void>;
}

/** Makes a plan for operators with their builds, oldest first. Their build ids are BUILD and NEXT_BUILD. */
export async function newScene(
  operators: Record<string, readonly GoProgram[]>,
  mode: BuildRecord["mode"] = "atomic",
): Promise<Scene> {
  const root = await mkdtemp(path.join(tmpdir(), `oc, a"b'c$(touch pwned);\n<b>&-`));
  const live = path.join(root, "live");
  const plan: CollectionPlan = {
    stack: "dev",
    run: "20261120T210355Z-1a2b3c",
    live,
    output: path.join(root, "output"),
    operators: Object.entries(operators).map(([name, programs]) => ({
      name,
      builds: programs.map(({ sources }, index) => ({
        id: [BUILD, NEXT_BUILD][index]!,
        mode,
        module: "example.com/shop",
        go: "go1.26.8",
        sources,
        image: `${name}-profile:${[BUILD, NEXT_BUILD][index]}`,
      })),
    })),
  };
  return {
    root,
    plan,
    published: path.join(plan.output, plan.stack),
    pod: (operator, build, pod) => path.join(live, operator, build, pod),
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

/** The name of the one file in a folder that begins so. */
export async function fileIn(folder: string, prefix: string): Promise<string> {
  const files = (await readdir(folder)).filter((file) => file.startsWith(prefix));
  if (files.length !== 1) throw new Error(`Expected one file ${prefix}* in ${folder}, got ${files.join(", ")}`);
  return files[0]!;
}

/** Every file below a folder, relative to it, sorted. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((e) => !e.isDirectory())
    .map((e) => path.relative(folder, path.join(e.parentPath, e.name)))
    .sort();
}

export const silent = () => {};
