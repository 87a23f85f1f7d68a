import * as os from "node:os";
import { parseArguments, usage } from "./arguments";
import { check, provide } from "./provide";
import { runChild } from "./run/child";
import { endCommands } from "./run/command";

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** Provides what this machine lacks, runs a command with it, and returns the status to exit with. */
async function main(args: readonly string[]): Promise<number> {
  if (args.includes("--help") && args.indexOf("--help") < [...args, "--"].indexOf("--")) {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  const given = parseArguments(args);
  if (given.check) {
    process.stdout.write(`${await check(given)}\n`);
    return 0;
  }
  let stopped: NodeJS.Signals | undefined;
  const stop = (signal: NodeJS.Signals) => {
    stopped = signal;
    endCommands();
  };
  for (const signal of SIGNALS) process.once(signal, stop);
  const session = await provide(given).catch((error: Error) => {
    if (!stopped) throw error;
    process.stderr.write(`Ended by ${stopped}: what was finished is kept for the next run\n`);
    return undefined;
  });
  try {
    if (stopped) return 128 + os.constants.signals[stopped];
    for (const signal of SIGNALS) process.off(signal, stop);
    return session && given.command.length > 0 ? await runChild(given.command, session.env) : 0;
  } finally {
    await session?.release();
  }
}

main(process.argv.slice(2)).then(
  (status) => process.exit(status),
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  },
);
