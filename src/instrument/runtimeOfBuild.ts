import { createHash } from "node:crypto";
import type { BuildConfiguration } from "../settings/schema";
import { toolchainLinks } from "../state/folders";
import { packageRoot } from "../state/packageRoot";
import { sessionOf } from "../state/sessionName";
import { stateFolder } from "../state/stateFolder";
import { run } from "../system/process/run";
import { layOverFiles } from "./builders/dockerfile/layOver";
import type { BuildPlan, RuntimeParts } from "./buildPlan";
import { goEnvironment } from "./packages/goPackages";
import { homes } from "./runtime/layout";
import { checkCovered, patchesFor, runtimeOverlay, writeOverlay } from "./runtime/overlay";
import { goToolchain } from "./runtime/toolchain";

/** What decides which files are laid over the standard library. */
interface Request {
  /** absolute path of the folder that the go command runs in */
  readonly source: string;
  readonly build: BuildConfiguration;
  /** the engine's architecture, in Go's words */
  readonly arch: string;
}

/**
 * Plans what is laid over the standard library of the toolchain that builds an operator.
 * @throws Error, saying the way out, where that toolchain, its flags, the cover mode or the covered packages don't allow it
 * @throws ProgramError where the go command fails
 */
export async function planRuntime(
  { source, build, arch }: Request,
  parts: Omit<RuntimeParts, "digest">,
): Promise<RuntimeParts> {
  if (build.dockerfile !== undefined) return planInImage(build, parts);
  const env = goEnvironment(arch, build.env);
  const answer = await run("go", ["env", "-json", "GOROOT", "GOVERSION"], { cwd: source, env });
  const { GOROOT = "", GOVERSION = "" } = JSON.parse(answer) as Record<string, string>;
  return digested(parts, await runtimeOverlay({ goroot: GOROOT, goVersion: GOVERSION, ...build, ...parts }));
}

/** Which Go builds there, and whether it fits, is known when it builds. */
async function planInImage(build: BuildConfiguration, parts: Omit<RuntimeParts, "digest">): Promise<RuntimeParts> {
  checkCovered({ ...build, ...parts }, [...homes, ...patchesFor(parts).map(({ importPath }) => importPath)]);
  return digested(parts, await layOverFiles(parts));
}

function digested(
  parts: Omit<RuntimeParts, "digest">,
  files: readonly { readonly name: string; readonly content: string }[],
): RuntimeParts {
  const contents = files.map(({ name, content }) => [name, content]);
  return { ...parts, digest: createHash("sha256").update(JSON.stringify(contents)).digest("hex").slice(0, 12) };
}

/** How to call the go command so that it builds with what was planned. */
export interface RuntimeCall {
  /** the go command: `go`, or an absolute path */
  readonly program: string;
  /** to be added to its environment */
  readonly env: Record<string, string>;
  readonly flags: readonly string[];
}

/**
 * Makes ready what a plan lays over the standard library.
 * @param folder absolute path of the folder that gets the files; must outlast the build. Its session keeps links to toolchains; outside of sessions, this
 *   package's own state folder does.
 * @throws Error where the toolchain no longer allows it
 */
export async function prepareRuntime(
  { source, build, arch, runtime }: BuildPlan,
  folder: string,
): Promise<RuntimeCall> {
  if (!runtime) return { program: "go", env: {}, flags: [] };
  const links = toolchainLinks(sessionOf(folder)?.state ?? stateFolder(packageRoot(), process.env));
  const toolchain = await goToolchain(source, goEnvironment(arch, build.env), links);
  const overlay = await writeOverlay(await runtimeOverlay({ ...toolchain, ...build, ...runtime }), folder);
  return { program: toolchain.program, env: toolchain.env, flags: [`-overlay=${overlay}`] };
}
