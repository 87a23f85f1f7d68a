import type { ChildProcess } from "node:child_process";
import { once } from "node:events";

const running = new Set<ChildProcess>();

/** Keeps a child among those that end with this process, until it has ended. */
export function keepTrack(child: ChildProcess): void {
  running.add(child);
  child.once("error", () => running.delete(child));
  child.once("close", () => running.delete(child));
}

/** Passes a signal on to all programs that run, and waits for their ends. */
export async function endChildren(signal: NodeJS.Signals): Promise<void> {
  await Promise.all(
    [...running].map((child) => {
      const closed = once(child, "close");
      child.kill(signal);
      return closed;
    }),
  );
}
