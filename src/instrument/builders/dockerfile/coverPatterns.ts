import * as path from "node:path";
import type { GoPackage } from "../../packages/goPackages";
import type { OwnModule } from "../../packages/ownModule";
import { coveredPackages, packageMatcher } from "../../packages/packagePatterns";

/** A main package that is built by the names of its files has no other import path, and what does not match is not instrumented at all. */
const byFiles = "command-line-arguments";

/**
 * Writes patterns of packages to cover so that they mean the same in whatever folder a go command runs and whatever it is given: `-coverpkg=./...` is about
 * folders, of whatever module, below that one.
 *
 * Where import paths would name packages besides, as those of a required module whose path begins as the own one's does, patterns stay as they are.
 * @param patterns as the settings have them, counted from the source
 * @param source absolute path
 * @param own the module of the source; undefined where that is in none
 * @param packages what the programs are made of
 * @returns none where go commands are to choose: by themselves they cover the main modules
 */
export async function importPatterns(
  patterns: readonly string[],
  source: string,
  own: OwnModule | undefined,
  packages: readonly GoPackage[],
): Promise<string[]> {
  if (!own) return [...patterns];
  const all = (await coveredPackages(packages, ["all"], source)).filter((p) => p.ImportPath !== byFiles);
  const meant = new Set(await coveredPackages(packages, patterns, source));
  const byDefault = own.alone && own.folder === own.path && patterns.every((pattern) => pattern === "./...");
  if (byDefault && all.every((p) => meant.has(p) === (p.Module?.Main === true))) return [];
  const named = patterns.map((pattern) =>
    /^\.\.?(\/|$)/.test(pattern) ? path.posix.join(own.folder, pattern) : pattern,
  );
  const matchers = named.map((pattern) => packageMatcher(pattern, source));
  const isNamed = (p: GoPackage) => matchers.some((matches) => matches(p));
  if (all.some((p) => isNamed(p) && !meant.has(p))) return [...patterns];
  // Modules that lie below the source may have any path.
  const others = all.filter((p) => meant.has(p) && !isNamed(p)).map((p) => p.ImportPath);
  return [byFiles, ...named, ...others];
}
