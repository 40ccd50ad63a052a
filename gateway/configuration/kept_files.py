"""Where a kept configuration and the note of a trial lie: two files of the state directory.

Each is replaced whole and is on disk when the call returns. All of it blocks: for a thread, or for
the start.
"""

import contextlib
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, TypeVar

from gateway.configuration.kept import Kept, Trial, encoded, read_kept, read_trial
from gateway.durable_file import sync_folder, write_new

FOLDER: Final = "configuration"
KEPT: Final = "confirmed.json"
TRIAL: Final = "trial.json"
TO_SETTLE: Final = "to-settle"
"""Is there while somebody who may write the site file is to bring what is kept into it."""

MOST_BYTES: Final = 16 * 1024 * 1024
"""Of a file: JSON makes six of one control character, which no site file has."""

FILE_MODE: Final = 0o640
FOLDER_MODE: Final = 0o750

T = TypeVar("T")


class KeptFiles:
    """The files.

    Args:
        state_directory: of the gateway.
    """

    def __init__(self, state_directory: Path) -> None:
        self.folder = state_directory / FOLDER

    def kept(self) -> Kept | None:
        """Give the kept configuration; raises OSError, or ValueError where the file is none."""
        return self._read(KEPT, read_kept)

    def trial(self) -> Trial | None:
        """Give the note of a trial; raises OSError, or ValueError where the file is none."""
        return self._read(TRIAL, read_trial)

    def keep(self, kept: Kept, *, to_settle: bool) -> None:
        """Keep a configuration; raises OSError, and then the one that was kept before still is.

        Args:
            kept: what is kept.
            to_settle: whether it is to be brought into the site file.
        """
        self._write(KEPT, encoded(kept))
        if to_settle:
            with contextlib.suppress(OSError):  # it is in force all the same
                self._write(TO_SETTLE, b"")
        else:
            self._drop(TO_SETTLE)

    def note(self, trial: Trial) -> None:
        """Note a trial; raises OSError."""
        self._write(TRIAL, encoded(trial))

    def drop_kept(self) -> None:
        """Keep nothing any more; raises OSError."""
        self._drop(TO_SETTLE)
        self._drop(KEPT)

    def drop_to_settle(self) -> None:
        """Drop the sign that what is kept is to be settled; raises OSError."""
        self._drop(TO_SETTLE)

    def drop_trial(self) -> None:
        """Drop the note; raises OSError."""
        self._drop(TRIAL)

    def _read(self, name: str, read: Callable[[bytes], T]) -> T | None:
        try:
            with self._opened() as folder:
                how = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
                descriptor = os.open(name, how, dir_fd=folder)
        except FileNotFoundError:
            return None
        with os.fdopen(descriptor, "rb") as opened:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise ValueError(f"{self.folder / name}: not a file")
            data = opened.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise ValueError(f"{self.folder / name}: larger than {MOST_BYTES // 1024 // 1024} MiB")
        return read(data)

    def _write(self, name: str, data: bytes) -> None:
        self.folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
        replace_file(self.folder / name, data, mode=FILE_MODE)

    def _drop(self, name: str) -> None:
        with contextlib.suppress(FileNotFoundError), self._opened() as folder:
            os.unlink(name, dir_fd=folder)
            os.fsync(folder)

    @contextlib.contextmanager
    def _opened(self) -> Iterator[int]:
        """Open the folder, and none that a name in its place leads to: root works here too."""
        how = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(self.folder, how)
        try:
            yield descriptor
        finally:
            os.close(descriptor)


def replace_file(
    path: Path, data: bytes, *, mode: int, owner: tuple[int, int] | None = None
) -> None:
    """Replace a file whole, or leave it as it is.

    Args:
        path: the file.
        data: what it is to hold.
        mode: of the file.
        owner: user and group, where it is not to be this process's.

    Raises:
        OSError: it could not be written; the old one is as it was.
    """
    new = path.with_name(f".{path.name}.new")
    with contextlib.suppress(FileNotFoundError):
        new.unlink()
    try:
        write_new(new, data, mode=mode, owner=owner)
        new.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            new.unlink()
        raise
    sync_folder(path.parent)
