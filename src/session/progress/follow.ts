import { open } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { elapsed } from "../stages";
import { parseEvent } from "./engineEvents";
import { Progress } from "./progress";
import type { Screen } from "./screen";

/** Milliseconds between two looks at the log. */
const interval = 200;

/**
 * Shows what a Pulumi command does while it runs.
 * @param log absolute path of its log of events, which it makes when it has begun
 * @param ended resolves when the command has ended
 * @returns whether an error was among what was shown
 */
export async function follow(log: string, screen: Screen, ended: Promise<unknown>): Promise<boolean> {
  const progress = new Progress();
  const lines = new Lines(log);
  const began = performance.now();
  let going = true;
  const end = ended.then(() => {
    going = false;
  });
  for (;;) {
    const last = !going;
    const now = performance.now();
    for (const line of await lines.read()) {
      const event = parseEvent(line);
      if (event) for (const { mark, text } of progress.take(event, now)) screen.print(mark, text);
    }
    if (last) break;
    screen.waitsFor(progress.status(now) ?? `Pulumi is at work, ${elapsed(now - began)}`);
    await Promise.race([end, pause(interval)]);
  }
  screen.waitsFor(undefined);
  for (const { mark, text } of progress.end()) screen.print(mark, text);
  return progress.failed;
}

/** The lines of a file that grows, and is begun anew by an update after its preview. */
class Lines {
  private offset = 0;
  private rest = Buffer.alloc(0);

  constructor(private readonly file: string) {}

  /** @returns those that were ended since the last time */
  async read(): Promise<string[]> {
    const handle = await open(this.file).catch(() => undefined);
    if (handle === undefined) return [];
    try {
      if ((await handle.stat()).size < this.offset) [this.offset, this.rest] = [0, Buffer.alloc(0)];
      const chunk = Buffer.alloc(1 << 16);
      for (;;) {
        const { bytesRead } = await handle.read(chunk, 0, chunk.length, this.offset);
        if (bytesRead === 0) break;
        this.offset += bytesRead;
        this.rest = Buffer.concat([this.rest, chunk.subarray(0, bytesRead)]);
      }
    } finally {
      await handle.close();
    }
    const end = this.rest.lastIndexOf("\n") + 1;
    const whole = this.rest.subarray(0, end).toString("utf8");
    this.rest = this.rest.subarray(end);
    return whole.split("\n").slice(0, -1);
  }
}
