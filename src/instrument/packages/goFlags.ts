import type { BuildConfiguration } from "../../settings/schema";
import { tagFlags } from "./goPackages";

/**
 * Flags that make a go command instrument what it builds, where its command line is another's.
 * @param coverpkg patterns of the packages to cover; none leaves them to the go command
 */
export function coverFlags(build: BuildConfiguration, coverpkg: readonly string[] = build.coverpkg): string[] {
  return [
    "-cover",
    `-covermode=${build.covermode}`,
    ...(coverpkg.length > 0 ? [`-coverpkg=${coverpkg.join(",")}`] : []),
    ...tagFlags(build.tags),
    ...(build.ldflags ? [`-ldflags=${build.ldflags}`] : []),
  ];
}

/**
 * Writes flags as GOFLAGS holds them: separated by spaces, those with spaces in quotes, which know no escapes (Go's cmd/internal/quoted).
 * @throws Error for a flag that holds both kinds of quotes: Go can't read that
 */
export function joinGoFlags(flags: readonly string[]): string {
  return flags.map(quoted).join(" ");
}

function quoted(flag: string): string {
  if (!/[\s'"]/.test(flag)) return flag;
  if (!flag.includes("'")) return `'${flag}'`;
  if (!flag.includes('"')) return `"${flag}"`;
  throw new Error(`Expected a flag for GOFLAGS to hold single or double quotes, got both: ${flag}`);
}
