import { readdir, readFile, stat } from "node:fs/promises";
import * as path from "node:path";
import { auditFoldersOf } from "../cluster/kind/kindConfig";
import { builtNames, builtRecords, type KeptPlan } from "../instrument/build";
import type { BuildRecord, CollectionPlan } from "../runs/record/plan";
import type { CollectionInput } from "../state/collectionInput";
import { auditFolder, recordFile } from "../state/folders";
import { readRecord } from "../state/sessionRecord";

/**
 * What is to be collected of a session: all builds that its operators have had so far. An operator of which no build was finished, because
 * `up` was cut off, is left out and named as a gap: no pod of it can have run.
 */
export async function collectionPlan({ stack, run, output, ...input }: CollectionInput): Promise<CollectionPlan> {
  const live = path.join(input.live, run);
  const session = await readRecord(recordFile(input.live));
  const operators = await Promise.all(
    input.operators.map(async ({ name, build, notes }) => ({
      name,
      builds: await buildRecords(input.builds, path.join(live, name), name, build),
      notes,
    })),
  );
  return {
    stack,
    run,
    live,
    audit: auditFolder(input.live),
    ...(session && { auditNodes: auditFoldersOf(session.config).map((folder) => path.basename(folder)) }),
    output,
    operators: operators.filter(({ builds }) => builds.length > 0),
    gaps: operators
      .filter(({ builds }) => builds.length === 0)
      .map(({ name }) => `${name} never ran: its image was not finished`),
  };
}

/** The builds that an operator had in this session, in the order in which pods came to them, the current one last. */
async function buildRecords(builds: string, live: string, operator: string, current: string): Promise<BuildRecord[]> {
  const found: { build: BuildRecord; used: number }[] = [];
  for (const id of new Set([...(await entriesOf(live)), current])) {
    const build = await recordOf(await builtRecords(builds, { operator, id }));
    const used = await stat(path.join(live, id)).catch(missing);
    if (build) found.push({ build, used: used?.mtimeMs ?? 0 });
  }
  found.sort((a, b) => Number(a.build.id === current) - Number(b.build.id === current) || a.used - b.used);
  return found.map(({ build }) => build);
}

/** @returns nothing where the build was never finished */
async function recordOf(folders: readonly string[]): Promise<BuildRecord | undefined> {
  for (const folder of folders) {
    const text = await readFile(path.join(folder, builtNames.plan), "utf8").catch(missing);
    if (text === undefined) continue;
    const { id, module, go, image, build } = JSON.parse(text) as KeptPlan;
    return { id, mode: build.covermode, module, go, image, sources: path.join(folder, builtNames.sources) };
  }
  return undefined;
}

async function entriesOf(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(missing)) ?? [];
}

function missing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}
