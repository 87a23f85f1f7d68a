import * as path from "node:path";
import { run } from "../../system/process/run";
import type { BuildPlan } from "../buildPlan";
import { goEnvironment, tagFlags } from "../packages/goPackages";
import { prepareRuntime, type RuntimeCall } from "../runtimeOfBuild";
import { checkStatic } from "./checkStatic";
import { contextSource, writeImageContext } from "./imageContext";
import type { Instrumentation } from "./instrumentation";

/** `go build -cover` on the host (Go 1.20 and later), and an image around the static programs. */
export const coverBuild: Instrumentation = {
  title: ({ build, go }) => `go build -cover -covermode=${build.covermode} with ${go}`,
  runtime: true,
  make: async (plan, folder, progress) => {
    const root = await writeImageContext(folder, plan);
    const runtime = await prepareRuntime(plan, path.join(folder, "overlay"));
    for (const { main, path: program } of plan.programs) {
      const output = path.join(root, program);
      await goBuild(plan, { main, output, runtime }, progress);
      await checkStatic(plan, main, output);
    }
  },
  source: contextSource,
};

async function goBuild(
  { build, source, arch }: BuildPlan,
  { main, output, runtime }: { main: string; output: string; runtime: RuntimeCall },
  onLine: (line: string) => void,
): Promise<void> {
  const args = [
    "build",
    "-cover",
    `-covermode=${build.covermode}`,
    `-coverpkg=${build.coverpkg.join(",")}`,
    ...runtime.flags,
    ...tagFlags(build.tags),
    // Sources often come as an archive or from a module cache, without the version control that stamping asks for.
    "-buildvcs=false",
    ...(build.ldflags ? [`-ldflags=${build.ldflags}`] : []),
    "-o",
    output,
    "--",
    main,
  ];
  await run(runtime.program, args, { cwd: source, env: { ...goEnvironment(arch, build.env), ...runtime.env }, onLine });
}
