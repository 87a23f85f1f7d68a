#!/bin/sh
# The Pulumi CLI, for a language host that can't run policy packs the way in which today's CLI asks for it: `pulumi.sh CLI FOLDER ARGS...`.
# The CLI falls back to a program pulumi-analyzer-policy-RUNTIME where it knows no language of that name. So each --policy-pack is given
# to it as a stand-in under FOLDER, whose runtime is "local" and which names the pack. See pulumi-analyzer-policy-local.
cli=$1 folder=$2
shift 2

stand_in() { # PACK: prints the pack's stand-in, or the pack itself when it's none for Node.js
  if ! grep -Eq "^(runtime|[[:space:]]+name):[[:space:]]*[\"']?nodejs" "$1/PulumiPolicy.yaml" 2> /dev/null; then
    printf %s "$1"
    return
  fi
  pack=$(cd "$1" && pwd)
  copy=$folder/$(printf %s "$pack" | cksum | tr ' ' -)
  # It is in use from here on: see cache/sweep.ts.
  touch -c "$copy"
  if [ "$(cat "$copy/pack" 2> /dev/null)" != "$pack" ]; then
    mkdir -p "$copy"
    printf 'runtime: local\n' > "$copy/PulumiPolicy.yaml"
    printf '%s\n' "$pack" > "$copy/pack.$$"
    mv "$copy/pack.$$" "$copy/pack"
  fi
  printf %s "$copy"
}

left=$#
while [ "$left" -gt 0 ]; do
  argument=$1
  shift
  left=$((left - 1))
  case $argument in
    --policy-pack)
      if [ "$left" -gt 0 ]; then
        set -- "$@" "$argument" "$(stand_in "$1")"
        shift
        left=$((left - 1))
      else
        set -- "$@" "$argument"
      fi
      ;;
    --policy-pack=*) set -- "$@" "--policy-pack=$(stand_in "${argument#*=}")" ;;
    --)
      # What follows isn't the CLI's.
      set -- "$@" "$argument"
      while [ "$left" -gt 0 ]; do
        set -- "$@" "$1"
        shift
        left=$((left - 1))
      done
      ;;
    *) set -- "$@" "$argument" ;;
  esac
done
exec "$cli" "$@"
