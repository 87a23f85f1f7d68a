import * as os from "node:os";
import { ProgramError } from "../../system/process/run";

/** A Docker engine, as far as it decides whether a session runs in it. */
export interface Engine {
  readonly version: string;
  /** cores, where it tells them */
  readonly cpu?: number;
  /** bytes, where it tells them */
  readonly memory?: number;
  /** absolute path of the folder where it keeps everything, on its own machine */
  readonly root?: string;
  /** 1 or 2, where it tells */
  readonly cgroups?: number;
  readonly rootless: boolean;
  /** whether it has proxies or mirrors of its own, by which it may get images that the CLI does not */
  readonly ownWays: boolean;
  /** whether it runs on this machine's kernel, so that what is seen here is what it has */
  readonly here: boolean;
}

/** The fields of `docker info` that are used; engines leave some out. */
interface Info {
  readonly ServerVersion?: string;
  readonly ServerErrors?: readonly string[] | null;
  readonly NCPU?: number;
  readonly MemTotal?: number;
  readonly DockerRootDir?: string;
  readonly CgroupVersion?: string;
  readonly SecurityOptions?: readonly string[] | null;
  readonly KernelVersion?: string;
  readonly HttpProxy?: string;
  readonly HttpsProxy?: string;
  readonly RegistryConfig?: { readonly Mirrors?: readonly string[] | null } | null;
}

/**
 * Asks the Docker engine about itself.
 * @param ask runs a program
 * @throws Error in the CLI's words where none answers
 */
export async function readEngine(ask: (program: string, args: readonly string[]) => Promise<string>): Promise<Engine> {
  const answer = await ask("docker", ["info", "--format", "{{json .}}"]).catch((error: unknown) => {
    // Where it fails it prints a form all the same, which may be filled in, or empty but for what the CLI knows of itself.
    if (error instanceof ProgramError && parsed(error.stdout).ServerVersion) return error.stdout;
    throw error;
  });
  return engineOf(answer, { kernel: os.release(), memory: os.totalmem() });
}

/**
 * Reads the answer of `docker info`.
 * @param here this machine's kernel release, and its memory in bytes
 * @throws Error in the CLI's words where no engine has answered it
 */
export function engineOf(text: string, here: { readonly kernel: string; readonly memory: number }): Engine {
  const info = parsed(text);
  if (!info.ServerVersion)
    throw new Error(info.ServerErrors?.[0]?.split("\n")[0] ?? "it says nothing about a Docker engine");
  const { NCPU: cpu, MemTotal: memory, DockerRootDir: root } = info;
  return {
    version: info.ServerVersion,
    ...(cpu && { cpu }),
    ...(memory && { memory }),
    ...(root && { root }),
    ...(info.CgroupVersion && { cgroups: Number(info.CgroupVersion) }),
    rootless: info.SecurityOptions?.some((option) => option.includes("name=rootless")) ?? false,
    ownWays: Boolean(info.HttpProxy || info.HttpsProxy || info.RegistryConfig?.Mirrors?.length),
    // An engine in a virtual machine has another kernel, or by chance the same one and less memory.
    here: info.KernelVersion === here.kernel && memory === here.memory,
  };
}

function parsed(text: string): Info {
  try {
    return (JSON.parse(text) ?? {}) as Info;
  } catch {
    return {};
  }
}
