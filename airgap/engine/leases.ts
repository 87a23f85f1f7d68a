import * as fs from "node:fs";
import * as path from "node:path";
import { formatProcessId, identify, isAlive, type ProcessId, parseProcessId } from "../run/processes";

/** The users of an engine that we started: a file for each in a folder. Those of processes that have died don't count. */
export class Leases {
  constructor(
    private readonly folder: string,
    private readonly alive: (id: ProcessId) => boolean = isAlive,
  ) {}

  /** Enters a process, this one by default, as a user. */
  take(id: ProcessId = identify()): void {
    fs.mkdirSync(this.folder, { recursive: true });
    fs.writeFileSync(this.file(id), formatProcessId(id));
  }

  /** Strikes a process, this one by default, off the users. */
  drop(id: ProcessId = identify()): void {
    fs.rmSync(this.file(id), { force: true });
  }

  /** Returns the users that still run, and removes the files of those that don't. */
  users(): ProcessId[] {
    const names = fs.existsSync(this.folder) ? fs.readdirSync(this.folder) : [];
    return names.flatMap((name) => {
      const id = parseProcessId(name.replace("-", " "));
      if (id !== undefined && this.alive(id)) return [id];
      fs.rmSync(path.join(this.folder, name), { recursive: true, force: true });
      return [];
    });
  }

  private file(id: ProcessId): string {
    return path.join(this.folder, `${id.pid}-${id.start}`);
  }
}
