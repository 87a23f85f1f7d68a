import { listOptions } from "../../instrument/buildPlan";
import { compile, type GoListOptions, type GoPackage, listPackages } from "../../instrument/packages/goPackages";
import { mistake, Phrase } from "../../settings/problems";
import type { BuildConfiguration } from "../../settings/schema";
import { ProgramError } from "../../system/process/run";
import { goAdvice } from "./goAdvice";

interface Main {
  /** the main package, as the settings name it */
  readonly main: string;
  /** where they do, for messages */
  readonly at: string;
  /** absolute path of the operator's source */
  readonly source: string;
  readonly build: BuildConfiguration;
}

/**
 * Checks that `main` names one Go main package.
 * @param main `sourceAt` is where the settings name its source
 * @returns the package and all that it is made of, itself last
 * @throws SettingsError naming the main packages that there are
 */
export async function inspectMain({
  main,
  at,
  source,
  build,
  sourceAt,
  arch,
}: Main & { sourceAt: string; arch: string }): Promise<GoPackage[]> {
  const list = listOptions(source, build, arch);
  const packages = await listPackages([main], list, { deps: true }).catch((error: unknown) => {
    if (!(error instanceof ProgramError)) throw error;
    const words = error.stderr.trim() || error.message;
    throw mistake(sourceAt, "a Go module", new Phrase(`${source}, of which go list says: ${words}`), goAdvice(words));
  });
  const asked = packages.filter((p) => !p.DepOnly);
  const [found] = asked;
  const instead = async (got: string) => {
    const wayOut = goAdvice(got) ?? (await mainPackages(list));
    return mistake(at, "a Go main package", new Phrase(`${JSON.stringify(main)}${got}`), wayOut);
  };
  if (!found || asked.length > 1) throw await instead(`, which names ${asked.length} packages`);
  if (found.Error) throw await instead(`: ${found.Error.Err.trim()}`);
  if (found.Name !== "main") throw await instead(`, which is package ${found.Name}`);
  return packages;
}

/** The way out: what would have done. */
async function mainPackages(list: GoListOptions): Promise<string> {
  const mains = (await listPackages(["./..."], list, { deps: false }))
    .filter((p) => p.Name === "main")
    .map((p) => (p.ImportPath === p.Module?.Path ? "." : p.ImportPath.replace(`${p.Module?.Path}/`, "./")));
  return mains.length > 0 ? `Main packages of this module: ${mains.join(", ")}.` : "This module has no main package.";
}

/**
 * Asks the compiler what it objects to, before anything is created.
 * @throws SettingsError with the compiler's words
 */
export async function checkCompiles(
  { name, main, at, source, build }: Main & { name: string },
  { arch, progress }: { arch: string; progress: (message: string) => void },
): Promise<void> {
  try {
    progress(`${name}: compiling ${main} (minutes the first time, seconds after an edit); next: cluster and image`);
    await compile(main, listOptions(source, build, arch));
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    const words = error.stderr.trim();
    const got = new Phrase(`the compiler's words:\n${words}`);
    throw mistake(at, "a Go main package that compiles", got, goAdvice(words));
  }
}
