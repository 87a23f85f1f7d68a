import { mkdir, readFile } from "node:fs/promises";
import * as path from "node:path";
import { replaceFile } from "../files/replaceFile";
import { endAll } from "./endAll";
import { markCalls, marked } from "./mark";
import { numbered, ownPlace, type PidPlace, samePlace, seesAll } from "./pidNamespace";
import { run } from "./run";

/**
 * Ends what took its turn with this file before and still goes on, with all that it called, and takes the turn. Pulumi sees to it that one command at a time
 * works on a stack; but what a command called may outlive it when it is killed, and would then work against the one that comes after. Pulumi's own plugin for
 * commands kills a step and nothing that the step has called: kind would go on to make its cluster, behind the back of who takes the cluster away.
 * @param file absolute path of a file that names the process whose turn it is; written whole
 * @throws Error naming what can't be ended, or can't be seen from here
 */
export async function takeTurn(file: string, progress: (message: string) => void): Promise<void> {
  await endAll(async () => {
    const holder = await turnOf(file);
    if (holder?.unseen)
      throw new Error(`Expected nobody else to work on this session, got a step. ${sayUnseen(holder, file)}`);
    return [...(holder ? [{ pid: holder.pid, name: "a step" }] : []), ...(await marked(file))];
  }, progress);
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  await replaceFile(file, await ownTurn());
  markCalls(file);
}

/** What a file says that names this process, for `turnOf`. */
export async function ownTurn(): Promise<string> {
  return `${process.pid}\n${await startOf(process.pid)}\n${JSON.stringify(ownPlace())}\n`;
}

/** A process that has its turn. */
export interface Turn {
  /** its number here, or there where it can't be seen from here */
  readonly pid: number;
  readonly started: string;
  /** set where nobody here can tell whether it goes on */
  readonly unseen?: PidPlace;
}

/** The process that took its turn with a file last, where it still goes on, or may. */
export async function turnOf(file: string): Promise<Turn | undefined> {
  const [pid, started, text] = (await readFile(file, "utf8").catch(() => "")).split("\n");
  if (!pid || !started) return undefined;
  const [place, own] = [placeIn(text), ownPlace()];
  const turn = { pid: Number(pid), started };
  if (!place || samePlace(place, own)) return (await startOf(turn.pid)) === started ? turn : undefined;
  // Of an earlier boot of this machine, nothing goes on.
  if (place.host === own.host && place.boot !== own.boot) return undefined;
  if (place.boot !== own.boot || !(await seesAll())) return { ...turn, unseen: place };
  for (const here of await numbered(turn.pid)) if ((await startOf(here)) === started) return { pid: here, started };
  return undefined;
}

/** Says of a process that can't be seen what to do, as a sentence. */
export function sayUnseen({ pid, unseen }: Turn, file: string): string {
  return `It is process ${pid} of another PID namespace or machine (${unseen?.host}), and can't be seen from here: once it is known to have ended, delete ${file}.`;
}

function placeIn(text: string | undefined): PidPlace | undefined {
  try {
    const { host, boot, namespace } = JSON.parse(text ?? "") as PidPlace;
    return { host, boot, namespace };
  } catch {
    return undefined;
  }
}

/** When a process began, in words of the system's own that no later process of the same number shares; nothing where it has ended. */
async function startOf(pid: number): Promise<string | undefined> {
  if (process.platform !== "linux") {
    return run("ps", ["-o", "lstart=", "-p", String(pid)]).then(
      (text) => text.trim() || undefined,
      () => undefined,
    );
  }
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  // Behind the name in parentheses, which may hold anything: the third field is the state, the 22nd the start.
  const fields = stat.replace(/^.*\) /s, "").split(" ");
  return stat && !/[ZX]/.test(fields[0]!) ? fields[19] : undefined;
}
