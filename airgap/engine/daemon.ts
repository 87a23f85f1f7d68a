import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { formatProcessId, isAlive, type ProcessId, parseProcessId, startOf } from "../run/processes";
import { type EngineInfo, engineInfo } from "./client";

const START_MS = 60_000;
const END_MS = 30_000;
const POLL_MS = 100;

/** By which dockerd tells whether it, or the containerd that it starts, still runs. */
const PID_FILES = ["/var/run/docker.pid", "/var/run/docker/containerd/containerd.pid"];

/** Removes files that hold the number of a process that has ended. dockerd takes one that was killed, and that nobody has waited for yet, for running: it
 * would not start, or wait for a containerd that never answers. Where nobody waits for orphans, as in many containers, that would be so for good. */
export function removeStale(pidFiles: readonly string[]): void {
  for (const file of pidFiles) {
    const pid = fs.existsSync(file) ? Number(fs.readFileSync(file, "utf8")) : 0;
    if (pid > 0 && startOf(pid) === undefined) fs.rmSync(file, { force: true });
  }
}

/** The Docker daemon that we start ourselves, as the files in its folder tell of it. */
export class Daemon {
  readonly log: string;
  private readonly pidFile: string;
  private readonly idFile: string;

  /** @param folder where its process number and log are kept
   * @param docker the client */
  constructor(
    folder: string,
    private readonly docker: string,
  ) {
    fs.mkdirSync(folder, { recursive: true });
    this.log = path.join(folder, "dockerd.log");
    this.pidFile = path.join(folder, "dockerd.pid");
    this.idFile = path.join(folder, "engine.id");
  }

  /** Returns the daemon that this or an earlier run started, if it still runs. */
  running(): ProcessId | undefined {
    if (!fs.existsSync(this.pidFile)) return undefined;
    const id = parseProcessId(fs.readFileSync(this.pidFile, "utf8"));
    return id !== undefined && isAlive(id) ? id : undefined;
  }

  /** Tells whether an engine that answers is this daemon: the user's Docker settings may lead elsewhere. */
  is(engine: EngineInfo): boolean {
    return (
      this.running() !== undefined && fs.existsSync(this.idFile) && fs.readFileSync(this.idFile, "utf8") === engine.id
    );
  }

  /** Starts the daemon apart from us, so that Ctrl-C and our end don't reach it, and waits until it answers.
   * @param args for dockerd
   * @throws Error with the end of its log when it gives up or doesn't answer within a minute. */
  async start(args: readonly string[]): Promise<EngineInfo> {
    removeStale(PID_FILES);
    const log = fs.openSync(this.log, "w");
    const child = spawn("dockerd", args, { detached: true, stdio: ["ignore", log, log] });
    fs.closeSync(log);
    child.on("error", () => undefined);
    child.unref();
    if (child.pid === undefined) throw new Error("Expected `dockerd` on PATH, got none: install the Docker engine");
    // It has no start when it has given up already.
    const id = { pid: child.pid, start: startOf(child.pid) ?? "" };
    fs.writeFileSync(this.pidFile, formatProcessId(id));
    for (const end = Date.now() + START_MS; Date.now() < end && isAlive(id); await sleep(POLL_MS)) {
      const info = await engineInfo(this.docker);
      if (info !== undefined) {
        fs.writeFileSync(this.idFile, info.id);
        return info;
      }
    }
    await this.end();
    const words = fs.readFileSync(this.log, "utf8").trim().split("\n").slice(-8).join("\n");
    throw new Error(
      `Expected dockerd to answer within ${START_MS / 1000} s, got:\n${words}\nAll of its log: ${this.log}`,
    );
  }

  /** Ends the daemon and waits until it's gone: SIGTERM lets it put its files in order. */
  async end(): Promise<void> {
    const id = this.running();
    if (id === undefined) return;
    process.kill(id.pid, "SIGTERM");
    for (const end = Date.now() + END_MS; Date.now() < end && isAlive(id); ) await sleep(POLL_MS);
    if (!isAlive(id)) fs.rmSync(this.pidFile, { force: true });
  }
}
