import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { overlayNames } from "../../overlay/profileOverlay";
import { run } from "../../system/process/run";
import { type BuildPlan, listOptions } from "../buildPlan";
import { listPackages, tagFlags } from "../packages/goPackages";
import { coveredPackages } from "../packages/packagePatterns";
import { checkStatic } from "./checkStatic";
import { contextSource, writeImageContext } from "./imageContext";
import type { Instrumentation } from "./instrumentation";
import { goMinor } from "./testBinary/goRelease";
import { layOver, programDigest } from "./testBinary/layOver";
import { testLinkerFlags } from "./testBinary/linkerFlags";
import { placeSources } from "./testBinary/placeSources";

/** Go 1.N is the first whose os.Exit writes what was covered. */
const exitHooks = 20;

/**
 * `go test -c` on the host, of a test that runs main and is laid over the operator's sources, and an image around it. It needs no
 * `go build -cover`, which came with Go 1.20.
 */
export const testBinary: Instrumentation = {
  title: ({ build, go }) => `go test -c -covermode=${build.covermode} with ${go}`,
  inputs: async () => ({ program: await programDigest() }),
  make: async (plan, folder, progress) => {
    const root = await writeImageContext(folder, plan);
    for (const { main, path: program } of plan.programs) {
      const output = path.join(root, program);
      await inTemporaryFolder((into) => goTest(plan, main, output, into, progress));
      await checkStatic(plan, main, output);
    }
  },
  source: contextSource,
  start: (program) => ({
    program,
    args: ["-test.run=^TestRunMain$", `-test.coverprofile=${overlayNames.mountPath}/covprofile.out`],
  }),
};

async function goTest(
  { build, source, arch, go }: BuildPlan,
  main: string,
  output: string,
  into: string,
  onLine: (line: string) => void,
): Promise<void> {
  const options = listOptions(source, build, arch);
  const [made, cache] = await Promise.all([
    listPackages([main], options, { deps: true }),
    run("go", ["env", "GOMODCACHE"], { cwd: source, env: options.env }),
  ]);
  const mainPackage = made.find((p) => !p.DepOnly)!;
  const { ImportPath: importPath } = mainPackage;
  // Those that `go build -cover` takes; `go test` would add packages that the program does not hold, which count as never run.
  const covered = await coveredPackages(made, build.coverpkg, source);
  const place = await placeSources(mainPackage, source, cache.trim(), into);
  const os = goMinor(go) < exitHooks ? made.find((p) => p.ImportPath === "os")?.Dir : undefined;
  const overlay = await layOver({ folder: place.folder, importPath, os }, into);
  const args = [
    "test",
    "-c",
    // The operator's own code is compiled, not judged; and vet looks for the added files where they are not.
    "-vet=off",
    `-covermode=${build.covermode}`,
    `-coverpkg=${covered.map((p) => p.ImportPath).join(",")}`,
    // No tag of ours: it would take the place of those in GOFLAGS, and another program would be measured.
    ...tagFlags(build.tags),
    `-overlay=${overlay}`,
    "-buildvcs=false",
    ...(build.ldflags ? [`-ldflags=${testLinkerFlags(build.ldflags, importPath)}`] : []),
    "-o",
    output,
    importPath,
  ];
  await run("go", args, { cwd: place.source, env: { ...options.env, ...place.env }, onLine });
}

async function inTemporaryFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), "operator-coverage-"));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
