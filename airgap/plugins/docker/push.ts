import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { Log } from "../protocol/log";
import type { DockerCli } from "./cli";
import type { ImageInputs } from "./inputs";
import { registryInName, repository } from "./names";

// The name under which the client keeps the credentials of docker.io.
const DOCKER_HUB = "https://index.docker.io/v1/";

/**
 * Pushes an image that has been built.
 *
 * @returns how others can name exactly this image: `repository@sha256:...`.
 */
export async function push(docker: DockerCli, image: ImageInputs, signal: AbortSignal, log: Log): Promise<string> {
  const { imageName, registry } = image;
  log.status(`pushing ${imageName}`);
  const show = (line: string) => log.status(line);
  if (registry?.username && registry.password) {
    await withLogin(docker, image, (env) => docker.run(["push", imageName], { signal, show, env }));
  } else {
    await docker.run(["push", imageName], { signal, show });
  }
  const digests = await docker.run(["image", "inspect", "--format", "{{json .RepoDigests}}", imageName], { signal });
  const all = JSON.parse(digests) as string[];
  const digest = all.find((name) => name.startsWith(`${repository(imageName)}@`)) ?? all[0];
  if (digest === undefined) throw new Error(`Expected the engine to know the digest of ${imageName} after the push`);
  return digest;
}

/** Runs `work` with a client configuration of its own, for the user's must not be written to. */
async function withLogin(
  docker: DockerCli,
  { imageName, registry }: ImageInputs,
  work: (env: NodeJS.ProcessEnv) => Promise<unknown>,
): Promise<void> {
  // The user's configuration may name a context: it would be lost with it.
  const host = await docker.run(["context", "inspect", "--format", "{{.Endpoints.docker.Host}}"]);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "docker-login-"));
  const server = registry?.server?.replace(/^https?:\/\//, "") || registryInName(imageName) || DOCKER_HUB;
  const auth = Buffer.from(`${registry?.username}:${registry?.password}`).toString("base64");
  try {
    const file = path.join(folder, "config.json");
    fs.writeFileSync(file, JSON.stringify({ auths: { [server === "docker.io" ? DOCKER_HUB : server]: { auth } } }), {
      mode: 0o600,
    });
    await work({ DOCKER_CONFIG: folder, DOCKER_HOST: host, DOCKER_CONTEXT: undefined });
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
