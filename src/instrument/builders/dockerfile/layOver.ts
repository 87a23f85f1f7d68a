import { readFile } from "node:fs/promises";
import * as path from "node:path";
import type { RuntimeParts } from "../../buildPlan";
import { exitHook, homes, namesOf, oldest, relied, startHook } from "../../runtime/layout";
import { patchesFor, patchSource, sourceFolder, sourcesOf } from "../../runtime/overlay";
import type { Patch } from "../../runtime/patches";

/** A file that stands beside the `go` in front of go. */
export interface StageFile {
  readonly name: string;
  readonly content: string;
}

/** The script that the `go` in front of go reads; it sets `overlay` and `go`. */
export const layOverScript = "lay-over";

/**
 * What a build stage needs to lay snapshots and profiles over the coverage package of whatever Go it has: that one is known only where it is called.
 * @returns the files that go with the `go` in front of go; none where nothing is asked for
 */
export async function layOverFiles(
  parts: Pick<RuntimeParts, "snapshots" | "profiles" | "execs">,
): Promise<StageFile[]> {
  const names = sourcesOf(parts);
  if (names.length === 0) return [];
  const sources = await Promise.all(
    names.map(async (name) => ({
      name: `${name}.go`,
      content: withoutComments(await readFile(path.join(sourceFolder, `${name}.go`), "utf8")),
    })),
  );
  const patches = patchesFor(parts);
  const patching = await Promise.all(
    patches.map(async ({ source }) => ({
      name: `${source.name}.go`,
      content: withoutComments(await readFile(patchSource(source), "utf8")),
    })),
  );
  return [{ name: layOverScript, content: layOver(names, patches) }, ...sources, ...patching];
}

/** Builders print what they run. */
function withoutComments(source: string): string {
  return source.replace(/^\s*\/\/(?!go:).*\n/gm, "").replace(/\n{2,}/g, "\n");
}

/**
 * A part of a shell script that does what src/instrument/runtime/layout.ts and overlay.ts do, in a container and for the Go there. It needs sed beside a shell.
 * Given are `go`, an absolute path; `first`, a -C flag or nothing; and the command's words.
 */
function layOver(names: readonly string[], patches: readonly Patch[]): string {
  const isKnown = areThere(relied);
  const sources = names.map((name) => ({ ours: `${name}.go`, laid: `operator_coverage_${name}.go` }));
  const replaced = ["hooks.go", ...sources.map(({ laid }) => laid)];
  const patching = patches.map((patch, index) => ({
    ...patch,
    at: `$root/src/${patch.importPath}`,
    text: `patched${index}`,
    ours: `${patch.source.name}.go`,
    laid: `operator_coverage_${patch.source.name}.go`,
  }));
  const all = [
    ...replaced.map((name) => ({ at: "$from", name })),
    ...patching.flatMap(({ at, file, laid }) => [file, laid].map((name) => ({ at, name }))),
  ];
  return `refuse() {
  echo "Expected $1. $2, or turn snapshots and profiles off: \\\`snapshots: off\\\` and no \\\`profiles\\\`." >&2
  exit 1
}
ask() { "$go" env \${first:+"$first"} "$1"; }
root=$(ask GOROOT) && version=$(ask GOVERSION) && modules=$(ask GOMODCACHE) || exit
minor=\${version#*go1.}
minor=\${minor%%[!0-9]*}
[ "\${minor:-${oldest}}" -ge ${oldest} ] ||
  refuse "Go 1.${oldest} or later for snapshots and profiles, got $version" "Build by a later one"
laid=\${0%/*}-$(printf '%s' "$version$root" | sed 's/[^A-Za-z0-9.]/-/g')
# Go refuses overlays on files in the module cache, where other toolchains are.
case $root in "$modules"/*)
  mkdir -p "$laid" || exit
  [ -e "$laid/root" ] || ln -s "$root" "$laid/root" 2> /dev/null || [ -e "$laid/root" ] || exit
  root=$laid/root go=$laid/root/bin/go
  export GOROOT="$root" GOTOOLCHAIN=local ;;
esac
known= overlay=$laid/overlay.json
for home in ${homes.join(" ")}; do
  from=$root/src/$home
  [ -f "$from/hooks.go" ] || continue
  known=yes
  others=$(cat "$from/emit.go" "$from/apis.go")
${isKnown}  case $others in
  *'pm := getCovPkgMap()'*) map='getCovPkgMap()' ;;
  *'pm := rtcov.Meta.PkgMap'*) map=rtcov.Meta.PkgMap ;;
  *) known= ;;
  esac
  package=$(sed -n 's/^package \\([A-Za-z0-9_]*\\)$/\\1/p' "$from/hooks.go")
  hooks=$(sed -e 's/\\(F: \\)emitCounterData\\([^A-Za-z0-9_]\\)/\\1${exitHook}\\2/' \\
    -e 's/\\(runtime_addExitHook(\\)emitCounterData\\([^A-Za-z0-9_]\\)/\\1${exitHook}\\2/' \\
    -e 's/^\t\temitMetaData()$/\t\t${startHook}(); keepFilesCurrent()/' "$from/hooks.go")
  case $hooks in *${exitHook}*${exitHook}*) known= ;; *${exitHook}*) ;; *) known= ;; esac
  case $hooks in *keepFilesCurrent*keepFilesCurrent*) known= ;; *keepFilesCurrent*) ;; *) known= ;; esac
  [ "$package" ] || known=
  [ "$known" ] && break
done
${patching
  .map(
    (patch) => `others=$(cd "${patch.at}" && cat ${patch.reliedFiles.join(" ")}) || known=
${areThere(patch.relied)}${isOnce(patch, patch.at)}${patch.text}=$(sed ${patch.lines.map(({ from, to }) => `-e '${replaceLine(from, to)}'`).join(" ")} "${patch.at}/${patch.file}")
`,
  )
  .join("")}[ "$known" ] ||
  refuse "$root/src to arrange Go's coverage package and ${namesOf(patches)} as Go 1.${oldest} to 1.26 do, got $version" "Build by one of those"
if ! [ -e "$overlay" ]; then
  aside=$laid/$$
  mkdir -p "$aside" && printf '%s\\n' "$hooks" > "$aside/hooks.go" || exit
${sources
  .map(
    ({ ours, laid }) =>
      `  sed -e "s/^package cfile$/package $package/" -e "s/rtcov\\.Meta\\.PkgMap/$map/g" "\${0%/*}/${ours}" > "$aside/${laid}" || exit\n`,
  )
  .join("")}${patching
  .map(
    ({ text, file, ours, laid }) =>
      `  printf '%s\\n' "$${text}" > "$aside/${file}" && cat "\${0%/*}/${ours}" > "$aside/${laid}" || exit\n`,
  )
  .join("")}  printf '{"Replace": {${all.map(() => '"%s": "%s"').join(", ")}}}\\n' \\
    ${all.map(({ at, name }) => `"${at}/${name}" "$aside/${name}"`).join(" ")} > "$aside/overlay.json" &&
    mv "$aside/overlay.json" "$overlay" || exit
fi
`;
}

/** `known` is emptied where one of them is not in `others`. */
function areThere(texts: readonly string[]): string {
  return texts.map((text) => `  case $others in *'${text}'*) ;; *) known= ;; esac\n`).join("");
}

/** The same, where a line is not in a patch's file, or more than once. */
function isOnce({ file, lines }: Patch, folder: string): string {
  return lines
    .map(({ from }) => `[ "$(sed -n '/^${escaped(from)}$/p' "${folder}/${file}")" = '${from}' ] || known=\n`)
    .join("");
}

function replaceLine(from: string, to: string): string {
  return `s/^${escaped(from)}$/${to.replace(/[\\/&]/g, "\\$&")}/`;
}

/** In a basic regular expression. */
function escaped(text: string): string {
  return text.replace(/[\\/.*[\]^$]/g, "\\$&");
}
