import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import type { Subject } from "./subject";

/** A started program. */
export class Running {
  private readonly oks: (() => void)[] = [];
  stdout = "";
  stderr = "";
  readonly ended: Promise<{ code: number | null; signal: string | null }>;

  constructor(readonly child: ChildProcessWithoutNullStreams) {
    createInterface(child.stdout).on("line", (line) => {
      this.stdout += `${line}\n`;
      this.oks.shift()?.();
    });
    child.stderr.on("data", (chunk) => {
      this.stderr += chunk;
    });
    child.stdin.on("error", () => {});
    this.ended = new Promise((resolve) => child.on("close", (code, signal) => resolve({ code, signal })));
  }

  /** Tells it to do something, and waits until it has. */
  async tell(...commands: string[]): Promise<void> {
    for (const command of commands) {
      const done = new Promise<void>((resolve) => this.oks.push(resolve));
      this.child.stdin.write(`${command}\n`);
      await Promise.race([done, this.ended]);
    }
  }

  /** Lets main return. */
  async finish() {
    this.child.stdin.end();
    return this.ended;
  }

  async end(command: string) {
    this.child.stdin.write(`${command}\n`);
    return this.ended;
  }

  async kill() {
    this.child.kill("SIGKILL");
    return this.ended;
  }

  async signal(name: NodeJS.Signals) {
    this.child.kill(name);
    return this.ended;
  }
}

/** Starts a program with a coverage folder. */
export function start(subject: Subject, folder: string, env: Record<string, string> = {}, uid?: number): Running {
  return new Running(spawn(subject.binary, [], { env: { GOCOVERDIR: folder, ...env }, uid, cwd: "/" }));
}

const unshare = process.getuid?.() === 0 ? [] : ["--user", "--map-root-user"];

/** Whether this machine lets us make namespaces. */
export const canUnshare = () => spawnSync("unshare", [...unshare, "--pid", "--fork", "--mount", "true"]).status === 0;

/**
 * Starts a command as PID 1 of namespaces of its own, as a container has them.
 * @param args those of unshare, and the command
 */
export function startFirst(args: readonly string[], env: Record<string, string>): Running {
  const all = [...unshare, "--pid", "--fork", "--kill-child", ...args];
  return new Running(spawn("unshare", all, { env: { PATH: process.env.PATH, ...env }, cwd: "/" }));
}
