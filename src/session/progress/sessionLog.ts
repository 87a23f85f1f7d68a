import { closeSync, mkdirSync, openSync, readFileSync, writeSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import * as path from "node:path";

/** Logs that are kept of a stack. */
const kept = 10;
/** Lines of it that are shown where a command failed and has not said why in any other way. */
const shown = 30;

/** A file that has all that Pulumi, kind and docker print in a session. */
export class SessionLog {
  private constructor(
    /** absolute path */
    readonly file: string,
    /** for programs to write to */
    readonly descriptor: number,
  ) {}

  /**
   * @param folder absolute path of the folder with the logs of the stack, which need not be there
   * @param now milliseconds since 1970: it gives the log its name
   */
  static async begin(folder: string, now = Date.now()): Promise<SessionLog> {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const file = path.join(folder, `${new Date(now).toISOString().replace(/[-:]|\.\d+/g, "")}.log`);
    const log = new SessionLog(file, openSync(file, "a", 0o600));
    const old = (await readdir(folder)).filter((name) => name.endsWith(".log")).sort();
    await Promise.all(old.slice(0, -kept).map((name) => rm(path.join(folder, name), { force: true })));
    return log;
  }

  /** Says in it what comes next. */
  title(text: string): void {
    writeSync(this.descriptor, `\n==> ${text}\n`);
  }

  /** The last of what was written since the last title. */
  tail(): string[] {
    const lines = readFileSync(this.file, "utf8").trimEnd().split("\n");
    return lines.slice(lines.findLastIndex((line) => line.startsWith("==> ")) + 1).slice(-shown);
  }

  close(): void {
    closeSync(this.descriptor);
  }
}
