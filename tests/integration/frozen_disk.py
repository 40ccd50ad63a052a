"""A real disk that hangs: a file system of its own that is frozen and thawed.

Whoever writes to it waits, and cannot even be killed; so a guard thaws it whatever becomes of the
test.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from small_disk import run

THAWS_AFTER_S = 60


class FreezingDisk:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._guard: subprocess.Popen | None = None

    def freeze(self) -> None:
        wait_and_thaw = f"sleep {THAWS_AFTER_S}; fsfreeze --unfreeze '{self.folder}'"
        self._guard = subprocess.Popen(["sh", "-c", wait_and_thaw], start_new_session=True)
        run("fsfreeze", "--freeze", str(self.folder))

    def thaw(self) -> None:
        if self._guard is not None:
            run("fsfreeze", "--unfreeze", str(self.folder))
            os.killpg(self._guard.pid, 9)
            self._guard.wait()
            self._guard = None


@contextmanager
def mounted(folder: Path) -> Iterator[FreezingDisk]:
    if os.geteuid() != 0 or not (shutil.which("fsfreeze") and shutil.which("mkfs.ext4")):
        pytest.skip("a disk that hangs needs root, fsfreeze and mkfs.ext4")
    image = folder.with_suffix(".image")
    with image.open("wb") as file:
        file.truncate(16 * 1024 * 1024)
    folder.mkdir()
    try:
        run("mkfs.ext4", "-q", "-F", str(image))
        run("mount", "-o", "loop", str(image), str(folder))
    except (OSError, subprocess.SubprocessError):
        pytest.skip("this machine lets nobody mount a file")
    disk = FreezingDisk(folder)
    try:
        yield disk
    finally:
        disk.thaw()
        run("umount", "--lazy", str(folder))
