import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { checkGoingOn } from "../run/command";
import { formatProcessId, identify, isAlive, parseProcessId } from "../run/processes";

const POLL_MS = 200;
const TELL_AFTER_MS = 2_000;

/** Runs `work` while this process holds the lock `file`, after waiting for whoever holds it; a longer wait is told on stderr.
 * A lock whose holder has died is void, so that the wait is bound by the holder's life.
 * The lock only saves double work: whatever is done under it must stay right when two do it at once, for a file lock of
 * one's own can't be made watertight. */
export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  await take(file);
  try {
    return await work();
  } finally {
    fs.rmSync(file, { force: true });
  }
}

async function take(file: string): Promise<void> {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const mine = `${file}.${crypto.randomUUID()}`;
  fs.writeFileSync(mine, formatProcessId(identify()));
  try {
    for (let waited = 0; !tryLink(mine, file); ) {
      const holder = read(file);
      const id = parseProcessId(holder ?? "");
      if (id !== undefined && isAlive(id)) {
        checkGoingOn();
        if (waited === TELL_AFTER_MS) process.stderr.write(`Waiting for process ${id.pid}, which holds ${file}\n`);
        await sleep(POLL_MS);
        waited += POLL_MS;
      } else if (holder !== undefined && read(file) === holder) {
        fs.rmSync(file, { force: true });
      }
    }
  } finally {
    // The lock is another link to it, and the one that counts; this one would stay for ever if we were killed at work.
    fs.rmSync(mine, { force: true });
  }
}

/** A link either takes the name with its content or fails: nobody ever sees an empty lock. */
function tryLink(mine: string, file: string): boolean {
  try {
    fs.linkSync(mine, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function read(file: string): string | undefined {
  try {
    return fs.readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
