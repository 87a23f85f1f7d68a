#!/usr/bin/env node
import { CommanderError } from "commander";
import { ownFailure } from "../session/verdict";
import { commands } from "./commands";

/** Commands that exit with the status of others' programs, and with another one where they fail themselves. */
const passStatusOn = ["session", "demo"];

/** `operator-coverage COMMAND ...`, which `npm run COMMAND` calls in a checkout of this project. */
async function main(args: readonly string[]): Promise<void> {
  try {
    await commands().parseAsync(args, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return;
    console.error(error instanceof CommanderError ? inWords(error) : error instanceof Error ? error.message : error);
    process.exitCode = passStatusOn.includes(args[0] ?? "") ? ownFailure : 1;
  }
}

/** Commander's errors are sentences without a capital, for programs whose name stands before them. */
function inWords({ message }: CommanderError): string {
  const [sentence, ...more] = message.replace(/^error: /, "").split("\n");
  return [`${sentence!.charAt(0).toUpperCase()}${sentence!.slice(1)}. \`--help\` shows what there is.`, ...more].join(
    "\n",
  );
}

void main(process.argv.slice(2));
