import { execFileSync, spawnSync } from "node:child_process";
import type { ImageSource } from "../../src/instrument/builders/instrumentation";

/** Builds an image as docker.Image does of what an instrumentation gives it. @throws Error with the builder's words */
export function dockerBuild(image: string, { context, dockerfile, target, args = {} }: ImageSource): void {
  const flags = [
    ...["--tag", image, "--file", dockerfile],
    ...(target ? ["--target", target] : []),
    ...Object.entries(args).flatMap(([name, value]) => ["--build-arg", `${name}=${value}`]),
  ];
  const hasBuildKit = spawnSync("docker", ["buildx", "version"]).status === 0;
  execFileSync("docker", ["build", ...flags, "--", context], {
    stdio: "pipe",
    env: { ...process.env, DOCKER_BUILDKIT: hasBuildKit ? "1" : "0" },
  });
}
