import { run } from "../../system/process/run";

/** The kinds of files that a package is compiled of, as `go list` calls them. With cgo, C and its like are among them. */
export const fileKinds = [
  "GoFiles",
  "CgoFiles",
  "CFiles",
  "CXXFiles",
  "MFiles",
  "HFiles",
  "FFiles",
  "SFiles",
  "SwigFiles",
  "SwigCXXFiles",
  "SysoFiles",
  "EmbedFiles",
] as const;

/** What `go list` knows of a package that a program is made of. */
export interface GoPackage extends Readonly<Partial<Record<(typeof fileKinds)[number], readonly string[]>>> {
  readonly ImportPath: string;
  readonly Name: string;
  readonly Dir: string;
  readonly Standard?: boolean;
  readonly DepOnly?: boolean;
  readonly Imports?: readonly string[];
  readonly Module?: GoModule;
  readonly Error?: { readonly Err: string; readonly Pos?: string };
}

export interface GoModule {
  readonly Path: string;
  readonly Version?: string;
  readonly Main?: boolean;
  readonly Dir?: string;
  readonly GoMod?: string;
  readonly Replace?: { readonly Path: string; readonly Version?: string };
}

export interface GoListOptions {
  /** the folder to list in */
  readonly source: string;
  /** build tags */
  readonly tags: readonly string[];
  /** environment of the go command, see `goEnvironment` */
  readonly env: Record<string, string | undefined>;
}

const fields = ["ImportPath", "Name", "Dir", "Standard", "DepOnly", "Imports", ...fileKinds, "Module", "Error"].join(
  ",",
);

/**
 * The environment for building what runs in a node: a static Linux program.
 * @param arch the Docker engine's architecture, in Go's words
 * @param own the operator's own settings, which win
 */
export function goEnvironment(arch: string, own: Record<string, string>): Record<string, string | undefined> {
  return { GOOS: "linux", GOARCH: arch, CGO_ENABLED: "0", GOFLAGS: process.env.GOFLAGS, ...own };
}

/**
 * The packages that patterns name and, with `deps`, all that they are made of.
 * Packages that can't be loaded are listed with their `Error`.
 * @param find names the packages alone: what they import is not looked at, and need not be on this machine
 * @throws ProgramError where `go list` itself fails, as it does outside a module
 */
export async function listPackages(
  patterns: readonly string[],
  { source, tags, env }: GoListOptions,
  { deps, find = false }: { deps: boolean; find?: boolean },
): Promise<GoPackage[]> {
  const extent = [...(deps ? ["-deps"] : []), ...(find ? ["-find"] : [])];
  const args = ["list", "-e", `-json=${fields}`, ...extent, ...tagFlags(tags), "--", ...patterns];
  return concatenatedJson<GoPackage>(await run("go", args, { cwd: source, env }));
}

/**
 * All packages that programs are made of, each once.
 * @param mains their main packages, as the settings name them: the go command takes files of one folder at a time
 * @throws ProgramError where `go list` itself fails
 */
export async function listPrograms(mains: readonly string[], options: GoListOptions): Promise<GoPackage[]> {
  const each = [...new Set(mains)].map((main) => listPackages([main], options, { deps: true }));
  const packages = (await Promise.all(each)).flat();
  return [...new Map(packages.map((one) => [one.ImportPath, one])).values()];
}

/**
 * The modules that the go command takes for main ones in a folder: one, or all that a workspace uses.
 * @returns none outside of a module
 * @throws ProgramError where `go list` fails
 */
export async function mainModules({
  source,
  env,
}: Pick<GoListOptions, "source" | "env">): Promise<(GoModule & { readonly Dir: string })[]> {
  const modules = concatenatedJson<GoModule>(await run("go", ["list", "-m", "-json"], { cwd: source, env }));
  return modules.flatMap((module) => (module.Dir === undefined ? [] : [{ ...module, Dir: module.Dir }]));
}

/**
 * Compiles what a main package is made of without linking it, to learn the compiler's objections early. What it compiles outside
 * the covered packages is in Go's cache when the instrumented build asks for it.
 * @throws ProgramError with the compiler's words
 */
export async function compile(main: string, { source, tags, env }: GoListOptions): Promise<void> {
  await run("go", ["list", "-export", "-f", "", ...tagFlags(tags), "--", main], { cwd: source, env });
}

/** Build tags as the go command takes them. */
export function tagFlags(tags: readonly string[]): string[] {
  return tags.length > 0 ? [`-tags=${tags.join(",")}`] : [];
}

/** `go list -json` prints objects one after the other, each ending in a lone brace at the start of a line. */
function concatenatedJson<T>(text: string): T[] {
  return text
    .split(/^}$/m)
    .filter((part) => part.trim())
    .map((part) => JSON.parse(`${part}}`) as T);
}
