import { readFile, writeFile } from "node:fs/promises";
import * as path from "node:path";
import * as z from "zod";
import type { KeptPod } from "../arrival/keepRaw";
import { buildShape, operatorName, problemsOf, runShape } from "./checkPlan";
import type { CollectionPlan, PlannedOperator } from "./plan";

/** What a published run is made of, as run.json says it: all paths are relative to the run's folder, so that it can be moved. */
export interface RunRecord extends Pick<CollectionPlan, "stack" | "run" | "gaps"> {
  readonly schema: 1;
  /** set where this is not the run itself but what there was of it while it went on */
  readonly checkpoint?: string;
  readonly operators: readonly PlannedOperator[];
  readonly pods: readonly KeptPod[];
  /** what lay among the pods' folders and was left out */
  readonly strays: readonly string[];
}

/** A path that stays in the run's folder, whoever wrote run.json. */
const inside = z
  .string()
  .refine(
    (value) => value.split("/").every((part) => part !== "" && part !== "." && part !== ".."),
    "a relative path inside the run's folder",
  );

const shape = z.object({
  schema: z.literal(1, "1"),
  ...runShape,
  checkpoint: z.string().optional(),
  operators: z.array(
    z.object({
      name: operatorName,
      builds: z.array(z.object({ ...buildShape, sources: inside })),
      notes: z.array(z.string()).optional(),
    }),
  ),
  pods: z.array(
    z.object({
      operator: z.string(),
      build: z.string(),
      pod: z.string(),
      raw: inside,
      refused: z.array(z.object({ file: z.string(), reason: z.string() })),
      exceeded: z.array(z.string()).optional(),
      written: z.record(z.string(), z.iso.datetime()).optional(),
      running: z.array(z.string()).optional(),
    }),
  ),
  strays: z.array(z.string()),
});

const fileOf = (run: string) => path.join(run, "run.json");

/** Where a run keeps its copies of a build's sources, relative to its folder. */
export function sourcesOf(operator: string, build: string): string {
  return path.join("sources", operator, build);
}

/** Describes the run of a plan. */
export function recordOf(plan: CollectionPlan, pods: readonly KeptPod[], strays: readonly string[]): RunRecord {
  const { stack, run, gaps } = plan;
  const operators = plan.operators.map(({ name, builds, notes }) => ({
    name,
    ...(notes && { notes }),
    builds: builds.map((build) => ({ ...build, sources: sourcesOf(name, build.id) })),
  }));
  return { schema: 1, stack, run, ...(gaps && { gaps }), operators, pods, strays };
}

/** Writes run.json into a run's folder. */
export async function writeRunRecord(run: string, record: RunRecord): Promise<void> {
  await writeFile(fileOf(run), `${JSON.stringify(record, undefined, 2)}\n`);
}

/**
 * Reads run.json of a published run.
 * @param run absolute path of the run's folder
 * @throws Error if there is none, or not one of this version
 */
export async function readRunRecord(run: string): Promise<RunRecord> {
  const text = await readFile(fileOf(run), "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new Error(`Expected ${run} to be the folder of a published run with a run.json, got ${error.code}.`);
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`Expected ${fileOf(run)} to be JSON, got ${(error as Error).message}.`);
  }
  const { data, error } = shape.safeParse(value);
  if (!data) throw new Error([`${fileOf(run)} is not the record of a run:`, ...problemsOf(value, error)].join("\n"));
  return data;
}
