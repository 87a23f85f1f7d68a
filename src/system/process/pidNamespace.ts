import { readFileSync, readlinkSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import * as os from "node:os";

/**
 * Where a number names a process: in one PID namespace of one boot of one machine. A container with the host's network has the host's name, and what is
 * process 12 there is another process here, or none.
 */
export interface PidPlace {
  readonly host: string;
  readonly boot: string;
  /** of the kernel, such as pid:[4026531836]; one for all where systems have no such namespaces */
  readonly namespace: string;
}

/** The namespace that a Linux machine begins with (PROC_PID_INIT_INO): whoever is in it sees the processes of all others. */
const initial = "pid:[4026531836]";

/** This process's place. Synchronous, for it may have to be noted before anything else happens. */
export function ownPlace(): PidPlace {
  const boot = orNone(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim());
  return { host: os.hostname(), boot, namespace: orNone(() => readlinkSync("/proc/self/ns/pid")) };
}

function orNone(read: () => string): string {
  try {
    return read();
  } catch {
    return "none";
  }
}

/** Whether processes of all namespaces of this machine can be seen from here. */
export async function seesAll(): Promise<boolean> {
  if (ownPlace().namespace !== initial) return false;
  // Where the administrator hides others' processes, the first is hidden too.
  return (await readFile("/proc/1/status", "utf8").catch(() => "")) !== "";
}

/**
 * The processes of this machine that have a number, each in the namespace that it is in itself; to be asked where `seesAll`.
 * @returns their numbers here
 */
export async function numbered(pid: number): Promise<number[]> {
  const found: number[] = [];
  for (const name of (await readdir("/proc")).filter((entry) => /^\d+$/.test(entry))) {
    const status = await readFile(`/proc/${name}/status`, "utf8").catch(() => "");
    const own = /^NSpid:\s.*?(\d+)$/m.exec(status)?.[1];
    if (Number(own) === pid) found.push(Number(name));
  }
  return found;
}

export function samePlace(a: PidPlace, b: PidPlace): boolean {
  return a.host === b.host && a.boot === b.boot && a.namespace === b.namespace;
}
