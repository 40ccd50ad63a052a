"""Brings what was confirmed into the site file, for which the daemon has no right.

What lies in the daemon's folder is believed no more than what a stranger sends: it is read as a
plain file of a bounded size, named like nothing but a site file and profiles, and checked again.
It is taken byte for byte, comments and all.
"""

import os
from enum import Enum
from pathlib import Path
from typing import Final

from gateway.configuration.found_files import found_files
from gateway.configuration.kept import InForce, in_force
from gateway.configuration.kept_files import KeptFiles, replace_file
from gateway.configuration.read_files import checked
from gateway.configuration.site_files import PROFILES, bytes_of, why_refused

BEFORE: Final = ".before"
PROFILE_MODE: Final = 0o640
FOLDER_MODE: Final = 0o750


class Settled(Enum):
    """What came of it."""

    NOTHING = "nothing"  # nothing was confirmed that the file does not hold
    DONE = "done"
    EDITED = "edited"  # a person has edited the file since, which wins


class NotSettledError(Exception):
    """It cannot be brought into the site file; the text says why. Nothing has changed there."""


def settle(site_file: Path, kept_files: KeptFiles) -> Settled:
    """Bring what was confirmed into the site file; a copy of what was there stays beside it.

    Raises:
        NotSettledError: it may not be, as it is kept.
        OSError: it cannot be read or written.
    """
    kept_files.drop_to_settle()  # whatever comes of it: it is not tried again for ever
    try:
        kept = kept_files.kept()
    except ValueError as error:
        raise NotSettledError(str(error)) from None
    if kept is None or not kept.author:
        return Settled.NOTHING
    file, _ = found_files(site_file)
    by = in_force(file, kept)
    if by is InForce.EDITED:
        return Settled.EDITED
    if by is not InForce.KEPT:
        return Settled.NOTHING
    if (why := why_refused(kept.files)) is not None:
        raise NotSettledError(why)
    if checked(kept.files).settings is None:
        raise NotSettledError("it has mistakes for this version")
    seen = site_file.stat()
    owner = (seen.st_uid, seen.st_gid)
    folder = site_file.parent / PROFILES
    if kept.files.profiles and not folder.is_dir():
        folder.mkdir(mode=FOLDER_MODE)
        os.chown(folder, *owner)
    for name, text in sorted(kept.files.profiles.items()):
        _replace(folder / name, bytes_of(text), PROFILE_MODE, owner)
    _replace(site_file, bytes_of(kept.files.site), seen.st_mode & 0o777, owner)
    return Settled.DONE


def _replace(path: Path, data: bytes, mode: int, owner: tuple[int, int]) -> None:
    before = path.read_bytes() if path.is_file() else None
    if before == data:
        return
    if before is not None:
        replace_file(path.with_name(path.name + BEFORE), before, mode=mode, owner=owner)
    replace_file(path, data, mode=mode, owner=owner)
