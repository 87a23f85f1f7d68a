import { createReadStream } from "node:fs";
import * as readline from "node:readline";
import { type AuditEvent, readEvent } from "./auditEvent";

/** Every event begins so: where the API server was killed within a line, the next one follows in the same line. */
const beginning = '{"kind":"Event"';

/** The audit log of one API server, which is read once. */
export class AuditLog {
  /** how many events could be read so far, and how many of them say that the API server lives */
  events = 0;
  heartbeats = 0;
  /** how many could not */
  unreadable = 0;
  /** whether it is not there at all */
  lost = false;

  /** @param file absolute path; it need not be there */
  constructor(private readonly file: string) {}

  async *read(): AsyncGenerator<AuditEvent, undefined> {
    try {
      for await (const line of readline.createInterface({ input: createReadStream(this.file) })) {
        const event = this.take(line);
        if (event) yield event;
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      this.lost = true;
    }
    return undefined;
  }

  private take(line: string): AuditEvent | undefined {
    if (line === "") return undefined;
    const whole = tryEvent(line);
    if (!whole) this.unreadable++;
    const last = line.lastIndexOf(beginning);
    const event = whole ?? (last > 0 ? tryEvent(line.slice(last)) : undefined);
    if (event) this.events++;
    if (event?.kind === "heartbeat") this.heartbeats++;
    return event;
  }
}

/**
 * Gives the events of several logs in the order of their times. What one API server says of a pod, another may have said something before: what was
 * deleted through one was seen through another.
 */
export async function* inOrder(logs: readonly AuditLog[]): AsyncGenerator<AuditEvent> {
  const readers = logs.map((log) => log.read());
  const next = await Promise.all(readers.map(async (reader) => (await reader.next()).value));
  for (;;) {
    let first = -1;
    for (const [index, event] of next.entries())
      if (event && (first < 0 || event.logged < next[first]!.logged)) first = index;
    if (first < 0) return;
    yield next[first]!;
    next[first] = (await readers[first]!.next()).value;
  }
}

function tryEvent(line: string): AuditEvent | undefined {
  try {
    return readEvent(line);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
