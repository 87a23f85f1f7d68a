import * as fs from "node:fs";

/** Amounts of what Linux limits by user. */
export interface Inotify {
  readonly instances: number;
  readonly watches: number;
}

/**
 * Counts what the processes of a user hold, as far as this process may look into them.
 * @param uid as this machine sees it
 * @param proc where Linux shows processes
 */
export function countInotify(uid: number, proc = "/proc"): Inotify {
  let instances = 0;
  let watches = 0;
  for (const process of orNone(() => fs.readdirSync(proc)).filter((name) => /^\d+$/.test(name))) {
    if (orNothing(() => fs.statSync(`${proc}/${process}`).uid) !== uid) continue;
    for (const descriptor of orNone(() => fs.readdirSync(`${proc}/${process}/fd`))) {
      if (orNothing(() => fs.readlinkSync(`${proc}/${process}/fd/${descriptor}`)) !== "anon_inode:inotify") continue;
      instances += 1;
      const text = orNothing(() => fs.readFileSync(`${proc}/${process}/fdinfo/${descriptor}`, "utf8")) ?? "";
      watches += text.split("\n").filter((line) => line.startsWith("inotify ")).length;
    }
  }
  return { instances, watches };
}

/** Processes end while they are looked at, and some are closed to this user. */
function orNothing<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}

function orNone(look: () => string[]): string[] {
  return orNothing(look) ?? [];
}
