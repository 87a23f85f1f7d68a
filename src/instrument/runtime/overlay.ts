import { mkdir, readFile, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { packageRoot } from "../../state/packageRoot";
import { type Layout, readLayout } from "./layout";
import { type Patch, patchesOf } from "./patches";

/** What to build into an operator. */
export interface RuntimeOptions {
  /** GOROOT of the toolchain that builds the operator, as that toolchain says it; see `goToolchain` */
  readonly goroot: string;
  /** its GOVERSION, such as go1.26.1 */
  readonly goVersion: string;
  /** the operator's cover mode; snapshots need `atomic` */
  readonly covermode: "atomic" | "count" | "set";
  /** its package patterns, as `-coverpkg` takes them */
  readonly coverpkg: readonly string[];
  /** keep a snapshot of the counters */
  readonly snapshots: boolean;
  /** link in what keeps pprof profiles */
  readonly profiles: boolean;
  /** whether the program may have another one take its place (`syscall.Exec`) */
  readonly execs?: boolean;
}

/** A file that the build sees in place of, or in addition to, one of the standard library's. */
export interface OverlayFile {
  /** its absolute path in GOROOT */
  readonly replaces: string;
  /** its name in the folder that the overlay is written to */
  readonly name: string;
  readonly content: string;
}

/** Where the Go side lies. */
export const sourceFolder = path.join(packageRoot(), "go/runtime/_cfile");

/** Which of its files are wanted in the coverage package, without `.go`. */
export function sourcesOf({
  snapshots,
  profiles,
  execs = false,
}: Pick<RuntimeOptions, "snapshots" | "profiles" | "execs">): string[] {
  if (!snapshots && !profiles) return [];
  return [
    "session",
    "folder",
    "signals",
    ...(snapshots ? ["snapshots", "digest"] : []),
    ...(savesAtExec({ snapshots, execs }) ? ["exec"] : []),
    ...(profiles ? ["profiles"] : []),
  ];
}

/** Without snapshots, Go itself writes the counters, which it can do once. */
function savesAtExec({ snapshots, execs = false }: Pick<RuntimeOptions, "snapshots" | "execs">): boolean {
  return snapshots && execs;
}

/** The packages beside the coverage package that are changed. */
export function patchesFor(options: Pick<RuntimeOptions, "snapshots" | "execs">): readonly Patch[] {
  return patchesOf({ execs: savesAtExec(options) });
}

/**
 * Plans what `go build -overlay` must lay over the standard library, so that an operator whose source is not touched saves its counters and profiles
 * while it runs. Changed are the package that writes coverage data, on which nothing but a covered main package depends, and os/signal, on which few do; and syscall, where a program may use its Exec.
 * @returns no file where nothing is asked for
 * @throws Error where that toolchain or cover mode can't do it
 */
export async function runtimeOverlay(options: RuntimeOptions): Promise<OverlayFile[]> {
  const added = sourcesOf(options);
  if (added.length === 0) return [];
  const patches = patchesFor(options);
  const layout = await readLayout(options, patches);
  checkCovered(options, [layout.importPath, ...patches.map(({ importPath }) => importPath)]);
  const folder = path.join(options.goroot, "src", layout.importPath);
  const file = (name: string, content: string) => ({ replaces: path.join(folder, name), name, content });
  return [
    file("hooks.go", layout.hooks),
    ...(await Promise.all(
      added.map(async (name) => {
        const text = await readFile(path.join(sourceFolder, `${name}.go`), "utf8");
        return file(`operator_coverage_${name}.go`, adapt(text, layout));
      }),
    )),
    ...(
      await Promise.all(layout.patched.map(({ patch, content }) => patchFiles(options.goroot, patch, content)))
    ).flat(),
  ];
}

/** @param content the file that is changed, as it is to be */
async function patchFiles(
  goroot: string,
  { importPath, file, source }: Patch,
  content: string,
): Promise<OverlayFile[]> {
  const folder = path.join(goroot, "src", importPath);
  const ours = `operator_coverage_${source.name}.go`;
  return [
    { replaces: path.join(folder, file), name: file, content },
    { replaces: path.join(folder, ours), name: ours, content: await readFile(patchSource(source), "utf8") },
  ];
}

/** @returns absolute path of what a patch adds */
export function patchSource({ folder, name }: Patch["source"]): string {
  return path.join(packageRoot(), "go/runtime", folder, `${name}.go`);
}

/**
 * Checks what can be known without the toolchain.
 * @param homes import paths of what is laid over, or may be
 * @throws Error where counters can't be read while they change, or where what is laid over would be covered itself
 */
export function checkCovered(
  { snapshots, covermode, coverpkg }: Pick<RuntimeOptions, "snapshots" | "covermode" | "coverpkg">,
  homes: readonly string[],
): void {
  if (snapshots && covermode !== "atomic") {
    throw new Error(
      `Expected \`covermode\` to be atomic for snapshots, got ${covermode}, whose counters can't be read while they change. ` +
        "Set it to atomic, or turn snapshots off.",
    );
  }
  for (const home of homes) {
    const covering = coverpkg.find((pattern) => matches(pattern, home));
    if (covering === undefined) continue;
    throw new Error(
      `Expected \`coverpkg\` to leave out Go's own ${home} for snapshots and profiles, which are laid over it, got ${covering}. ` +
        "List your own packages and modules instead, such as ./... or example.com/module/..., or turn snapshots and profiles off.",
    );
  }
}

/**
 * Writes an overlay for the go command.
 * @param folder absolute path, made if it isn't there
 * @returns the file to give to `-overlay`
 */
export async function writeOverlay(files: readonly OverlayFile[], folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  await Promise.all(files.map(({ name, content }) => writeFile(path.join(folder, name), content)));
  const replace = Object.fromEntries(files.map(({ replaces, name }) => [replaces, path.join(folder, name)]));
  await writeFile(path.join(folder, "overlay.json"), JSON.stringify({ Replace: replace }, undefined, 2));
  return path.join(folder, "overlay.json");
}

/** Whether a package pattern of the go command means a package of the standard library. */
function matches(pattern: string, importPath: string): boolean {
  if (pattern === "all" || pattern === "std") return true;
  const [literal = "", ...others] = pattern.split("...");
  if (others.length === 0) return pattern === importPath;
  // Good enough for patterns that start in the standard library's tree; only an odd one such as "int...file" has more to it.
  return importPath.startsWith(literal.replace(/\/$/, ""));
}

/** Our sources are written for the newest layout. */
function adapt(source: string, { packageName, packageMap }: Layout): string {
  return source.replace(/^package cfile$/m, `package ${packageName}`).replaceAll("rtcov.Meta.PkgMap", packageMap);
}
