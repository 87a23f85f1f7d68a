import { layOverScript } from "./layOver";

/** The folder in a build's container that holds the `go` which stands in front of go; anybody may write to the one above. */
export const wrapperFolder = "/var/tmp/operator-coverage";

/**
 * A shell script named `go` that adds flags to what go builds, wherever it is called from: a RUN, a Makefile or a script.
 *
 * GOFLAGS would reach all go commands as well. But to `go list`, on which controller-gen and its like rely, -cover means to describe sources that
 * it made itself, and then those tools fail; and many Dockerfiles set GOFLAGS anew.
 * A program that `go run` starts, such as a build script in Go, gets it as well.
 * @param flags for `go build` and `go install`; those that the caller has come after them, and win, but for -covermode
 * @param laysOver whether the files of `layOverFiles` are beside it
 */
export function goWrapper(flags: readonly string[], laysOver = false): string {
  const added = flags.map(shellWord).join(" ");
  const layOver = laysOver ? `    . "\${0%/*}/${layOverScript}"\n    set -- "-overlay=$overlay" "$@"\n` : "";
  return `#!/bin/sh
# What go run starts finds Go's own folder first on PATH; so go is told to start it by this script.
if [ "$1" = -exec ]; then
  PATH=${wrapperFolder}:$PATH
  shift
  exec "$@"
fi
IFS=:
for folder in $PATH; do
  if [ "$folder" != ${wrapperFolder} ] && [ -x "$folder/go" ]; then break; fi
done
unset IFS
go=$folder/go
covered= first=
case $1 in
-C | --C) [ "$2" ] && first=-C=$2 && shift 2 ;;
-C=* | --C=*) first=$1 && shift ;;
esac
case $1 in build | install) covered=yes ;; esac
for word in "$@"; do
  # A version means another module: a tool that the build needs.
  case $word in -*) ;; *@*) [ "$1" = install ] && covered= ;; esac
done
if [ "$covered" ] || [ "$1" = run ]; then
  command=$1
  shift
  # Go wants the folder before all other flags.
  [ "$first" ] || case $1 in
  -C | --C) [ "$2" ] && first=-C=$2 && shift 2 ;;
  -C=* | --C=*) first=$1 && shift ;;
  esac
  if [ "$covered" ]; then
${refuseOverlay}${dropMode}${layOver}    set -- ${added} "$@"
  else
    set -- "-exec=${wrapperFolder}/go -exec" "$@"
  fi
  set -- "$command" \${first:+"$first"} "$@"
  first=
fi
exec "$go" \${first:+"$first"} "$@"
`;
}

/** To cover a file, go compiles a rewritten copy of it, and passes over what an -overlay would put in its place, without a word. */
const refuseOverlay = `    goflags=$("$go" env \${first:+"$first"} GOFLAGS 2> /dev/null)
    for word in "$@"; do
      case $word in -overlay | --overlay | -overlay=* | --overlay=*) goflags=$word ;; esac
    done
    case " $goflags" in *[\\ \\'\\"]-overlay* | *[\\ \\'\\"]--overlay*)
      echo "Expected go to be given no -overlay, whose files it passes over where it covers them, got $goflags. Take it out, and put the files where the build finds them." >&2
      exit 1 ;;
    esac
`;

/**
 * The cover mode is the settings' affair: counters of another than the build is on record with are refused when they arrive, and those of mode set or count
 * have no snapshots.
 */
const dropMode = `    value=
    for word in "$@"; do
      shift
      if [ "$value" ]; then value= && continue; fi
      case $word in
      -covermode=* | --covermode=*) continue ;;
      -covermode | --covermode) value=yes && continue ;;
      esac
      set -- "$@" "$word"
    done
`;

/** As a shell reads it back. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
