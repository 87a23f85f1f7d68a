import * as path from "node:path";
import { run } from "../../../system/process/run";
import type { BuildPlan } from "../../buildPlan";
import { coverFlags, joinGoFlags } from "../../packages/goFlags";
import { goEnvironment } from "../../packages/goPackages";
import type { RuntimeCall } from "../../runtimeOfBuild";

/**
 * The image that ko makes of a program: local to the engine, as ko understands the name, and a profile image, so that it is nobody's production image.
 * @param index the program's place in the plan
 */
export function imageOf(plan: Pick<BuildPlan, "operator" | "id">, index: number): string {
  return `${repositoryOf(plan)}:${tagOf(plan, index)}`;
}

/**
 * What ko is asked for.
 * @param labels of the image, without commas
 */
export function koArguments(
  plan: Pick<BuildPlan, "operator" | "id" | "arch">,
  index: number,
  main: string,
  labels: Readonly<Record<string, string>> = {},
): string[] {
  return [
    "build",
    "--bare",
    `--tags=${tagOf(plan, index)}`,
    `--platform=linux/${plan.arch}`,
    "--sbom=none",
    ...Object.entries(labels).map(([name, value]) => `--image-label=${name}=${value}`),
    "--",
    main,
  ];
}

/**
 * What ko, and the go command under it, find in their environment besides what this process has.
 * @param base the base image; undefined leaves it to ko's own settings
 * @param runtime what is laid over the standard library
 */
export async function koEnvironment(
  plan: BuildPlan,
  base: string | undefined,
  runtime: RuntimeCall,
): Promise<Record<string, string | undefined>> {
  const own = goEnvironment(plan.arch, plan.build.env);
  const flags = (await run("go", ["env", "GOFLAGS"], { cwd: plan.source, env: own })).trim();
  return {
    ...own,
    // ko refuses those beside --platform.
    GOOS: undefined,
    GOARCH: undefined,
    GOARM: undefined,
    ...runtime.env,
    // ko calls the go command by its name, for more than to build.
    ...(path.isAbsolute(runtime.program) ? { PATH: withFolder(path.dirname(runtime.program)) } : {}),
    GOFLAGS: [flags, joinGoFlags([...coverFlags(plan.build), ...runtime.flags, "-buildvcs=false"])]
      .filter(Boolean)
      .join(" "),
    KO_DOCKER_REPO: repositoryOf(plan),
    ...(base ? { KO_DEFAULTBASEIMAGE: base } : {}),
    // ko knows nothing of the client's contexts.
    DOCKER_HOST: (await run("docker", ["context", "inspect", "--format", "{{.Endpoints.docker.Host}}"])).trim(),
  };
}

function withFolder(folder: string): string {
  return [folder, process.env.PATH].filter(Boolean).join(path.delimiter);
}

function repositoryOf({ operator }: Pick<BuildPlan, "operator">): string {
  return `ko.local/${operator}-profile`;
}

function tagOf({ id }: Pick<BuildPlan, "id">, index: number): string {
  return index === 0 ? id : `${id}-${index + 1}`;
}
