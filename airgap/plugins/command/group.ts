import type { ChildProcess } from "node:child_process";
import * as fs from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

/** How long a process group is asked, and with which signal, before the next step; milliseconds. */
export interface Patience {
  readonly interruptMs: number;
  readonly terminateMs: number;
}

/** Deleting a half-made kind cluster takes up to ten seconds, on a slow machine some more. */
export const PATIENCE: Patience = { interruptMs: 20_000, terminateMs: 10_000 };

const POLL_MS = 100;

/**
 * Ends the process group that `child` leads: first SIGINT, as Ctrl-C would, then SIGTERM (a shell's background
 * jobs are deaf to SIGINT), and SIGKILL to what is still there. Resolves when the group is gone.
 */
export async function endGroup(child: ChildProcess, { interruptMs, terminateMs }: Patience = PATIENCE): Promise<void> {
  const { pid } = child;
  if (pid === undefined) return;
  signalGroup(pid, "SIGINT");
  if (await gone(pid, interruptMs)) return;
  signalGroup(pid, "SIGTERM");
  if (await gone(pid, terminateMs)) return;
  signalGroup(pid, "SIGKILL");
  await gone(pid, terminateMs);
}

async function gone(pid: number, withinMs: number): Promise<boolean> {
  for (const until = Date.now() + withinMs; Date.now() < until; await pause(POLL_MS)) {
    if (!isAlive(pid)) return true;
  }
  return !isAlive(pid);
}

function isAlive(group: number): boolean {
  if (!signalGroup(group, 0)) return false;
  if (!fs.existsSync("/proc/self/stat")) return true;
  // Signals reach the dead too, until someone asks for their status; in many containers nobody ever does.
  return fs.readdirSync("/proc").some((entry) => /^\d+$/.test(entry) && isLivingMember(entry, group));
}

function isLivingMember(pid: string, group: number): boolean {
  try {
    // After the name, which is in parentheses and may hold anything: state, parent, group.
    const [state, , itsGroup] = fs
      .readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return Number(itsGroup) === group && state !== "Z" && state !== "X";
  } catch {
    return false;
  }
}

/** @returns whether there was anyone to signal. */
function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-group, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}
