"""A file that is on disk, whole and with its owner, once it is written; and its name with it."""

import os
from pathlib import Path


def write_new(new: Path, data: bytes, *, mode: int, owner: tuple[int, int] | None = None) -> None:
    """Write a file that is not there yet, whatever the umask says.

    Args:
        new: the file; a link in its place is not followed.
        data: what it is to hold.
        mode: of the file.
        owner: user and group, where it is not to be this process's.

    Raises:
        OSError: it is there, or could not be written; part of it may be there.
    """
    how = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    with os.fdopen(os.open(new, how, mode), "wb") as opened:
        if owner is not None:
            os.fchown(opened.fileno(), *owner)
        os.fchmod(opened.fileno(), mode)
        opened.write(data)
        opened.flush()
        os.fsync(opened.fileno())


def sync_folder(folder: Path) -> None:
    """Have a folder's new entries outlive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
