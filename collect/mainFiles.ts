import { mergeProfiles, sameBlocks } from "../report/merge";
import type { FileBlocks, Profile } from "../report/profile";

/**
 * Gives files of a main package that was built by the names of its files their names by import path. `go build cmd/main.go`, as kubebuilder's
 * Dockerfile has it, knows no import path, so that counters name such a file by where it lay in the build's container: /workspace/cmd/main.go.
 * That is no place to find a source at, and another name for the same file in another operator's build or a unit test's profile.
 * @param module path of the operator's Go module
 * @param isThere whether a source of that name, by import path, was kept
 */
export function nameByImport(profile: Profile, module: string, isThere: (name: string) => boolean): Profile {
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
    const name = importName(file.name, module, isThere);
    const known = name === undefined ? undefined : files.get(name);
    // Other blocks mean another file after all.
    add(name === undefined || (known && !sameBlocks(known, file)) ? file : { ...file, name });
  }
  return { mode: profile.mode, files: [...files.values()].sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

/** The longest end of a path that is a file of the module: how deep the build's folder lay is not known. */
function importName(file: string, module: string, isThere: (name: string) => boolean): string | undefined {
  const segments = file.split("/").slice(1);
  return segments.map((_, index) => [module, ...segments.slice(index)].join("/")).find(isThere);
}
