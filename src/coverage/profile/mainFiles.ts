import { mergeProfiles, sameBlocks } from "./merge";
import type { FileBlocks, Profile } from "./profile";

/**
 * Gives files of a main package that was built by the names of its files their names by import path. `go build cmd/main.go`, as kubebuilder's
 * Dockerfile has it, knows no import path, so that counters name such a file by where it lay in the build's container: /workspace/cmd/main.go.
 * That is no place to find a source at, and another name for the same file in another operator's build or a unit test's profile.
 * @param module path of the operator's Go module
 * @param kept the names of all sources that were kept, by import path
 */
export function nameByImport(profile: Profile, module: string, kept: ReadonlySet<string>): Profile {
  const depth = depthBelow(module, kept);
  const files = new Map<string, FileBlocks>();
  const add = (file: FileBlocks) => {
    const known = files.get(file.name);
    const merge = ([a, b]: readonly FileBlocks[]) =>
      mergeProfiles([a!, b!].map((f) => ({ mode: profile.mode, files: [f] }))).files[0]!;
    files.set(file.name, known ? merge([known, file]) : file);
  };
  const named = profile.files.filter(({ name }) => !name.startsWith("/"));
  for (const file of named) add(file);
  for (const file of profile.files.filter(({ name }) => name.startsWith("/"))) {
    const name = importName(file.name, module, kept, depth);
    const known = name === undefined ? undefined : files.get(name);
    // Other blocks mean another file after all.
    add(name === undefined || (known && !sameBlocks(known, file)) ? file : { ...file, name });
  }
  return { mode: profile.mode, files: [...files.values()].sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

/** How many segments the longest name of a source has below the module. */
function depthBelow(module: string, kept: ReadonlySet<string>): number {
  let depth = 0;
  for (const name of kept)
    if (name.startsWith(`${module}/`)) depth = Math.max(depth, name.slice(module.length + 1).split("/").length);
  return depth;
}

/**
 * The longest end of a path that is a file of the module: how deep the build's folder lay is not known.
 * @param depth no longer end is looked for: a pod may give a name of thousands of segments
 */
function importName(file: string, module: string, kept: ReadonlySet<string>, depth: number): string | undefined {
  const segments = file.split("/").slice(1);
  for (let from = Math.max(0, segments.length - depth); from < segments.length; from++) {
    const name = [module, ...segments.slice(from)].join("/");
    if (kept.has(name)) return name;
  }
  return undefined;
}
