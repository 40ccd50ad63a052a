#!/usr/bin/env python3
"""Installs the gateway into fresh Debian systems that have booted, and follows its pages there.

    tests/system/run.py [bookworm] [trixie]

Needs root, debootstrap, systemd-nspawn, a Debian mirror and a package index; how this machine
reaches them is how the systems do. Each check prints a line; the last line is `N passed, N failed`.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from system import base_system
from system.tally import Tally
from system.trial import try_installation
from system.walk import walk

SUITES: Final = ("bookworm", "trixie")
PAGES: Final = ("install", "technician")
PAGE_ENDINGS: Final = (".md", ".vi.md")  # the one on the first Debian, the other on the second
FIRST_PORT: Final = 18800  # below those that the kernel hands out
PORTS_APART: Final = 10

# Each page speaks of one machine: two that are followed at once would share this one's ports.
one_walk_at_a_time = Lock()


def without_systemd(suite: str, tally: Tally, work: Path) -> None:
    """Install as somebody does who makes the image of a card: nothing runs there."""
    root = work / f"image-{suite}"
    base_system.fresh(suite, root)
    base_system.copy_sources(root / "source")
    script = (
        "/source/install.sh && [ -x /usr/local/bin/firegw ] &&"
        " firegw check /etc/fire-gateway/site.yaml && /source/install.sh --uninstall &&"
        " ! [ -e /opt/fire-gateway ]"
    )
    variables = base_system.network_variables() | {
        "LANG": "C.UTF-8",
        "HOME": "/root",
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    }
    settings = [f"{name}={value}" for name, value in variables.items()]
    subprocess.run(["mount", "--bind", "/proc", root / "proc"], check=True)
    try:
        done = subprocess.run(
            ["env", "--ignore-environment", *settings, "chroot", root, "bash", "-c", script],
            capture_output=True,
            text=True,
            timeout=400,
            check=False,
        )
    finally:
        subprocess.run(["umount", root / "proc"], check=True)
    wrong = "" if done.returncode == 0 else f"{done.stdout}{done.stderr}"
    tally.told("into the image of a card, where systemd does not run", wrong)
    base_system.removed(root)


def try_suite(suite: str, number: int, work: Path) -> Tally:
    """Try everything on one Debian."""
    tally = Tally(f"{suite}, ")
    base_system.kept(suite)
    try_installation(suite, tally, work, FIRST_PORT + number * PORTS_APART)
    if number == 0:
        without_systemd(suite, tally, work)
    ending = PAGE_ENDINGS[number % len(PAGE_ENDINGS)]
    pages = [base_system.SOURCE / f"docs/{name}{ending}" for name in PAGES]
    with one_walk_at_a_time:
        walk(suite, [page for page in pages if page.exists()], tally, work)
    return tally


def main() -> int:
    """Try the suites side by side: half of the time of each is waiting."""
    if os.geteuid() != 0:
        print("must be run as root: a container needs it", file=sys.stderr)
        return 1
    for program in ("debootstrap", "systemd-nspawn", "nsenter", "git"):
        if shutil.which(program) is None:
            print(f"{program} is not installed", file=sys.stderr)
            return 1
    suites = sys.argv[1:] or list(SUITES)
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="fire-gateway-system-") as work,
        ThreadPoolExecutor(len(suites)) as pool,
    ):
        trials = [
            pool.submit(try_suite, suite, number, Path(work)) for number, suite in enumerate(suites)
        ]
        tallies = [trial.result() for trial in trials]
    passed = sum(tally.passed for tally in tallies)
    failed = sum(tally.failed for tally in tallies)
    print(f"        all of it took {time.monotonic() - began:.0f} s")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
