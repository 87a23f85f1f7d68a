import { mkdirSync, writeFileSync } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import * as path from "node:path";
import { ownPlace, type PidPlace } from "../../system/process/pidNamespace";

const folderOf = (state: string) => path.join(state, "callers");

/**
 * Notes in which PID namespace a Pulumi CLI has its number, which Pulumi's own locks do not say. Synchronous: it must be there before the CLI takes a lock.
 * @param state absolute path of the embedded backend's folder; nothing is noted where there is none
 */
export function noteCaller(state: string | undefined, pid: number): void {
  if (state === undefined || process.platform !== "linux") return;
  const place = ownPlace();
  mkdirSync(folderOf(state), { recursive: true, mode: 0o700 });
  writeFileSync(path.join(folderOf(state), `${pid}.${place.namespace.replace(/\D/g, "")}`), JSON.stringify(place));
}

/** The places in which a CLI with this number was started, as far as they are on record. */
export async function notedPlaces(state: string, pid: number): Promise<PidPlace[]> {
  const names = await readdir(folderOf(state)).catch(() => []);
  const own = names.filter((name) => name.startsWith(`${pid}.`));
  const texts = await Promise.all(
    own.map((name) => readFile(path.join(folderOf(state), name), "utf8").catch(() => "")),
  );
  return texts.flatMap((text) => {
    try {
      return [JSON.parse(text) as PidPlace];
    } catch {
      return [];
    }
  });
}

/** Forgets what was noted of a number. */
export async function forgetPlaces(state: string, pid: number): Promise<void> {
  const names = await readdir(folderOf(state)).catch(() => []);
  const own = names.filter((name) => name.startsWith(`${pid}.`));
  await Promise.all(own.map((name) => rm(path.join(folderOf(state), name), { force: true })));
}
