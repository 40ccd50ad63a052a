#!/usr/bin/env bash
# Boots the system of the kernel tests in an emulated machine and runs the tests in it.
#
#     tests/kernel/boot.sh DIRECTORY [WORD FOR PYTEST ...]
#
# DIRECTORY holds what make_system.sh and gather_packages.sh left there. Each test prints a line;
# the last line is `N passed, N failed`. The machine shares nothing with this one but its console.
set -o errexit -o nounset -o pipefail
SOURCE=$(cd "$(dirname "$0")/../.." && pwd)
readonly SOURCE
readonly LONGEST_SECONDS=1200 # the emulated machine is slow, but not so slow

directory=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

pack() { # DIRECTORY: prints all below it as an archive that the kernel unpacks
  (cd "$1" && find . -print0 | LC_ALL=C sort --zero-terminated |
    cpio --null --create --format=newc --owner=+0:+0 --quiet)
}

mkdir --parents "$work/sources/source"
(cd "$SOURCE" && find drivers rules tests/kernel tests/integration/bus_rehearsal.py \
  -name __pycache__ -prune -o -type f -print0 |
  xargs --null cp --parents --target-directory "$work/sources/source")
cp "$SOURCE/tests/kernel/inside/init" "$work/sources/init"
cp --recursive "$directory/site" "$work/sources/site"
printf '%s\n' "${@:2}" >"$work/sources/words"
{ pack "$directory/system" && pack "$work/sources"; } >"$work/initramfs"

# Emulated by software though the processor could help: it is the same machine everywhere.
timeout --foreground "$LONGEST_SECONDS" qemu-system-x86_64 -accel tcg -cpu max -smp 2 -m 512 \
  -nodefaults -no-user-config -display none -no-reboot -serial stdio \
  -kernel "$directory/vmlinuz" -initrd "$work/initramfs" \
  -append "console=ttyS0 loglevel=2 panic=-1 oops=panic" </dev/null |
  sed --unbuffered 's/\r//g; /reboot: Power down$/d' | tee "$work/said" || true

sum=$(grep --extended-regexp '^[0-9]+ passed, [0-9]+ failed$' "$work/said" | tail -n 1) || {
  echo "FAILED  the tests did not end"
  sum="$(grep --count '^ok ' "$work/said" || true) passed, $(($(grep --count '^FAILED ' "$work/said" || true) + 1)) failed"
  echo "$sum"
}
[[ $sum == [1-9]*", 0 failed" ]]
