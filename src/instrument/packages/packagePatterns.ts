import { realpath } from "node:fs/promises";
import * as path from "node:path";
import type { GoPackage } from "./goPackages";

/** What decides whether a pattern means a package. */
type Named = Pick<GoPackage, "ImportPath" | "Dir" | "Standard">;

/**
 * The packages of a program that coverage patterns mean, and that can be instrumented. `go build` does not ask which packages there are: it goes through those that
 * the program is made of (cmd/go/internal/load/search.go, MatchPackage), and so does this, without a go command.
 * @param packages what the program is made of
 * @param patterns as -coverpkg takes them
 * @param source absolute path of the folder that relative patterns start from
 */
export async function coveredPackages(
  packages: readonly GoPackage[],
  patterns: readonly string[],
  source: string,
): Promise<GoPackage[]> {
  // The go command knows the folder by one of these names.
  const folders = [source, await realpath(source)];
  const match = patterns.flatMap((pattern) => folders.map((folder) => packageMatcher(pattern, folder)));
  return packages.filter((p) => isInstrumentable(p) && match.some((matches) => matches(p)));
}

/** Package unsafe is the compiler's own. */
function isInstrumentable({ ImportPath, GoFiles, CgoFiles }: GoPackage): boolean {
  return ImportPath !== "unsafe" && (GoFiles?.length ?? 0) + (CgoFiles?.length ?? 0) > 0;
}

/**
 * Whether a pattern means a package.
 * @param folder absolute path that the pattern starts from where it is relative
 */
export function packageMatcher(pattern: string, folder: string): (p: Named) => boolean {
  if (/^\.\.?(\/|$)/.test(pattern)) return relativeMatcher(pattern, folder);
  if (pattern === "all") return () => true;
  if (pattern === "std") return (p) => p.Standard === true;
  if (pattern === "cmd") return (p) => p.Standard === true && p.ImportPath.startsWith("cmd/");
  const matches = pathMatcher(pattern);
  return (p) => matches(p.ImportPath);
}

/** A relative pattern is about folders, of whatever module. */
function relativeMatcher(pattern: string, folder: string): (p: Named) => boolean {
  const wildcard = pattern.indexOf("...");
  if (wildcard < 0) return (p) => p.Dir === path.join(folder, pattern).replace(/(?<=.)\/$/, "");
  const slash = pattern.lastIndexOf("/", wildcard);
  const top = path.join(folder, pattern.slice(0, slash));
  const matches = pathMatcher(pattern.slice(slash + 1));
  return (p) => {
    const below = path.relative(top, p.Dir);
    return below !== ".." && !below.startsWith("../") && matches(below || ".");
  };
}

/** Stands for a path's element "vendor", which wildcards don't match. */
const vendor = "\0";

/** `...` is any text, and `/...` at the end may be nothing at all (cmd/internal/pkgpattern, MatchPattern). */
function pathMatcher(pattern: string): (name: string) => boolean {
  let expression = hideVendor(pattern).replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  const wild = "\\.\\.\\.";
  if (expression === `${vendor}/${wild}`) expression = `(/vendor|/${vendor}/${wild})`;
  else if (expression.endsWith(`/${vendor}/${wild}`))
    expression = `${expression.slice(0, -`/${vendor}/${wild}`.length)}(/vendor|/${vendor}/${wild})`;
  else if (expression.endsWith(`/${wild}`)) expression = `${expression.slice(0, -`/${wild}`.length)}(/${wild})?`;
  const matching = new RegExp(`^${expression.replaceAll(wild, `[^${vendor}]*`)}$`, "s");
  return (name) => matching.test(hideVendor(name));
}

/** A last element "vendor" is a package of that name. */
function hideVendor(name: string): string {
  const elements = name.split("/");
  return elements.map((e, index) => (e === "vendor" && index < elements.length - 1 ? vendor : e)).join("/");
}
