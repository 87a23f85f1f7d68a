import { mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import * as path from "node:path";
import { exists } from "../system/files/exists";
import { replaceFile } from "../system/files/replaceFile";
import type { ImageSource } from "./builders/instrumentation";
import { wayOf } from "./builders/ways";
import { type BuildPlan, listOptions } from "./buildPlan";
import { copySources } from "./packages/copySources";
import { listPackages, listPrograms } from "./packages/goPackages";
import { coveredPackages } from "./packages/packagePatterns";

/** Names inside a build's folder. */
export const builtNames = { sources: "sources", plan: "plan.json" } as const;

/** The folder of one build among `SessionFolders.builds`. */
export function builtFolder(builds: string, plan: { operator: string; id: string }): string {
  return path.join(builds, plan.operator, plan.id);
}

/**
 * Builds what an instrumented image is made of, beside copies of the sources that it covers. A build that is there already is taken as it
 * is; a new one appears by a rename, so that one which was cut off is never taken for a whole one.
 * @param builds `SessionFolders.builds`
 * @throws ProgramError with the compiler's words
 */
export async function build(
  plan: BuildPlan,
  builds: string,
  progress: (message: string) => void,
): Promise<ImageSource> {
  const folder = builtFolder(builds, plan);
  const way = wayOf(plan.build);
  if ((await exists(path.join(folder, builtNames.plan))) && ((await way.isKept?.(plan)) ?? true)) {
    progress(`${plan.image} is built already`);
    return way.source(plan, folder);
  }
  await mkdir(path.dirname(folder), { recursive: true });
  const aside = await mkdtemp(`${folder}.`);
  try {
    progress(way.title(plan));
    // Both are waited for where one fails: what still writes would leave something behind.
    const made = await Promise.allSettled([
      way.make(plan, aside, progress),
      keepSources(plan, path.join(aside, builtNames.sources)),
    ]);
    for (const one of made) if (one.status === "rejected") throw one.reason;
    await replaceFile(path.join(aside, builtNames.plan), JSON.stringify(keptPlan(plan), undefined, 2), 0o600);
    // Wherever this is cut off, a whole record of the build is left under one of these names, see builtRecords.
    const old = `${aside}.old`;
    await rename(folder, old).catch(unlessAbsent);
    await rename(aside, folder);
    await rm(old, { recursive: true, force: true });
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
  return way.source(plan, folder);
}

/** What the collection asks of a plan. No more is kept: build arguments, linker flags and environment variables may hold secrets. */
export type KeptPlan = Pick<BuildPlan, "id" | "module" | "go" | "image"> & {
  readonly build: Pick<BuildPlan["build"], "covermode">;
};

function keptPlan({ id, module, go, image, build: { covermode } }: BuildPlan): KeptPlan {
  return { id, module, go, image, build: { covermode } };
}

/**
 * The folders that may hold the record of a build, the best first: where the one that has its name was being replaced, the others are beside it.
 * @param builds `SessionFolders.builds`
 */
export async function builtRecords(builds: string, plan: { operator: string; id: string }): Promise<string[]> {
  const folder = builtFolder(builds, plan);
  const beside = await readdir(path.dirname(folder)).catch(unlessAbsent);
  const others = (beside ?? []).filter((name) => name.startsWith(`${plan.id}.`)).sort();
  return [folder, ...others.map((name) => path.join(path.dirname(folder), name))];
}

function unlessAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}

async function keepSources(plan: BuildPlan, folder: string): Promise<void> {
  const { build, source, arch, programs } = plan;
  const options = listOptions(source, build, arch);
  const mains = programs.map(({ main }) => main);
  const [named, made] = await Promise.all([
    listPackages(build.coverpkg, options, { deps: false }),
    listPrograms(mains, options),
  ]);
  // A list ends where another module begins, and covering does not; but it has packages that a Dockerfile's or ko's own build may take besides.
  const covered = [...named, ...(await coveredPackages(made, build.coverpkg, source))];
  const packages = new Map(covered.filter((p) => !p.Error && p.Dir).map((p) => [p.ImportPath, p]));
  await copySources([...packages.values()], folder);
}
