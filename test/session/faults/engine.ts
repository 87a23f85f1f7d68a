import * as path from "node:path";
import { cacheFolder } from "../../../airgap/cache/folder";
import { withLock } from "../../../airgap/cache/lock";
import { engineInfo } from "../../../airgap/engine/client";
import { Daemon } from "../../../airgap/engine/daemon";
import { runtimeArguments } from "../../../airgap/engine/runtime";
import { isAlive, type ProcessId, startOf } from "../../../airgap/run/processes";
import { run } from "../../../src/system/process/run";
import { until } from "../cluster";

/**
 * Kills the Docker engine with SIGKILL and starts it again. One that others use is left alone: there, the containers are killed and started again.
 * @param containers ids of all that may run meanwhile
 * @returns whether it was the engine that was killed
 */
export async function killEngine(containers: readonly string[]): Promise<boolean> {
  if (await killOwnEngine(containers)) return true;
  for (const container of containers) await run("docker", ["kill", container]);
  for (const container of containers) await run("docker", ["start", container]);
  return false;
}

/**
 * Has kind make its network anew for the sessions that follow: what an engine that was killed remembers of addresses need not be what it had given away. A network that
 * is in use stays.
 */
export async function renewNetwork(): Promise<void> {
  await run("docker", ["network", "rm", "kind"]).catch(() => undefined);
}

/** @returns whether it was done */
async function killOwnEngine(containers: readonly string[]): Promise<boolean> {
  const cache = cacheFolder();
  const folder = path.join(cache, "engine");
  // Who finds no engine meanwhile would start one.
  return withLock(path.join(folder, "lock"), async () => {
    const info = await engineInfo("docker");
    const daemon = new Daemon(folder, "docker");
    const id = daemon.running();
    const others = (await run("docker", ["ps", "--quiet", "--no-trunc"]))
      .split("\n")
      .filter((other) => other && !containers.some((own) => other.startsWith(own)));
    if (!info || !id || !daemon.is(info) || others.length > 0) return false;
    // Its containerd dies with it, a little later; others of its children come and go.
    const children = (await run("pgrep", ["--parent", String(id.pid)])).trim().split("\n").map(Number).flatMap(whoRuns);
    process.kill(id.pid, "SIGKILL");
    await until("the engine to be gone", 10, async () => ![id, ...children].some((one) => isAlive(one)));
    await daemon.start(await runtimeArguments(cache, path.join(folder, "restart.log")));
    return true;
  });
}

function whoRuns(pid: number): ProcessId[] {
  const start = startOf(pid);
  return start === undefined ? [] : [{ pid, start }];
}
