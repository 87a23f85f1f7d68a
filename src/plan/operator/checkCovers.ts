import type { GoModule, GoPackage } from "../../instrument/packages/goPackages";
import { coveredPackages } from "../../instrument/packages/packagePatterns";
import { mistake, Phrase } from "../../settings/problems";

/** At most so many packages are named that would have done. */
const named = 5;

/** What is to be covered of an operator. */
export interface Covering {
  readonly coverpkg: readonly string[];
  /** where the settings name that, for messages: `operators[0].build.coverpkg` */
  readonly at: string;
  /** absolute path of the operator's source */
  readonly source: string;
}

/**
 * Checks that there is something to cover of a program: go only warns of patterns that mean nothing of it, and builds one that never writes counters.
 * @param main its main package, as the settings name it
 * @param packages what it is made of
 * @throws SettingsError naming packages that would have done
 */
export async function checkCovers(
  main: string,
  packages: readonly GoPackage[],
  { coverpkg, at, source }: Covering,
): Promise<void> {
  if ((await coveredPackages(packages, coverpkg, source)).length > 0) return;
  const got = new Phrase(`${JSON.stringify(coverpkg)}, which mean none of them`);
  throw mistake(at, `patterns of packages that ${main} is made of`, got, wouldDo(main, packages));
}

/**
 * Finds the patterns that mean nothing of an operator, beside others that do. One list may be for several operators; but what a misspelt pattern was meant for
 * would be missing without a word.
 * @param packages what all of its programs are made of
 * @returns a sentence for each
 */
export async function idlePatterns(packages: readonly GoPackage[], { coverpkg, source }: Covering): Promise<string[]> {
  const notes = coverpkg.map(async (pattern) => {
    if ((await coveredPackages(packages, [pattern], source)).length > 0) return [];
    return [`The pattern ${JSON.stringify(pattern)} in \`coverpkg\` means none of the packages that it is made of.`];
  });
  return (await Promise.all(notes)).flat();
}

/**
 * Finds modules of the user's own that a program is made of and that the default patterns leave out: `./...` means folders below the source, and neither the
 * siblings of a workspace nor a module that go.mod replaces by a folder elsewhere. Who writes patterns has decided.
 * @param packages what all of its programs are made of
 * @returns a sentence for each
 */
export async function siblingNotes(packages: readonly GoPackage[], { coverpkg, source }: Covering): Promise<string[]> {
  if (coverpkg.join() !== "./...") return [];
  const covered = new Set(await coveredPackages(packages, coverpkg, source));
  const left = packages.filter((p) => p.Module && isLocal(p.Module) && !covered.has(p));
  const modules = [...new Set(left.map(({ Module }) => Module?.Path ?? ""))];
  return modules.map(
    (module) =>
      `Packages of the module ${module}, which lies outside the source, do not count: name it in \`build.coverpkg\` beside ./... if they should (${module}/...).`,
  );
}

/** Whether a module is somebody's who builds it here: a main one, or a folder that stands in for one. */
function isLocal({ Main, Replace }: GoModule): boolean {
  return Main === true || (Replace !== undefined && Replace.Version === undefined);
}

/** The way out: packages of the operator's own, the last of which are nearest to its main packages. */
function wouldDo(whole: string, packages: readonly GoPackage[]): string {
  const own = packages.filter((p) => p.Module?.Main).map((p) => p.ImportPath);
  const others = own.length > named ? ` and ${own.length - named} more` : "";
  return `${whole} is made of ${own.slice(-named).join(", ")}${others}; ./... means all below the source.`;
}
