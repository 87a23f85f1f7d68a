import * as path from "node:path";
import { withLock } from "../cache/lock";
import { onPath } from "../tools/onPath";
import { engineInfo, engineRefusal, isIdle } from "./client";
import { Daemon } from "./daemon";
import { aptInstall, checkDebianRoot } from "./debian";
import { Leases } from "./leases";
import { runtimeArguments } from "./runtime";

/** A Docker engine that answers. */
export interface Engine {
  readonly version: string;
  /** Its client. */
  readonly client: string;
  /** Whether we started it, in this run or an earlier one. */
  readonly ours: boolean;
  /** Says that this process needs it no more. An engine of ours ends when nobody else does and no container runs in it. */
  release(): Promise<void>;
}

/** The programs that an engine takes, and the Debian packages that have them. */
const PACKAGES = { docker: "docker.io", dockerd: "docker.io", iptables: "iptables", runc: "runc" };
const WAY_OUT =
  "start Docker (Docker Desktop, `systemctl start docker`, `dockerd` as root), or point DOCKER_HOST at an engine";

/** Returns the packages that are lacking for an engine to be started. */
export function missingPackages(): string[] {
  const missing = Object.entries(PACKAGES).filter(([program]) => onPath(program) === undefined);
  return [...new Set(missing.map(([, name]) => name))];
}

/** Returns the engine that the user's Docker settings lead to, if it answers. One that we started is thereby in use.
 * @param cache airgap's cache folder */
export async function findEngine(cache: string): Promise<Engine | undefined> {
  return underLock(cache, (state) => state.adopt());
}

/** Returns the engine that the user's Docker settings lead to; where none answers one is started, on Debian's family as root.
 * @throws Error that says how to start one where we can't. */
export async function provideEngine(cache: string, log: string): Promise<Engine> {
  return underLock(cache, async (state) => {
    const found = await state.adopt();
    if (found) return found;
    const client = onPath("docker");
    const refusal = client && (await engineRefusal(client));
    if (refusal)
      throw new Error(
        `Expected the Docker engine to let this user in, got "${refusal}": become a member of its group (docker, as a rule), or point DOCKER_HOST at another engine`,
      );
    const { DOCKER_HOST } = process.env;
    if (DOCKER_HOST)
      throw new Error(`Expected the engine at DOCKER_HOST ${DOCKER_HOST} to answer, got none: ${WAY_OUT}`);
    checkDebianRoot("a Docker engine to answer, or this to be Debian or Ubuntu with us as root to start one", WAY_OUT);
    const missing = missingPackages();
    if (missing.length > 0) await aptInstall(missing, log);
    // Where an init system runs, installing the packages has started the engine.
    return (await state.adopt()) ?? (await state.start(await runtimeArguments(cache, log)));
  });
}

function underLock<T>(cache: string, work: (state: State) => Promise<T>): Promise<T> {
  const folder = path.join(cache, "engine");
  return withLock(path.join(folder, "lock"), () => work(new State(cache, folder)));
}

/** What the engine's folder tells, while its lock is held. */
class State {
  private readonly leases: Leases;

  constructor(
    private readonly cache: string,
    private readonly folder: string,
  ) {
    this.leases = new Leases(path.join(folder, "leases"));
  }

  async adopt(): Promise<Engine | undefined> {
    const client = onPath("docker");
    const info = client && (await engineInfo(client));
    if (!info) return undefined;
    const ours = new Daemon(this.folder, client).is(info);
    return ours
      ? this.lease(client, info.version)
      : { client, version: info.version, ours, release: async () => undefined };
  }

  async start(args: readonly string[]): Promise<Engine> {
    const client = onPath("docker")!;
    const { version } = await new Daemon(this.folder, client).start(args);
    return this.lease(client, version);
  }

  private lease(client: string, version: string): Engine {
    this.leases.take();
    return { client, version, ours: true, release: () => underLock(this.cache, (state) => state.release(client)) };
  }

  private async release(client: string): Promise<void> {
    this.leases.drop();
    if (this.leases.users().length === 0 && (await isIdle(client))) {
      await new Daemon(this.folder, client).end();
    }
  }
}
