import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Properties } from "../protocol/values";

/** Called with each line that the client prints. */
export type Show = (line: string) => void;

// What of a failed build's output is enough to see why.
const LINES_IN_ERRORS = 40;

/** Runs the Docker client, against the engine that the provider's configuration names. */
export class DockerCli {
  private readonly env: NodeJS.ProcessEnv;
  private buildx: Promise<boolean> | undefined;

  /** @param configuration of the provider: `host`, `context` and `certPath` are known. */
  constructor({ host, context, certPath }: Properties) {
    this.env = {
      ...process.env,
      ...(typeof host === "string" && { DOCKER_HOST: host }),
      ...(typeof context === "string" && { DOCKER_CONTEXT: context }),
      ...(typeof certPath === "string" && { DOCKER_CERT_PATH: certPath, DOCKER_TLS_VERIFY: "1" }),
    };
  }

  /** Whether the client can drive BuildKit; Debian's can't. */
  hasBuildx(): Promise<boolean> {
    this.buildx ??= this.run(["buildx", "version"]).then(
      () => true,
      () => false,
    );
    return this.buildx;
  }

  /**
   * @returns what the client printed to stdout, without space at the ends.
   * @throws Error with the last lines that it printed, where it fails, and the way out where no engine answers.
   */
  async run(
    args: readonly string[],
    options: { readonly signal?: AbortSignal; readonly show?: Show; readonly env?: NodeJS.ProcessEnv } = {},
  ): Promise<string> {
    const child = spawn("docker", args, {
      env: { ...this.env, ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
      signal: options.signal,
    });
    const stdout: string[] = [];
    const all: string[] = [];
    for (const stream of ["stdout", "stderr"] as const) {
      createInterface(child[stream]).on("line", (line) => {
        if (stream === "stdout") stdout.push(line);
        all.push(line);
        if (line.trim() !== "") options.show?.(line);
      });
    }
    const [code] = await once(child, "close").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") throw new Error("Expected the program docker on PATH: install the Docker client");
      throw error;
    });
    if (code === 0) return stdout.join("\n").trim();
    const words = all.slice(-LINES_IN_ERRORS).join("\n");
    throw new Error(`docker ${args[0]} failed:\n${words}${isUnanswered(words) ? wayOut(this.env) : ""}`);
  }
}

function isUnanswered(words: string): boolean {
  return /cannot connect to the docker daemon|error during connect|failed to connect to the docker api/i.test(words);
}

function wayOut({ DOCKER_HOST }: NodeJS.ProcessEnv): string {
  const where = DOCKER_HOST === undefined ? "" : ` at DOCKER_HOST (${DOCKER_HOST})`;
  return `\nExpected a Docker engine to answer${where}: start it, until \`docker info\` shows a server`;
}
