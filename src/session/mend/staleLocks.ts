import { readFile, rm } from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { numbered, ownPlace, samePlace, seesAll } from "../../system/process/pidNamespace";
import { forgetPlaces, notedPlaces } from "../pulumi/noteCaller";
import { stateFiles } from "./stateFiles";

/** What Pulumi's file backend writes into a lock (pulumi/pkg/backend/diy/lock.go). */
interface Lock {
  readonly pid: number;
  readonly hostname: string;
  readonly timestamp: string;
}

/** A lock that nobody holds any more. */
export interface StaleLock {
  /** the stack in full, such as organization/operator-coverage/dev */
  readonly stack: string;
  readonly pid: number;
  /** when it was taken, as RFC 3339 */
  readonly since: string;
}

/**
 * Takes away the locks of Pulumi CLIs that were killed. Such a lock stays for good, and every later command would have to be told to break it, though
 * nobody holds it. A lock of another machine, or of a CLI that may still run, is left alone: `pulumi cancel` is for those.
 * @param state absolute path of the embedded backend's folder
 * @returns the locks that were taken away, and those of which nobody here can tell whether they are held
 */
export async function takeStaleLocks(state: string): Promise<{ taken: StaleLock[]; unsure: StaleLock[] }> {
  const [taken, unsure]: [StaleLock[], StaleLock[]] = [[], []];
  for (const { file, stack, lock } of await locksIn(state)) {
    const held = await isHeld(lock, state);
    const told = { stack, pid: lock.pid, since: lock.timestamp };
    if (held === "perhaps") unsure.push(told);
    if (held !== "no") continue;
    await Promise.all([rm(file, { force: true }), rm(`${file}.attrs`, { force: true })]);
    await forgetPlaces(state, lock.pid);
    taken.push(told);
  }
  return { taken, unsure };
}

/**
 * The process that works on a stack, as far as its lock tells; nothing where nobody does.
 * @param state absolute path of the embedded backend's folder
 * @param stack its name in full, such as organization/operator-coverage/dev
 */
export async function lockHolder(state: string, stack: string): Promise<number | undefined> {
  for (const { stack: locked, lock } of await locksIn(state))
    if (locked === stack && (await isHeld(lock, state)) !== "no") return lock.pid;
  return undefined;
}

/** All locks of whole stacks, held or not. */
async function locksIn(state: string): Promise<{ file: string; stack: string; lock: Lock }[]> {
  const found = [];
  for (const name of await stateFiles(state, "locks")) {
    const file = path.join(state, ".pulumi", "locks", name);
    const lock = await readLock(file);
    if (lock) found.push({ file, stack: path.dirname(name), lock });
  }
  return found;
}

/** Whether a lock is held; `perhaps` where its process can't be seen from here, as where a container took it that has the host's name. */
async function isHeld({ hostname, pid }: Lock, state: string): Promise<"yes" | "no" | "perhaps"> {
  if (hostname !== os.hostname()) return "yes";
  if (process.platform !== "linux") return (await mayRun(pid)) ? "yes" : "no";
  if (await seesAll()) {
    for (const here of await numbered(pid)) if (await mayRun(here)) return "yes";
    return "no";
  }
  const [own, places] = [ownPlace(), await notedPlaces(state, pid)];
  // Where CLIs of several namespaces had that number, it may be any of theirs.
  if (places.length === 0 || !places.every((place) => samePlace(place, own))) return "perhaps";
  return (await mayRun(pid)) ? "yes" : "no";
}

/** @returns nothing where another command has taken it away since, or it is being written */
async function readLock(file: string): Promise<Lock | undefined> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as Lock;
  } catch {
    return undefined;
  }
}

/** Whether a Pulumi CLI may run as this process. Numbers are given again, and the dead keep theirs until somebody asks for their status. */
async function mayRun(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  const found = stat && /\((.*)\) (\S)/s.exec(stat);
  return !found || (found[1]!.includes("pulumi") && !/[ZX]/.test(found[2]!));
}
