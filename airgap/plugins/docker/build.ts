import * as path from "node:path";
import type { Log } from "../protocol/log";
import type { DockerCli } from "./cli";
import type { ImageInputs } from "./inputs";
import { push } from "./push";

/** Outputs of an Image, named as the vendor's. */
export interface Built {
  readonly baseImageName: string;
  readonly imageName: string;
  readonly registryServer: string;
  readonly context: string;
  readonly dockerfile: string;
  readonly platform: string;
  readonly repoDigest: string;
}

/**
 * Builds and tags an image, and pushes it unless `skipPush` says no.
 *
 * @returns its outputs; `repoDigest` of an image that isn't pushed is its id in the engine.
 */
export async function buildImage(docker: DockerCli, image: ImageInputs, signal: AbortSignal, log: Log): Promise<Built> {
  const { build, imageName } = image;
  const buildKit = build.builderVersion !== "BuilderV1" && (await docker.hasBuildx());
  log.status(`building ${imageName}`);
  await docker.run(buildArguments(image), {
    signal,
    show: (line) => log.status(line),
    env: { DOCKER_BUILDKIT: buildKit ? "1" : "0", BUILDKIT_PROGRESS: "plain" },
  });
  return {
    baseImageName: imageName,
    imageName,
    registryServer: image.registry?.server ?? "",
    context: build.context,
    dockerfile: path.relative(build.context, build.dockerfile).replaceAll(path.sep, "/"),
    platform: build.platform,
    repoDigest: image.skipPush
      ? await docker.run(["image", "inspect", "--format", "{{.Id}}", imageName], { signal })
      : await push(docker, image, signal, log),
  };
}

/** The command line of a build; nothing in it passes through a shell. */
export function buildArguments({ build, imageName }: ImageInputs): string[] {
  const flags: [string, string | undefined][] = [
    ["--tag", imageName],
    ["--file", build.dockerfile],
    ["--platform", build.platform],
    ["--target", build.target],
    ["--network", build.network],
    ...Object.entries(build.args ?? {}).map(([name, value]): [string, string] => ["--build-arg", `${name}=${value}`]),
    ...(build.cacheFrom?.images ?? []).map((cache): [string, string] => ["--cache-from", cache]),
    ...(build.addHosts ?? []).map((host): [string, string] => ["--add-host", host]),
  ];
  const given = flags.flatMap(([flag, value]) => (value === undefined ? [] : [`${flag}=${value}`]));
  // The path may look like a flag.
  return ["build", ...given, "--", build.context];
}
