import type { Project } from "../../settings/project";
import { run } from "../../system/process/run";
import { hasPassphrase, pulumiEnvironment } from "./pulumiEnvironment";

/** Actions of `pulumi stack` that are followed by the name of the stack that they work on. */
const named = ["init", "rm"];

/**
 * The stack that a call of the Pulumi CLI works on, for `pulumiEnvironment`.
 * @param args those of the CLI
 * @param env the user's; only where it has a passphrase of its own is the CLI asked which stack was selected, for that takes its time
 * @returns its short name, such as dev; nothing where there is none, or it does not matter
 */
export async function stackOf(
  args: readonly string[],
  project: Project,
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  return hasPassphrase(env) ? namedOrSelected(args, project, pulumiEnvironment(project, env)) : undefined;
}

/**
 * The stack that arguments of the Pulumi CLI name, or else the one that is selected.
 * @param env the CLI's
 * @returns its short name; nothing where there is none
 */
export async function namedOrSelected(
  args: readonly string[],
  project: Project,
  env: Record<string, string>,
): Promise<string | undefined> {
  const selected = () => run("pulumi", ["stack", "--show-name", "--non-interactive"], { cwd: project.program, env });
  const stack = stackIn(args) ?? (await selected().catch(() => undefined))?.trim();
  return stack === undefined ? undefined : shortName(stack);
}

/** A stack's name without its project's, as its settings' file has it. */
export function shortName(stack: string): string {
  return stack.slice(stack.lastIndexOf("/") + 1);
}

/** The stack that arguments of the Pulumi CLI name, if any. */
export function stackIn(args: readonly string[]): string | undefined {
  for (const [i, arg] of args.entries()) {
    if (arg === "--stack" || arg === "-s") return args[i + 1];
    const [, joined] = /^(?:--stack=|-s=?)([^-].*)$/.exec(arg) ?? [];
    if (joined !== undefined) return joined;
  }
  const [command, action, ...rest] = args;
  return command === "stack" && named.includes(action ?? "") ? rest.find((arg) => !arg.startsWith("-")) : undefined;
}
