#!/usr/bin/env bash
# The embedded proof: builds examples/no-std-agent for size, runs it, and reports text, read-only data and heap. Ends with
# a failure where a bar is missed. Bars are for the whole of TR-181, which USP_MODELS leads to.
#
# Needs `size` of binutils.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Text and read-only data together, the schema image among it, in bytes.
readonly PROGRAM_BAR=600000
program="${CARGO_TARGET_DIR:-target}/embedded/usp-no-std-agent"
readonly program

cargo build --quiet --locked --profile embedded -p usp-no-std-agent --features program
status=0
report="$(timeout 60 "$program")" || status=$?
echo "$report"

# Each kind of section by its first name: .rodata and .rodata.str1.1 count alike.
section() { size -A "$program" | awk -v kind=".$1" 'index($1, kind) == 1 { sum += $2 } END { print sum + 0 }'; }
text="$(section text)"
rodata="$(section rodata)"
printf 'text:               %9d bytes\nrodata:             %9d bytes\nboth:               %9d bytes, bar %d\n' \
    "$text" "$rodata" $((text + rodata)) "$PROGRAM_BAR"
if grep -q 'the whole of TR-181' <<<"$report" && [ $((text + rodata)) -gt "$PROGRAM_BAR" ]; then
    echo "MISSED: text and read-only data"
    status=1
fi
exit $status
