import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { identify, isAlive, processRealm } from "../run/processes";
import { withLock } from "./lock";

/** Returns the folder `target`, made by `build` if it isn't there yet. `build` works in a folder aside, which takes its place by one
 * rename: a run that was cut off leaves nothing that counts. Of two runs at once one waits for the work of the other. */
export async function publish(target: string, build: (folder: string) => Promise<void>): Promise<string> {
  if (fs.existsSync(target)) return target;
  return withLock(`${target}.lock`, () => (fs.existsSync(target) ? Promise.resolve(target) : make(target, build)));
}

async function make(target: string, build: (folder: string) => Promise<void>): Promise<string> {
  const parent = path.dirname(target);
  removeAbandoned(parent);
  const { pid, start } = identify();
  const aside = path.join(parent, `.making-${processRealm()}-${pid}-${start}-${crypto.randomBytes(4).toString("hex")}`);
  fs.mkdirSync(aside);
  try {
    await build(aside);
    try {
      fs.renameSync(aside, target);
    } catch (error) {
      if (!fs.existsSync(target)) throw error;
    }
  } finally {
    fs.rmSync(aside, { recursive: true, force: true });
  }
  return target;
}

/** How long nobody may have touched what a run of another machine or container left aside: whether that run lives can't be told from here. */
const ABANDONED_MS = 24 * 3_600_000;

/** Removes what runs that have died left aside in `parent`. */
export function removeAbandoned(
  parent: string,
  alive: (id: { pid: number; start: string }) => boolean = isAlive,
): void {
  for (const name of fs.readdirSync(parent)) {
    const [, realm, pid, start] = /^\.making-([0-9a-f]{12})-(\d+)-(\w+)-[0-9a-f]{8}$/.exec(name) ?? [];
    if (realm === undefined) continue;
    const folder = path.join(parent, name);
    const isGone =
      realm === processRealm()
        ? !alive({ pid: Number(pid), start: start! })
        : Date.now() - (fs.statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? 0) > ABANDONED_MS;
    if (isGone) fs.rmSync(folder, { recursive: true, force: true });
  }
}
