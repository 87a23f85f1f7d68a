import { spawn } from "node:child_process";
import * as os from "node:os";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Runs a command with our input and output, passes signals on, and returns its status when it has ended; 128 and the signal's number
 * when a signal ended it, 127 when there is no such command. */
export function runChild(command: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  // Programs like Pulumi end at once at a second signal, so each must come once only. Ctrl-C on a terminal reaches the child by itself.
  // Without a terminal we can't know whether a signal came to us alone or to our whole group: so the child gets a group of its own.
  const terminal = [process.stdin, process.stdout, process.stderr].some((stream) => stream.isTTY);
  return new Promise((resolve) => {
    // Before the child is there: it may run, and somebody answer it by a signal, before spawn returns. Handlers run only after that.
    const handlers = SIGNALS.map((signal) => {
      const handler = () => {
        if (!terminal || signal === "SIGTERM") child.kill(signal);
      };
      process.on(signal, handler);
      return [signal, handler] as const;
    });
    const child = spawn(command[0]!, command.slice(1), { env, stdio: "inherit", detached: !terminal });
    const end = (status: number) => {
      for (const [signal, handler] of handlers) process.off(signal, handler);
      resolve(status);
    };
    child.on("error", (error) => {
      if (child.pid !== undefined) return;
      process.stderr.write(`Expected \`${command[0]}\` to be a command, got: ${error.message}\n`);
      end(127);
    });
    child.on("exit", (status, signal) => end(status ?? 128 + os.constants.signals[signal!]));
  });
}
