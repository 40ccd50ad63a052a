#!/usr/bin/env bash
# Makes the small Debian that the kernel tests are run in: its kernel, GPIO chips that can be
# simulated in it, and Python.
#
#     tests/kernel/make_system.sh DIRECTORY
#
# Needs root, debootstrap and a Debian mirror. Leaves DIRECTORY/vmlinuz and DIRECTORY/system. Debian
# builds neither gpio-sim nor the simulated interrupts that it needs, so both are built here, as one
# module, from the sources that the kernel itself was built from.
set -o errexit -o nounset -o pipefail
readonly SUITE=bookworm # as Raspberry Pi OS with Python 3.11
# What Python and lgpio need to run; libc6 first, since the others stand on it.
readonly INSIDE=(libc6 libgcc-s1 libcrypt1 zlib1g libbz2-1.0 liblzma5 libexpat1 libffi8 libssl3
  libuuid1 libtinfo6 libncursesw6 libreadline8 libsqlite3-0 libpython3.11-minimal
  libpython3.11-stdlib python3.11-minimal python3.11 python3-minimal busybox-static)

if [ "$(id -u)" -ne 0 ]; then
  echo "must be run as root: a chroot needs it" >&2
  exit 1
fi
if [ "$(dpkg --print-architecture)" != amd64 ]; then
  echo "needs a machine of architecture amd64: the kernel's modules are built for it" >&2
  exit 1
fi

mkdir -p "$1"
directory=$(cd "$1" && pwd)
readonly tree=$directory/making system=$directory/system
rm -rf --one-file-system "$tree" "$system"
trap 'rm -rf --one-file-system "$tree"' EXIT
trap 'exit 130' INT TERM

mirror() { # of this machine's own Debian, or nothing, and then it is debootstrap's choice
  # shellcheck disable=SC2016  # what stands in single quotes is apt-get's to fill in
  apt-get indextargets --format '$(CREATED_BY) $(REPO_URI)' 'Origin: Debian' 2>/dev/null |
    sed -n '/security/!s/^Packages //p' | head -n 1
}

build_modules() { # leaves the modules in the order in which they are loaded
  local release headers
  release=$(basename "$tree"/lib/modules/*)
  headers=/usr/src/linux-headers-$release
  mkdir "$tree/module"
  chroot "$tree" sh -c 'tar --extract --file /usr/src/linux-source-*.tar.xz "$@"' tar \
    --directory /module --strip-components=1 --wildcards '*/drivers/gpio/gpio-sim.c' '*/drivers/gpio/gpiolib.h' \
    '*/kernel/irq/irq_sim.c'
  mv "$tree"/module/drivers/gpio/* "$tree"/module/kernel/irq/* "$tree/module"
  # A module must not be named as one of its parts is.
  mv "$tree/module/gpio-sim.c" "$tree/module/gpio_sim_chip.c"
  # irq_to_desc is for what is built in; this is another way to the same.
  sed -i 's/irq_to_desc(\([a-z]*\))/irq_data_to_desc(irq_get_irq_data(\1))/' "$tree/module/irq_sim.c"
  printf 'obj-m := gpio-sim.o\ngpio-sim-objs := gpio_sim_chip.o irq_sim.o\n' >"$tree/module/Makefile"
  chroot "$tree" make --silent -C "$headers" M=/module modules
  mkdir "$system/modules"
  cp "$tree/lib/modules/$release/kernel/fs/configfs/configfs.ko" "$system/modules/1-configfs.ko"
  cp "$tree/module/gpio-sim.ko" "$system/modules/2-gpio-sim.ko"
}

gather_system() { # only what is needed: all of it is kept in memory
  mkdir -p "$system"/{dev,etc,proc,root,sys,tmp,usr/{bin,sbin,lib,lib64}}
  for name in bin sbin lib lib64; do ln -s "usr/$name" "$system/$name"; done
  chroot "$tree" dpkg-query --listfiles "${INSIDE[@]}" |
    grep -vE '^(/\.|/etc/.*|/usr/share/(doc|man|lintian|bug|doc-base)(/.*)?|)$' | sed 's|^/||' |
    sort --unique |
    tar --create --directory "$tree" --no-recursion --files-from - |
    tar --extract --directory "$system" --keep-directory-symlink
}

echo "making the system of the kernel tests in $directory: some minutes, once" >&2
# shellcheck disable=SC2046  # an empty mirror is no argument
debootstrap --variant=minbase --include=busybox-static,python3,make,xz-utils,linux-image-amd64,linux-headers-amd64,linux-source \
  "$SUITE" "$tree" $(mirror) >"$directory/debootstrap.log" 2>&1 || {
  tail -n 5 "$directory/debootstrap.log" >&2
  exit 1
}
gather_system
build_modules
cp "$tree"/boot/vmlinuz-* "$directory/vmlinuz"
