#!/usr/bin/env bash
# Builds the core crates and examples/no-std-agent for a microcontroller (thumbv7em-none-eabi), and reports the sizes. The
# program cannot run here: what it takes of the heap is what ci/embedded.sh says, at most, since pointers are half as long.
#
# `bash ci/bare-metal.sh [--bars] [TARGET]`; another target is, for instance, riscv32imac-unknown-none-elf. With --bars it
# ends with 1 where the bar is missed.
#
# Where `rustup target add` works it is enough to have the target installed. Elsewhere, on Debian and its kin, a compiler
# with the sources of `core` and `alloc` comes from packages, which are unpacked below target/ and not installed. Those are
# built for size then, without words for panics and without Debug, as docs/embedding.md says under "A small program".
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source ci/sizes.sh

bars=""
if [ "${1:-}" = --bars ]; then
    bars=yes
    shift
fi
readonly TARGET="${1:-thumbv7em-none-eabi}"
readonly FOLDER="${CARGO_TARGET_DIR:-target}/bare-metal"
readonly CORE=(usp-wire usp-collections usp-path usp-msg usp-record usp-schema usp-datamodel usp-agent usp-controller)
readonly PACKAGES=(rustc-web rust-web-src libstd-rust-web-dev libstd-rust-web-1.96 libllvm22)

mkdir -p "$FOLDER"
build=()
environment=()
flags="-Clinker-flavor=ld.lld -Clink-arg=--icf=all -Cllvm-args=-enable-machine-outliner=always"

# Whether the installed toolchain has the target.
if [ ! -d "$(rustc --print sysroot)/lib/rustlib/$TARGET/lib" ]; then
    root="$(cd "$FOLDER" && pwd)/rust"
    if [ ! -x "$root/usr/bin/rustc" ]; then
        (
            mkdir -p "$FOLDER/packages"
            cd "$FOLDER/packages"
            apt-get download "${PACKAGES[@]}"
            for package in *.deb; do dpkg -x "$package" "$root"; done
        )
    fi
    libraries="$root/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || echo "$(uname -m)-linux-gnu")"
    build=(-Zbuild-std=core,alloc -Zbuild-std-features=optimize_for_size)
    flags+=" -Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none -Zfmt-debug=none"
    environment=(
        "LD_LIBRARY_PATH=$libraries:$root/usr/lib/llvm-22/lib"
        "RUSTC=$root/usr/bin/rustc"
        RUSTC_BOOTSTRAP=1
    )
fi
linker="$(find "$(rustc --print sysroot)" -name rust-lld -type f | head -n 1)"
readonly variable="CARGO_TARGET_$(tr 'a-z-' 'A-Z_' <<<"$TARGET")"
environment+=("${variable}_LINKER=$linker" "${variable}_RUSTFLAGS=$flags" "CARGO_TARGET_DIR=$FOLDER")

packages=()
for crate in "${CORE[@]}"; do packages+=(-p "$crate"); done
env "${environment[@]}" cargo build --quiet --locked "${build[@]}" --target "$TARGET" --profile embedded "${packages[@]}"
echo "${#CORE[@]} crates are built for $TARGET"
env "${environment[@]}" cargo build --quiet --locked "${build[@]}" --target "$TARGET" --profile embedded \
    -p usp-no-std-agent --features program
status=0
sizes "$FOLDER/$TARGET/embedded/usp-no-std-agent" || status=1
if [ -n "$bars" ]; then exit $status; fi
