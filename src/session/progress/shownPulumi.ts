import type { ChildOptions } from "../child";
import type { Bracketed } from "../verdict";
import { follow } from "./follow";
import { Screen } from "./screen";
import { SessionLog } from "./sessionLog";

/** Shows what a session's Pulumi commands do in a few lines, while all that they print goes to a log; or has them print it here. */
export class ShownPulumi {
  private constructor(private readonly log: SessionLog | undefined) {}

  /** @param logs absolute path of the folder for the log; with none, everything is printed here */
  static async begin(logs: string | undefined): Promise<ShownPulumi> {
    return new ShownPulumi(logs === undefined ? undefined : await SessionLog.begin(logs));
  }

  /** Where a command's output is to go. */
  output(command: string): Pick<ChildOptions, "log"> {
    this.log?.title(command);
    return this.log ? { log: this.log.descriptor } : {};
  }

  /**
   * Shows what a command does. One that fails without an event that says why, as where it never begins, has the last lines of its output shown.
   * @param events absolute path of its log of events
   * @param status of the command when it has ended
   */
  async follow(events: string, status: Promise<number>): Promise<number> {
    if (this.log === undefined) return status;
    const screen = new Screen();
    const failed = await follow(events, screen, status);
    const ended = await status;
    if (ended !== 0 && !failed) for (const line of this.log.tail()) screen.print("note", line);
    return ended;
  }

  /** @returns how the session ended, with the path of the log */
  endWith(ended: Bracketed): Bracketed {
    this.log?.close();
    return this.log ? { ...ended, log: this.log.file } : ended;
  }
}
