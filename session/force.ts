/**
 * Takes `--force` out of the arguments of a `destroy`: Pulumi knows no such flag, and Commands are told by their environment.
 * @param args those of the Pulumi CLI
 * @returns what the CLI is given, and what its environment gains
 */
export function takeForce(args: readonly string[]): { args: string[]; env: Record<string, string> } {
  const isDestroy = args.some((arg) => ["destroy", "down", "dn"].includes(arg));
  if (!isDestroy || !args.includes("--force")) return { args: [...args], env: {} };
  return { args: args.filter((arg) => arg !== "--force"), env: { OPERATOR_COVERAGE_FORCE: "true" } };
}
