import { tryCommand } from "../run/command";

const TIMEOUT_MS = 10_000;

/** What an engine says of itself. */
export interface EngineInfo {
  /** Stays with the engine's data folder. */
  readonly id: string;
  readonly version: string;
}

/** Asks the engine that the user's Docker settings lead to; undefined when none answers.
 * @param docker the client */
export async function engineInfo(
  docker: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<EngineInfo | undefined> {
  const args = ["info", "--format", "{{.ID}} {{.ServerVersion}}"];
  const { status, stdout } = await tryCommand(docker, args, { env, timeout: TIMEOUT_MS });
  // Some clients exit with 0 when no engine answers, but then they know no version.
  const [id, version] = stdout.trim().split(" ");
  return status === 0 && id && version ? { id, version } : undefined;
}

/** Returns what the client says where an engine is there and does not let this user in. */
export async function engineRefusal(docker: string): Promise<string | undefined> {
  const { stdout, stderr } = await tryCommand(docker, ["info", "--format", "{{.ID}}"], { timeout: TIMEOUT_MS });
  return `${stderr}\n${stdout}`
    .split("\n")
    .find((line) => /permission denied/i.test(line))
    ?.trim();
}

/** Tells whether no container runs; not so when the engine doesn't answer. */
export async function isIdle(docker: string): Promise<boolean> {
  const { status, stdout } = await tryCommand(docker, ["ps", "--quiet"], { timeout: TIMEOUT_MS });
  return status === 0 && stdout.trim() === "";
}

/** Tells whether the client brings BuildKit's plugin; without it `docker build` needs DOCKER_BUILDKIT=0. */
export async function hasBuildx(docker: string): Promise<boolean> {
  return (await tryCommand(docker, ["buildx", "version"], { timeout: TIMEOUT_MS })).status === 0;
}
