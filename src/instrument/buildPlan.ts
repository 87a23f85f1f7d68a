import type { BuildConfiguration } from "../settings/schema";
import { buildEnvironment } from "./buildEnvironment";
import { fingerprint } from "./packages/fingerprint";
import { type GoListOptions, type GoPackage, goEnvironment } from "./packages/goPackages";
import { ownModule } from "./packages/ownModule";

/** A program of an operator. */
export interface PlannedProgram {
  /** its main package, as the go command takes it */
  readonly main: string;
  /** its absolute path in the image */
  readonly path: string;
  /** the word that containers start it by, where manifests or settings have one; otherwise the image's entrypoint does */
  readonly word?: string;
}

/** All that the build of one operator's image needs to know; plain JSON, because it travels to the step that builds. */
export interface BuildPlan {
  /** the operator's name */
  readonly operator: string;
  /** identifies the build, see `fingerprint` */
  readonly id: string;
  /** reference of the image that is made; never the production image's */
  readonly image: string;
  /** absolute path of the Go module, or of the folder in it that the go command runs in */
  readonly source: string;
  readonly programs: readonly PlannedProgram[];
  /** import path of the Go module that the source belongs to */
  readonly module: string;
  /** version of Go that builds, such as go1.26.1 */
  readonly go: string;
  /** the engine's architecture, in Go's words */
  readonly arch: string;
  readonly build: BuildConfiguration;
  /** what is laid over the standard library; nothing where undefined */
  readonly runtime?: RuntimeParts;
}

/** What of instrument/runtime goes into a build. */
export interface RuntimeParts {
  readonly snapshots: boolean;
  readonly profiles: boolean;
  /** whether a program may have another one take its place, see `mayExec` */
  readonly execs?: boolean;
  /** of the files in their final form: another one is another build */
  readonly digest: string;
}

/**
 * Plans an instrumented build.
 * @param packages what the main packages are made of, themselves among them
 * @param arch the Docker engine's architecture, in Go's words
 * @param inputs what else goes into the image, see `Instrumentation.inputs`
 */
export async function planBuild(
  operator: { name: string; source: string; build: BuildConfiguration; runtime?: RuntimeParts },
  programs: readonly PlannedProgram[],
  packages: readonly GoPackage[],
  arch: string,
  inputs?: unknown,
): Promise<BuildPlan> {
  const { name, source, build, runtime } = operator;
  const env = goEnvironment(arch, build.env);
  const [{ go, settings }, own] = await Promise.all([buildEnvironment(source, env), ownModule({ source, env })]);
  const id = await fingerprint(packages, { build, go, settings, arch, programs, inputs, runtime });
  // A source around several modules, in a workspace, is in none of them: then the programs' own counts.
  const module = own?.path ?? packages.find((p) => !p.DepOnly && p.Module?.Main)?.Module?.Path ?? "";
  return { operator: name, id, image: `${name}-profile:${id}`, source, programs, module, go, arch, build, runtime };
}

/** How the go command lists what this plan builds. */
export function listOptions(source: string, build: BuildConfiguration, arch: string): GoListOptions {
  return { source, tags: build.tags, env: goEnvironment(arch, build.env) };
}
