import { chmod, rm } from "node:fs/promises";
import { ProgramError, run } from "../../system/process/run";

/** What an image says of how its containers start. */
export interface ImageConfig {
  readonly Entrypoint?: readonly string[] | null;
  readonly Cmd?: readonly string[] | null;
  readonly Env?: readonly string[] | null;
  readonly WorkingDir?: string;
}

/** @throws ProgramError where the engine has no such image */
export async function imageConfig(image: string): Promise<ImageConfig> {
  return JSON.parse(
    await run("docker", ["image", "inspect", "--format", "{{json .Config}}", "--", image]),
  ) as ImageConfig;
}

/** Lets `work` look at an image through a container that never starts. */
export async function withContainer(image: string, work: (container: string) => Promise<void>): Promise<void> {
  // An image may name nothing to run; the word is never looked at.
  const id = (await run("docker", ["create", "--network", "none", "--", image, "nothing"])).trim();
  try {
    await work(id);
  } finally {
    await run("docker", ["rm", "--force", "--volumes", id]);
  }
}

/**
 * Copies the first of some files that is there out of a container; symbolic links are followed.
 * @param files absolute paths in the container
 * @param to absolute path of a file, which is replaced
 * @returns the one that was there
 */
export async function copyOut(container: string, files: readonly string[], to: string): Promise<string | undefined> {
  for (const file of files) {
    await rm(to, { recursive: true, force: true });
    try {
      await run("docker", ["cp", "--follow-link", `${container}:${file}`, to]);
    } catch (error) {
      if (error instanceof ProgramError && /could not find|no such (container:path|file)/i.test(error.stderr)) continue;
      throw error;
    }
    await chmod(to, 0o755);
    return file;
  }
  return undefined;
}
