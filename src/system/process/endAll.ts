import { setTimeout as pause } from "node:timers/promises";

/** A process that has not ended. */
export interface Going {
  readonly pid: number;
  /** for people */
  readonly name: string;
}

/** Seconds that processes may take to end when they are asked to; then they are killed, and have as long again. */
const patience = 20;

/**
 * Ends what an interrupted run left going, and waits until it has ended.
 * @param find which of it goes on. It is asked again and again: what was started since has to end as well, and a number that has become another
 * process's must not be used
 * @throws Error naming what is still there after it was killed
 */
export async function endAll(
  find: () => Promise<readonly Going[]>,
  progress: (message: string) => void,
  seconds = patience,
): Promise<void> {
  const sent = new Set<string>();
  for (const start = Date.now(); ; await pause(50)) {
    const left = await find();
    if (left.length === 0) return;
    const waited = (Date.now() - start) / 1000;
    if (waited > 2 * seconds) {
      throw new Error(
        `Expected what an interrupted run left going to end, got ${names(left)} still there ${seconds} s after SIGKILL. It waits for the system: see what for with \`ps -o pid,stat,wchan,args -p ${left.map(({ pid }) => pid)}\`, and run the command again once it has ended.`,
      );
    }
    const signal = waited > seconds ? "SIGKILL" : "SIGTERM";
    // Once: who is asked again while it ends what it called takes that for an order to drop everything.
    const asked = left.filter(({ pid }) => !sent.has(`${signal} ${pid}`));
    if (asked.length === 0) continue;
    const doing = signal === "SIGTERM" ? "ending" : `killing, because it did not end in ${seconds} s,`;
    progress(`${doing} what an interrupted run left going: ${names(asked)}`);
    for (const { pid } of asked) {
      sent.add(`${signal} ${pid}`);
      send(pid, signal);
    }
  }
}

function names(going: readonly Going[]): string {
  return going.map(({ pid, name }) => `${name} (pid ${pid})`).join(", ");
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
