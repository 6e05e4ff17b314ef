# What ci/embedded.sh and ci/bare-metal.sh share.

# Text and read-only data of a program together, in bytes.
readonly PROGRAM_BAR=600000

# Reports the sections of a program; fails where the bar is missed or nothing can be measured. Needs `size` of the binutils.
sizes() {
    local text rodata
    text="$(section "$1" .text)"
    rodata="$(section "$1" .rodata)"
    if [ "$text" -eq 0 ] || [ "$rodata" -eq 0 ]; then
        echo "the sections of $1 cannot be measured"
        return 1
    fi
    printf 'text:               %9d bytes\n' "$text"
    printf 'rodata:             %9d bytes, the schema image among it\n' "$rodata"
    printf 'text and rodata:    %9d bytes, bar %d\n' $((text + rodata)) "$PROGRAM_BAR"
    if [ $((text + rodata)) -gt "$PROGRAM_BAR" ]; then
        echo "MISSED: text and rodata"
        return 1
    fi
}

# The size of a section, with those whose names begin with it.
section() {
    size -A -d "$1" | awk -v name="$2" '$1 == name || index($1, name ".") == 1 { sum += $2 } END { print sum + 0 }'
}
