#!/usr/bin/env bash
# Builds examples/no-std-agent for size, runs it, and reports what it takes of program and memory.
#
# Ends with 1 where the program fails or the bar for the heap is missed, and with `--bars` also where that for the program
# is. The bars are for the whole of TR-181, whose XML is in the folder that USP_MODELS names.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source ci/sizes.sh

readonly PROGRAM="${CARGO_TARGET_DIR:-target}/embedded/usp-no-std-agent"

cargo build --quiet --locked --profile embedded -p usp-no-std-agent --features program
status=0
sizes "$PROGRAM" || status=1
timeout 20 "$PROGRAM" || { echo "the program ends with $?" && exit 1; }
if [ "${1:-}" = --bars ]; then exit $status; fi
