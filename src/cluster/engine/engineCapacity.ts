import { statfs } from "node:fs/promises";
import { ProgramError, run } from "../../system/process/run";

/** What each node of a kind cluster takes for its own: all that the engine's machine has. */
export interface EngineCapacity {
  /** cores */
  readonly cpu: number;
  /** bytes */
  readonly memory: number;
  /** bytes of the file system that pods write to; undefined where the engine runs on another machine */
  readonly storage?: number;
}

/**
 * Asks the Docker engine for what its machine has.
 * @returns undefined where it does not say
 */
export async function engineCapacity(): Promise<EngineCapacity | undefined> {
  const asked = await run("docker", ["info", "--format", "{{json .}}"], { timeout: 20_000 }).catch((error: unknown) => {
    if (error instanceof ProgramError) return "";
    throw error;
  });
  const { NCPU: cpu, MemTotal: memory, DockerRootDir: root } = parsed(asked);
  return capacityOf({ cpu, memory, root });
}

/**
 * The same, for those who have asked.
 * @param said cores, bytes, and the absolute path of the folder where the engine keeps everything
 */
export async function capacityOf(said: {
  readonly cpu?: number;
  readonly memory?: number;
  readonly root?: string;
}): Promise<EngineCapacity | undefined> {
  const { cpu, memory, root } = said;
  if (!cpu || !memory) return undefined;
  const disk = root === undefined ? undefined : await statfs(root).catch(() => undefined);
  return { cpu, memory, ...(disk && { storage: disk.blocks * disk.bsize }) };
}

function parsed(text: string): {
  readonly NCPU?: number;
  readonly MemTotal?: number;
  readonly DockerRootDir?: string;
} {
  try {
    return (JSON.parse(text) ?? {}) as object;
  } catch {
    return {};
  }
}
