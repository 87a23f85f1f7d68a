import { spawn } from "node:child_process";
import * as os from "node:os";
import { relay } from "./relay";

export interface ChildOptions {
  readonly cwd: string;
  readonly env?: Record<string, string>;
  readonly group: Group;
  /** passes its output on instead of handing it this process's, so that it never meets a terminal or a reader that is gone */
  readonly relayed?: boolean;
  /** a file's descriptor that its output goes to, instead of where this process's goes */
  readonly log?: number;
  /** told its process id at once */
  readonly started?: (pid: number) => void;
}

/** "terminal" shares this process's terminal, and Ctrl-C reaches it by itself; "alone" is a process group of its own, which Ctrl-C does not reach */
export type Group = "terminal" | "alone";

/**
 * The group for a program that people deal with: programs like Pulumi end at once at a second signal, so each signal must reach it only once. Without a
 * terminal nobody can know whether a signal came to this process or to its whole group, so that only a group of its own will do.
 */
export function interactiveGroup(): Group {
  return [process.stdin, process.stdout, process.stderr].some((stream) => stream.isTTY) ? "terminal" : "alone";
}

/** A program that was started, and how to end it. */
export interface Child {
  /** its exit status, as a shell gives it: 128 and the signal's number where a signal ended it, 127 where it could not be started */
  readonly status: Promise<number>;
  /** passes a signal on; not SIGINT where it has come from the terminal already, and SIGHUP as SIGTERM: Pulumi and most others know no other order to end */
  readonly kill: (signal: EndingSignal) => void;
}

/** The signals that ask a session to end: Ctrl-C, a terminal that is gone, a supervisor. */
export const endingSignals = ["SIGINT", "SIGHUP", "SIGTERM"] as const;
export type EndingSignal = (typeof endingSignals)[number];

/** Starts a program whose output goes where this process's goes, or to a log. */
export function startChild(program: string, args: readonly string[], options: ChildOptions): Child {
  const { cwd, env, group, relayed = false, log, started } = options;
  const alone = group === "alone";
  const output = log ?? (relayed ? "pipe" : "inherit");
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...env },
    // Who reads from a terminal that is another group's is stopped.
    stdio: [alone && process.stdin.isTTY ? "ignore" : "inherit", output, output],
    detached: alone,
  });
  if (child.pid !== undefined) started?.(child.pid);
  relay(child.stdout, process.stdout);
  relay(child.stderr, process.stderr);
  const status = new Promise<number>((resolve) => {
    child.on("error", (error) => {
      console.error(`${program}: ${error.message}`);
      resolve(127);
    });
    child.on(relayed ? "close" : "exit", (code: number | null, signal: NodeJS.Signals | null) =>
      resolve(code ?? 128 + os.constants.signals[signal!]),
    );
  });
  const kill = (signal: EndingSignal) => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    if (!alone && signal === "SIGINT") return;
    try {
      process.kill(alone ? -child.pid : child.pid, signal === "SIGHUP" ? "SIGTERM" : signal);
    } catch (error) {
      // It may have ended since.
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  };
  return { status, kill };
}
