import { mkdir } from "node:fs/promises";
import * as path from "node:path";
import { type ProfileKind, profileKinds } from "../../contract/runtime";
import { flameGraphPage } from "../../report/flameGraph";
import { profileFiles } from "../../state/folders";
import { replaceFile } from "../../system/files/replaceFile";
import { ProgramError } from "../../system/process/run";
import type { MeasuredOperator } from "../measure/measure";
import type { RunRecord } from "../record/runRecord";
import { arrivedProfiles } from "./arrivedProfiles";
import { mergePprof } from "./mergePprof";

/**
 * Writes the pprof profiles of each build of an operator: one file for each kind, added up over all of its processes, and a page with their flame
 * graphs. Coverage does not depend on them: what can't be had is said and fails nothing.
 * @param run absolute path of the run's folder
 * @returns what a reader has to know, a sentence each
 */
export async function writeProfiles(
  { name, builds, current }: MeasuredOperator,
  { pods }: RunRecord,
  run: string,
): Promise<string[]> {
  const notes: string[] = [];
  for (const { build } of builds) {
    const raw = pods
      .filter((pod) => pod.operator === name && pod.build === build.id)
      .map((pod) => path.join(run, pod.raw));
    const { arrived, damaged } = await arrivedProfiles(raw);
    notes.push(...damaged.map((sentence) => `${name}: ${sentence}`));
    const folder =
      build === (current ?? builds.at(-1)!).build ? path.join(run, name) : path.join(run, name, "builds", build.id);
    const merged = new Map<ProfileKind, Buffer>();
    for (const kind of profileKinds) {
      const files = arrived.get(kind) ?? [];
      try {
        if (files.length > 0) merged.set(kind, await mergePprof(files));
      } catch (error) {
        if (!(error instanceof ProgramError)) throw error;
        notes.push(
          `${name}: go tool pprof could not add up its ${kind} profiles, which are in raw/ (${error.message.split("\n")[0]})`,
        );
      }
    }
    if (merged.size > 0) await write(folder, `${name}, build ${build.id}`, merged);
  }
  return notes;
}

async function write(folder: string, title: string, merged: ReadonlyMap<ProfileKind, Buffer>): Promise<void> {
  const files = profileFiles(folder, [...merged.keys()]);
  await mkdir(path.dirname(files.flamegraph!), { recursive: true });
  for (const [kind, bytes] of merged) await replaceFile(files[kind]!, bytes);
  await replaceFile(files.flamegraph!, await flameGraphPage(title, merged));
}
