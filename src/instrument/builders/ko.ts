import { mkdir, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { mistake, Phrase } from "../../settings/problems";
import { imageLabels } from "../../state/sessionLabels";
import { sessionOf } from "../../state/sessionName";
import { run } from "../../system/process/run";
import { listOptions } from "../buildPlan";
import { listPackages } from "../packages/goPackages";
import { prepareRuntime } from "../runtimeOfBuild";
import { contextSource } from "./imageContext";
import type { Instrumentation } from "./instrumentation";
import { provideBase } from "./ko/base";
import { readKoConfig } from "./ko/config";
import { dataDigests } from "./ko/data";
import { hasImage } from "./ko/hasImage";
import { imageOf, koArguments, koEnvironment } from "./ko/invocation";
import { isOnPath } from "./ko/onPath";
import { wrappingDockerfile } from "./ko/wrappingDockerfile";

/**
 * ko builds each program and an image around it, as it does for everybody who works on the operator: by the operator's own .ko.yaml, with coverage flags in
 * GOFLAGS. The images go to the Docker engine alone, as those for kind.local do, under names of ours; one of them becomes the profile image.
 */
export const koBuild: Instrumentation = {
  runtime: true,
  title: ({ go, build }) => `ko build with -cover -covermode=${build.covermode} and ${go}`,
  inputs: async ({ name, source, packages }) => {
    if (!(await isOnPath("ko"))) {
      const got = new Phrase(`"ko" for ${name}, and no ko on PATH`);
      throw mistake(
        "build.builder",
        "a builder that is there",
        got,
        "Install ko (https://ko.build/install), 0.15 or later.",
      );
    }
    const config = await readKoConfig(source);
    return { config: config?.text, base: process.env.KO_DEFAULTBASEIMAGE, data: await dataDigests(packages) };
  },
  make: async (plan, folder, progress) => {
    const { source, build, arch, programs } = plan;
    const base = await provideBase(build.base, await readKoConfig(source), path.join(folder, "base"));
    const runtime = await prepareRuntime(plan, path.join(folder, "overlay"));
    const env = await koEnvironment(plan, base, runtime);
    const packages = await Promise.all(
      programs.map(({ main }) => listPackages([main], listOptions(source, build, arch), { deps: false })),
    );
    const session = sessionOf(folder);
    const labels = session && imageLabels(session);
    for (const [index, { main }] of programs.entries())
      await run("ko", koArguments(plan, index, main, labels), { cwd: source, env, onLine: progress });
    const context = path.join(folder, "context");
    await mkdir(context);
    const dockerfile = wrappingDockerfile(
      plan,
      packages.map(([p]) => p?.ImportPath ?? ""),
    );
    await writeFile(path.join(context, "Dockerfile"), dockerfile);
  },
  source: contextSource,
  isKept: async (plan) => {
    for (const index of plan.programs.keys()) if (!(await hasImage(imageOf(plan, index)))) return false;
    return true;
  },
  unsure: {
    setting: "build.builder",
    wayOut:
      "Coverage flags reach ko's go command in GOFLAGS: where .ko.yaml's `env` sets that, move its flags to `flags`; where `flags` has -cover=false, remove it.",
  },
};
