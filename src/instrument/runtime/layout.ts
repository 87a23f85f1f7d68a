import { readFile } from "node:fs/promises";
import * as path from "node:path";
import { type Patch, patchLines } from "./patches";

/** How one version of Go arranges the package that writes coverage data. */
export interface Layout {
  readonly importPath: string;
  readonly packageName: string;
  /** its hooks.go with our hooks in it */
  readonly hooks: string;
  /** the expression that gives the table of packages with fixed numbers */
  readonly packageMap: string;
  /** the files of other packages that are changed, as they are to be */
  readonly patched: readonly { readonly patch: Patch; readonly content: string }[];
}

/** Where the package was: moved in Go 1.23. */
export const homes = ["internal/coverage/cfile", "runtime/coverage"] as const;

/** Our function in the place of Go's own that writes the counters at exit. */
export const exitHook = "emitAtExit";

/** Our function in the place of Go's own that writes the meta-data at the start. */
export const startHook = "emitMetaDataInSession";

/** Go 1.N is the oldest that is arranged in a way we know. */
export const oldest = 21;

/** What our sources use of the package; a Go that changed it must be refused here, not fail in the middle of a build. */
export const relied = [
  "type emitState struct",
  "func getCovCounterList() []rtcov.CovCounterBlob",
  "func (s *emitState) VisitFuncs(f encodecounter.CounterVisitorFn) error",
  "func WriteMeta(w io.Writer) error",
  "func emitMetaData()",
  "func prepareForMetaEmit() ([]rtcov.CovMetaBlob, error)",
  "func emitMetaDataToDirectory(outdir string, ml []rtcov.CovMetaBlob) error",
  "func emitCounterData()",
  "capturedOsArgs map[string]string",
  "encodecounter.NewCoverageDataWriter(w, coverage.CtrULeb128)",
  "cfw.Write(finalHash, capturedOsArgs, s)",
  "goCoverDir string",
  "finalHash [16]byte",
  "finalHashComputed bool",
  "cmode coverage.CounterMode",
];

/**
 * Finds out how a toolchain arranges its coverage package.
 * @param patches of other packages
 * @throws Error where it is too old, or is arranged in a way that is not known
 */
export async function readLayout(
  go: { goroot: string; goVersion: string },
  patches: readonly Patch[],
): Promise<Layout> {
  const minor = /\bgo1\.(\d+)/.exec(go.goVersion)?.[1];
  if (minor !== undefined && Number(minor) < oldest) {
    throw new Error(
      `Expected Go 1.${oldest} or later for snapshots and profiles, got ${go.goVersion}. ` +
        "Raise the toolchain line of the operator's go.mod or set GOTOOLCHAIN in `build.env`, or turn snapshots and profiles off.",
    );
  }
  const root = path.join(go.goroot, "src");
  const contents = await Promise.all(patches.map((patch) => patched(root, patch)));
  const all = patches.flatMap((patch, index) => {
    const content = contents[index];
    return content === undefined ? [] : [{ patch, content }];
  });
  for (const importPath of homes) {
    const folder = path.join(root, importPath);
    const [hooks, ...others] = await Promise.all(
      ["hooks.go", "emit.go", "apis.go"].map((name) => readIfThere(folder, name)),
    );
    if (hooks === undefined || all.length < patches.length) continue;
    const layout = describe(importPath, hooks, others.join("\n"));
    if (layout) return { ...layout, patched: all };
  }
  throw new Error(
    `Expected ${root} to arrange Go's coverage package and ${namesOf(patches)} as Go 1.${oldest} to 1.26 do, got ${go.goVersion} with an arrangement that is not known. ` +
      "Build the operator with one of those (`GOTOOLCHAIN` in `build.env`), or turn snapshots and profiles off.",
  );
}

/** The packages of patches, for a sentence. */
export function namesOf(patches: readonly Patch[]): string {
  return patches.map(({ importPath }) => importPath).join(" and ");
}

/** @returns the file of another package that is changed, as it is to be; undefined where the package is not as expected */
async function patched(
  root: string,
  { importPath, file, lines, relied, reliedFiles }: Patch,
): Promise<string | undefined> {
  const folder = path.join(root, importPath);
  const text = await readIfThere(folder, file);
  const all = (await Promise.all(reliedFiles.map((name) => readIfThere(folder, name)))).join("\n");
  return text !== undefined && relied.every((used) => all.includes(used)) ? patchLines(text, lines) : undefined;
}

/** @returns undefined where our sources don't fit */
function describe(importPath: string, hooks: string, others: string): Omit<Layout, "patched"> | undefined {
  if (!relied.every((text) => others.includes(text))) return undefined;
  const packageName = /^package (\w+)$/m.exec(hooks)?.[1];
  const packageMap = /\bpm := (getCovPkgMap\(\)|rtcov\.Meta\.PkgMap)$/m.exec(others)?.[1];
  const patched = patchHooks(hooks);
  return packageName && packageMap && patched ? { importPath, packageName, hooks: patched, packageMap } : undefined;
}

/**
 * Puts our two hooks into the package's own: one that runs when a covered program starts, and one that writes the counters when it ends.
 * A change of the package's file is needed, because nothing in it calls out; a hook that is added to the exit hooks beside Go's would run
 * after Go's and could not tell whether that had succeeded.
 * @returns undefined where the file is not as expected
 */
export function patchHooks(hooks: string): string | undefined {
  const atExit = replaceOnly(hooks, /(?<=\bF: |\bruntime_addExitHook\()emitCounterData\b/g, exitHook);
  return atExit && replaceOnly(atExit, /^\t\temitMetaData\(\)$/gm, `\t\t${startHook}()\n\t\tkeepFilesCurrent()`);
}

function replaceOnly(text: string, pattern: RegExp, replacement: string): string | undefined {
  return [...text.matchAll(pattern)].length === 1 ? text.replace(pattern, replacement) : undefined;
}

async function readIfThere(folder: string, name: string): Promise<string | undefined> {
  try {
    return await readFile(path.join(folder, name), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
