#!/usr/bin/env bash
# Gathers the Python packages of the kernel tests, as they are locked, for that system's Python.
#
#     tests/kernel/gather_packages.sh PYTHON DIRECTORY
#
# PYTHON is this machine's, with pip; the packages are put into DIRECTORY/site.
set -o errexit -o nounset -o pipefail
LOCKED=$(cd "$(dirname "$0")/../.." && pwd)/requirements/dev.txt
readonly LOCKED WANTED='gpiozero|colorzero|lgpio|pytest|pytest-asyncio|iniconfig|packaging|pluggy|pygments|typing-extensions'

# Each stands with its hashes in lines that are indented.
mkdir -p "$2"
awk -v wanted="^($WANTED)==" '/^[^ ]/ { taken = $0 ~ wanted } taken' "$LOCKED" >"$2/packages.txt"
rm -rf "$2/site"
"$1" -m pip --disable-pip-version-check install --quiet --require-hashes --no-deps \
  --python-version 3.11 --only-binary :all: --no-compile --target "$2/site" --requirement "$2/packages.txt"
