import { link, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { ownPlace } from "../system/process/pidNamespace";
import { ownTurn, type Turn, turnOf } from "../system/process/takeTurn";

/**
 * Takes a file for this process, where no living process has it. What a dead process has is void. Of several at once exactly one wins. To be called once
 * at a time in a process.
 * @param file absolute path; its folder is made where it is missing
 * @returns nothing where it was taken; the process that has it otherwise
 */
export async function hold(file: string): Promise<Turn | undefined> {
  // In another PID namespace, another process has the same number.
  const mine = `${file}.${process.pid}.${ownPlace().namespace.replace(/\W/g, "")}`;
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  // It is written where nobody else writes, and becomes the one that counts by one call. One that was killed in between may have left
  // the two as one file.
  await rm(mine, { force: true });
  await writeFile(mine, await ownTurn());
  try {
    for (;;) {
      if (await isNew(link(mine, file))) return undefined;
      const dead = await readFile(file, "utf8").catch(() => undefined);
      const holder = await turnOf(file);
      if (holder) return holder;
      if (dead === undefined) continue;
      // Whoever replaces what a dead process has must be the only one who does, or the later would replace the earlier's.
      const succession = `${file}.after.${dead.replace(/\W+/g, "-").slice(0, 40)}`;
      const successor = await hold(succession);
      if (successor) return successor;
      try {
        if ((await readFile(file, "utf8").catch(() => undefined)) !== dead) continue;
        await rename(mine, file);
        return undefined;
      } finally {
        await letGo(succession);
      }
    }
  } finally {
    await rm(mine, { force: true });
  }
}

/** Gives up a file that this process holds. */
export function letGo(file: string): Promise<void> {
  return rm(file, { force: true });
}

async function isNew(linked: Promise<void>): Promise<boolean> {
  return linked.then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "EEXIST") return false;
      throw error;
    },
  );
}
