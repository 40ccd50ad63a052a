"""A real small disk that can be filled and made read-only: a tmpfs of its own."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest


class SmallDisk:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        with self._ballast.open("ab", buffering=0) as file, suppress(OSError):
            while True:
                file.write(b"\0" * 512)
        assert shutil.disk_usage(self.folder).free == 0

    def free(self) -> None:
        self._ballast.unlink()

    def set_read_only(self) -> None:
        run("mount", "-o", "remount,ro", str(self.folder))

    def set_writable(self) -> None:
        run("mount", "-o", "remount,rw", str(self.folder))


def run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=20)


@contextmanager
def mounted(folder: Path) -> Iterator[SmallDisk]:
    if os.geteuid() != 0:
        pytest.skip("mounting a small disk needs root")
    folder.mkdir()
    try:
        run("mount", "-t", "tmpfs", "-o", "size=2m", "none", str(folder))
    except (OSError, subprocess.SubprocessError):
        pytest.skip("this machine lets nobody mount a tmpfs")
    try:
        yield SmallDisk(folder)
    finally:
        run("umount", "--lazy", str(folder))
