import * as fs from "node:fs";
import * as path from "node:path";

const hour = 3_600_000;
/** How long something is kept, in milliseconds, that nobody used: for as long as a session may last that has it on its PATH. */
const unused = 30 * 24 * hour;
/** How long something is kept that stands for what is gone: a run that begins at this moment may be about to put that back. */
const orphaned = hour;

/** Removes from a folder what nobody needs any more: checkouts come and go, tests' own above all, and each leaves something behind that is made anew
 * wherever it lacks. Whoever uses an entry says so by `used`, so that no run loses what it goes by, whatever others sweep.
 * @param isOrphaned whether an entry, given by its absolute path, stands for something that is gone */
export function sweep(folder: string, isOrphaned: (entry: string) => boolean, now = Date.now()): void {
  const names = fs.existsSync(folder) ? fs.readdirSync(folder) : [];
  for (const entry of names.map((name) => path.join(folder, name))) {
    try {
      const age = now - fs.statSync(entry).mtimeMs;
      if (age > unused || (age > orphaned && isOrphaned(entry))) fs.rmSync(entry, { recursive: true, force: true });
    } catch (error) {
      // Another run sweeps as well.
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
}

/** Says that an entry is in use. */
export function used(entry: string): void {
  const now = new Date();
  fs.utimesSync(entry, now, now);
}
