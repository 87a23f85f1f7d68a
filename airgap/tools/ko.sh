#!/bin/sh
# Stands on PATH in ko's place: makes ko from Go modules when it is called, and becomes it.
folder=$(pwd)
cd "$(dirname "$(realpath "$0")")/../.." || exit
exec node --import tsx airgap/with.ts --only ko -- sh -c 'cd "$1" && shift && exec ko "$@"' sh "$folder" "$@"
