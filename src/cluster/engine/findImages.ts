import { ProgramError, type RunOptions, run } from "../../system/process/run";

/** Milliseconds for a registry to say whether it has an image. */
const patience = 5_000;

/** An image of the Docker engine's. */
export interface EngineImage {
  /** as it was asked for */
  readonly name: string;
  /** what tells it from another that had its name before */
  readonly id: string;
}

/** How the CLI is run. */
type Asking = Pick<RunOptions, "env" | "timeout">;

/** Finds which images the Docker engine has. */
export async function inEngine(names: readonly string[], asking: Asking = {}): Promise<EngineImage[]> {
  const found = names.map(async (name) => {
    const args = ["image", "inspect", "--format", "{{.Id}}", "--", name];
    const id = await run("docker", args, asking).catch(ifProgram(""));
    return id.trim() === "" ? [] : [{ name, id: id.trim() }];
  });
  return (await Promise.all(found)).flat();
}

/**
 * Asks registries for images, all at once, as the user's Docker CLI does: by its proxies and credentials.
 * @returns those that no registry has, each with its words, or of which none has answered in some seconds, which are `silent`
 */
export async function missingInRegistries(
  names: readonly string[],
  asking: Asking = {},
): Promise<{ name: string; why: string; silent: boolean }[]> {
  const { timeout = patience, env } = asking;
  const asked = names.map(async (name) => {
    try {
      await run("docker", ["manifest", "inspect", "--", name], { timeout, env });
      return [];
    } catch (error) {
      if (!(error instanceof ProgramError)) throw error;
      // A CLI that knows no such command tells nothing of the image.
      if (/is not a docker command|unknown command|experimental/i.test(error.stderr)) return [];
      const words = error.stderr.trim().split("\n").at(-1);
      return [{ name, why: words || `no answer in ${Math.ceil(timeout / 1000)} s`, silent: !words }];
    }
  });
  return (await Promise.all(asked)).flat();
}

function ifProgram<T>(otherwise: T): (error: unknown) => T {
  return (error) => {
    if (error instanceof ProgramError) return otherwise;
    throw error;
  };
}
