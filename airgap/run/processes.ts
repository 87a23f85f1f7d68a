import { execFileSync } from "node:child_process";
import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";

/** A process that can't be mistaken for a later one of the same number. */
export interface ProcessId {
  readonly pid: number;
  /** When it started: one word that only the same machine can compare. */
  readonly start: string;
}

/** Returns when process `pid` started, or undefined when there is none. */
export function startOf(pid: number): string | undefined {
  if (process.platform === "linux") {
    try {
      return startInStat(fs.readFileSync(`/proc/${pid}/stat`, "utf8"));
    } catch {
      return undefined;
    }
  }
  try {
    const started = execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim();
    return started.replaceAll(/\W+/g, "_") || undefined;
  } catch {
    return undefined;
  }
}

/** Reads the start time, in clock ticks since boot, from the text of /proc/PID/stat; a zombie counts as ended. */
export function startInStat(stat: string): string | undefined {
  // The name of the program may hold spaces and brackets: fields count from the last one.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state, ticks] = [fields[0], fields[19]];
  return state === "Z" || state === "X" ? undefined : ticks;
}

/** Returns the identity of a running process, this one by default. */
export function identify(pid: number = process.pid): ProcessId {
  const start = startOf(pid);
  if (start === undefined) throw new Error(`Expected process ${pid} to be running, got none of that number`);
  return { pid, start };
}

/** Tells whether that very process still runs. */
export function isAlive(id: ProcessId, start: (pid: number) => string | undefined = startOf): boolean {
  return start(id.pid) === id.start;
}

/** Returns a word for where numbers of processes mean something: this machine, or the container on it whose processes are counted for themselves. */
export function processRealm(): string {
  const read = (what: () => string) => {
    try {
      return what();
    } catch {
      return "";
    }
  };
  const boot = read(() => fs.readFileSync("/proc/sys/kernel/random/boot_id", "utf8"));
  const namespace = read(() => fs.readlinkSync("/proc/self/ns/pid"));
  const place = boot === "" ? os.hostname() : `${boot} ${namespace}`;
  return crypto.createHash("sha256").update(place).digest("hex").slice(0, 12);
}

/** Reads `PID START`, the form in which identities are kept in files; undefined for anything else. */
export function parseProcessId(text: string): ProcessId | undefined {
  const match = /^(\d+) (\w+)$/.exec(text.trim());
  return match ? { pid: Number(match[1]), start: match[2]! } : undefined;
}

/** The form in which an identity is kept in a file. */
export function formatProcessId(id: ProcessId): string {
  return `${id.pid} ${id.start}\n`;
}
