import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { sweep, used } from "./sweep";

/** Returns a folder that holds a link for each command, to put on PATH. Every choice of commands has a folder of its own, for runs at the
 * same time may choose differently.
 * @param commands names, and the files behind them */
export function binFolder(cache: string, commands: Readonly<Record<string, string>>): string {
  const links = Object.entries(commands).sort(([a], [b]) => (a < b ? -1 : 1));
  const key = crypto.createHash("sha256").update(JSON.stringify(links)).digest("hex").slice(0, 12);
  const folder = path.join(cache, "bin", key);
  fs.mkdirSync(folder, { recursive: true });
  used(folder);
  sweep(path.dirname(folder), hasLostLink);
  for (const [name, file] of links) {
    const link = path.join(folder, name);
    // Not existsSync: a link to what is gone counts as none there.
    if (fs.lstatSync(link, { throwIfNoEntry: false }) !== undefined) continue;
    try {
      fs.symlinkSync(file, link);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
  return folder;
}

/** Whether a command's file is gone, be it a tool or a checkout. */
function hasLostLink(folder: string): boolean {
  return fs.readdirSync(folder).some((name) => !fs.existsSync(path.join(folder, name)));
}
