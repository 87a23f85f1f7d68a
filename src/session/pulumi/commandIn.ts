/** Flags that may stand before a command and are followed by a value, see `pulumi --help`. */
const valued = new Set([
  "-C",
  "--cwd",
  "--color",
  "--memprofilerate",
  "--profiling",
  "--tracing",
  "-v",
  "--verbose",
  "-s",
  "--stack",
]);

/**
 * The command that arguments of the Pulumi CLI name, such as destroy.
 * @returns nothing where there are flags alone
 */
export function commandIn(args: readonly string[]): string | undefined {
  return args.find((arg, i) => !arg.startsWith("-") && !valued.has(args[i - 1] ?? ""));
}
