#!/usr/bin/env bash
# Installs the Debian packages of commands, modules and files that are missing.
#
#     requirements/debian.sh COMMAND=PACKAGE ... PYTHON:MODULE=PACKAGE ... /FILE=PACKAGE ...
#
# Does nothing, and needs no privilege, where all are there. Ends with exit code 1, saying what to
# type, where it cannot install.
set -o errexit -o nounset -o pipefail

# Debian keeps daemons where the PATH of a person does not look.
PATH=$PATH:/usr/sbin:/sbin

present() {
  case $1 in
    /*) [ -e "$1" ] ;;
    *:*) "${1%%:*}" -c "import ${1#*:}" 2>/dev/null ;;
    *) command -v "$1" >/dev/null ;;
  esac
}

missing=()
for need in "$@"; do
  present "${need%%=*}" || missing+=("${need#*=}")
done
if [ ${#missing[@]} -eq 0 ]; then
  exit 0
fi

by_hand="sudo apt-get install ${missing[*]}"
if ! command -v apt-get >/dev/null; then
  echo "missing: ${missing[*]}; this is not Debian, install them by its own means" >&2
  exit 1
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "missing: ${missing[*]}; as root: ${by_hand#sudo }" >&2
    exit 1
  fi
  as_root=(sudo)
  # Nobody is there to type a password where there is no terminal.
  [ -t 0 ] || as_root=(sudo --non-interactive)
fi

echo "installing ${missing[*]}" >&2
quiet=(--quiet --quiet -o Dpkg::Use-Pty=0)
if ! "${as_root[@]}" apt-get update "${quiet[@]}" ||
  ! "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --yes \
    --no-install-recommends "${quiet[@]}" "${missing[@]}" >/dev/null; then
  echo "missing: ${missing[*]}; try: $by_hand" >&2
  exit 1
fi
