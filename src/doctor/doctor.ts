import { checkCgroups } from "./checks/cgroups";
import { checkDisk } from "./checks/disk";
import { checkEngine } from "./checks/engine";
import { checkGoTools } from "./checks/goTools";
import { checkInotify } from "./checks/inotify";
import { checkKindConfig } from "./checks/kindConfig";
import { checkLanguageHost } from "./checks/languageHost";
import { checkNodeImage } from "./checks/nodeImage";
import { checkPlugins } from "./checks/plugins";
import { checkPorts } from "./checks/ports";
import { checkProgram, neededPrograms } from "./checks/programs";
import { checkRequests } from "./checks/requests";
import { checkStateFolder } from "./checks/stateFolder";
import { type Finding, untold } from "./finding";
import { type DoctorOptions, type Machine, thisMachine, wordsOf } from "./machine/thisMachine";

export type { Finding } from "./finding";
export type { DoctorOptions } from "./machine/thisMachine";

/** Milliseconds for programs, engine and sites to answer. */
const answersWithin = 4_500;
/** Milliseconds for a check in all. */
const patience = 5_000;

/** What a check is called where it finds nothing out, and the check. */
type Check = readonly [subject: string, check: (machine: Machine) => Promise<readonly Finding[]>];

/**
 * Finds out what would stop a session on this machine, and changes nothing on it. All checks run side by side, for 5 s at most; what can't be told by then
 * is a warning with the reason.
 * @returns findings in the order in which a session needs what they are about
 */
export async function doctor(options: DoctorOptions): Promise<readonly Finding[]> {
  const machine = thisMachine(options, answersWithin);
  const checks: readonly Check[] = [
    ...neededPrograms(options).map((program): Check => [program.name, (at) => checkProgram(at, program)]),
    ["go tools", checkGoTools],
    ["language host", checkLanguageHost],
    ["provider plugins", checkPlugins],
    ["Docker engine", checkEngine],
    ["cluster.config", checkKindConfig],
    ["node image", checkNodeImage],
    ["cgroups", checkCgroups],
    ["inotify", checkInotify],
    ["disk", checkDisk],
    ["ports", checkPorts],
    ["requests", checkRequests],
    ["state folder", checkStateFolder],
  ];
  const found = await Promise.all(checks.map((check) => bounded(check, machine, patience)));
  return found.flat();
}

/**
 * What a check finds, or why it finds nothing.
 * @param within milliseconds
 */
export async function bounded([subject, check]: Check, machine: Machine, within: number): Promise<readonly Finding[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<readonly Finding[]>((resolve) => {
    timer = setTimeout(() => resolve([untold(subject, `no answer within ${within / 1000} s`)]), within);
  });
  try {
    return await Promise.race([check(machine), late]);
  } catch (error) {
    return [untold(subject, wordsOf(error))];
  } finally {
    clearTimeout(timer);
  }
}
