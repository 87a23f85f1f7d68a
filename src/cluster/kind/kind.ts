import { type RunOptions, run } from "../../system/process/run";

/** kind says so of every variable that tells it what to do; this one is ours. */
const own = /using docker due to KIND_EXPERIMENTAL_PROVIDER$/;

/**
 * Runs kind with the Docker engine, whatever the user's environment has it use: nodes that podman or nerdctl runs would be neither built for, found nor deleted
 * here.
 * @throws ProgramError where kind fails
 */
export async function kind(args: readonly string[], options: Pick<RunOptions, "input" | "onLine"> = {}): Promise<void> {
  const { input, onLine } = options;
  await run("kind", args, {
    input,
    onLine: (line) => own.test(line) || onLine?.(line),
    env: { KIND_EXPERIMENTAL_PROVIDER: "docker" },
  });
}
