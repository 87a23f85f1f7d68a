import { mkdir, readFile, rm } from "node:fs/promises";
import * as path from "node:path";
import { replaceFile } from "../system/files/replaceFile";
import { newRunId } from "./sessionRecord";

/** A run that a preview has shown, before anything of its session is made. */
interface AnnouncedRun {
  readonly run: string;
  /** milliseconds since 1970 */
  readonly at: number;
}

/** How long a name holds that was shown, in milliseconds: a run's name tells when it began, and should not be far off. */
const holds = 60 * 60 * 1000;

/**
 * Names the run of a session that has not begun. Pulumi runs the program once for the preview and again for the `up` that follows it, in processes of their
 * own: the name is decided the first time and kept, so that both show the same run and the same paths of reports.
 * @param file `SessionFolders.announced`
 * @param now the time, as `Date.now` tells it
 */
export async function announceRun(file: string, now: number): Promise<string> {
  const before = await readAnnounced(file);
  if (before && now >= before.at && now - before.at < holds) return before.run;
  const announced: AnnouncedRun = { run: newRunId(new Date(now)), at: now };
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  await replaceFile(file, JSON.stringify(announced), 0o600);
  return announced.run;
}

/** Forgets the name when its session begins: the next session is another run. No error where there is none. */
export async function forgetAnnounced(file: string): Promise<void> {
  await rm(file, { force: true });
}

/** @returns nothing where no name was kept, or what is there is none */
async function readAnnounced(file: string): Promise<AnnouncedRun | undefined> {
  try {
    const found = JSON.parse(await readFile(file, "utf8")) as Partial<AnnouncedRun>;
    return typeof found.run === "string" && typeof found.at === "number" ? (found as AnnouncedRun) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
