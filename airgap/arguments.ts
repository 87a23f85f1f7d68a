import { parseArgs } from "node:util";

/** What can be provided; `--only` chooses among them. */
export const partNames = ["docker", "node-image", "pulumi", "plugins", "kind", "kubectl", "ko"] as const;
export type PartName = (typeof partNames)[number];

/** The command line, understood. */
export interface Arguments {
  /** Whether to say nothing but errors. */
  readonly quiet: boolean;
  /** Whether to tell what is there and what would be done, and do nothing. */
  readonly check: boolean;
  readonly only: readonly PartName[];
  /** The command to run, and its arguments; empty with `check`, or to provide everything and run nothing. */
  readonly command: readonly string[];
}

export const usage = `Usage: tsx airgap/with.ts [--quiet] [--only ${partNames.join(",")}] [--check | -- COMMAND ARGUMENTS...]
Provides what this machine lacks, then runs the command with it.`;

/** Reads the command line, without the program's own name.
 * @throws Error that says what was expected */
export function parseArguments(args: readonly string[]): Arguments {
  const end = args.indexOf("--");
  const own = end < 0 ? args : args.slice(0, end);
  const { values } = parseArgs({
    args: [...own],
    options: { quiet: { type: "boolean" }, check: { type: "boolean" }, only: { type: "string" } },
  });
  const command = end < 0 ? [] : args.slice(end + 1);
  if (command.length === 0 && !values.check && end >= 0)
    throw new Error(`Expected a command after --, got none\n${usage}`);
  return { quiet: values.quiet ?? false, check: values.check ?? false, only: parts(values.only), command };
}

function parts(list: string | undefined): PartName[] {
  if (list === undefined) return [...partNames];
  return list.split(",").map((name) => {
    const known = partNames.find((part) => part === name);
    if (!known) throw new Error(`Expected --only to name some of ${partNames.join(", ")}, got ${JSON.stringify(name)}`);
    return known;
  });
}
