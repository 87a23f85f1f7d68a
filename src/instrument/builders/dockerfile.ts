import { copyFile, readFile, writeFile } from "node:fs/promises";
import * as path from "node:path";
import type { BuildPlan } from "../buildPlan";
import { listOptions } from "../buildPlan";
import { coverFlags } from "../packages/goFlags";
import { listPrograms } from "../packages/goPackages";
import { ownModule } from "../packages/ownModule";
import { contextDigest, ignoreRules } from "./dockerfile/contextDigest";
import { importPatterns } from "./dockerfile/coverPatterns";
import { goWrapper } from "./dockerfile/goWrapper";
import { layOverFiles } from "./dockerfile/layOver";
import { instrumentDockerfile } from "./dockerfile/rewrite";
import type { BuildRequest, Instrumentation } from "./instrumentation";
import { labelLine } from "./labelLine";

/** Names inside a build's folder. */
const names = { dockerfile: "Dockerfile", ignore: "Dockerfile.dockerignore" } as const;

/**
 * The operator's own Dockerfile, a copy of which gives flags that instrument to what go builds there. Nothing is written to the build
 * context: Docker takes a Dockerfile from elsewhere, as Pulumi's docker provider does.
 */
export const dockerfileBuild: Instrumentation = {
  title: ({ build }) => `${build.dockerfile} gets coverage flags; docker builds it next`,
  runtime: true,
  ownPlaces: true,
  inputs: async (request) => ({
    dockerfile: await readFile(dockerfileOf(request), "utf8"),
    context: await contextDigest(contextOf(request), dockerfileOf(request)),
    wrapper: goWrapper([]),
  }),
  make: async (plan, folder) => {
    const text = await readFile(dockerfileOf(plan), "utf8");
    const flags = coverFlags(plan.build, await patterns(plan));
    const files = plan.runtime ? await layOverFiles(plan.runtime) : [];
    const additions = { flags, files, arch: plan.arch, last: labelLine(folder), target: plan.build.target };
    await writeFile(path.join(folder, names.dockerfile), instrumentDockerfile(text, additions));
    if ((await ignoreRules(dockerfileOf(plan))) !== undefined)
      await copyFile(`${dockerfileOf(plan)}.dockerignore`, path.join(folder, names.ignore));
  },
  source: (plan, folder) => ({
    context: contextOf(plan),
    dockerfile: path.join(folder, names.dockerfile),
    target: plan.build.target,
    args: plan.build.args,
  }),
  unsure: {
    setting: "build.dockerfile",
    wayOut:
      "Coverage flags are added by a `go` that stands first on PATH: let it call go by its name, keep PATH, and leave out -cover=false.",
  },
};

/** Absolute path of the operator's Dockerfile. */
export function dockerfileOf({ source, build }: Pick<BuildRequest, "source" | "build">): string {
  return path.resolve(source, build.dockerfile ?? "Dockerfile");
}

/** Absolute path of the folder that Docker builds it in. */
export function contextOf({ source, build }: Pick<BuildRequest, "source" | "build">): string {
  return path.resolve(source, build.context ?? ".");
}

async function patterns({ source, build, arch, programs }: BuildPlan): Promise<string[]> {
  const mains = programs.map(({ main }) => main);
  const options = listOptions(source, build, arch);
  const packages = await listPrograms(mains, options);
  return importPatterns(build.coverpkg, source, await ownModule(options), packages);
}
