"""The files of a unit's identity: put in place whole, each with its owner, or not at all.

Root enrols a unit that runs as another user. In a folder of that user root works under that user's
name: what stands there could be a link to somewhere else.
"""

import contextlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gateway.durable_file import sync_folder, write_new
from gateway.enrolment.request import EnrolmentError
from gateway.text import say

DEFAULT: Final = Path("/etc/fire-gateway/tls")
KEY: Final = "gateway.key"
REQUEST: Final = "request.pem"
CERTIFICATE: Final = "gateway.pem"
AUTHORITY: Final = "ca.pem"
PREVIOUS: Final = ".previous"

FOLDER_MODE: Final = 0o750
PRIVATE: Final = 0o600
PUBLIC: Final = 0o644

LARGEST: Final = 65_536
"""Bytes of a file that is read: a certificate with its chain has a tenth of it."""

MOST_SET_ASIDE: Final = 99


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose the files are."""

    user: int
    group: int


def owner_of(directory: Path) -> Owner:
    """Give the owner of a directory.

    Raises:
        EnrolmentError: there is no such directory.
    """
    try:
        status = directory.stat()
    except OSError as error:
        raise EnrolmentError(say("enrol.unreadable", file=directory, why=_why(error))) from error
    return Owner(status.st_uid, status.st_gid)


@contextlib.contextmanager
def acting_as(owner: Owner) -> Iterator[None]:
    """Let root be another user meanwhile; anybody else stays who he is."""
    if os.geteuid() != 0 or owner.user == 0:
        yield
        return
    os.setegid(owner.group)
    os.seteuid(owner.user)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


def make_folder(directory: Path, owner: Owner) -> None:
    """Make the folder where it is missing: root's, and open to the owner's group to read."""
    with _in_words(directory):
        if directory.is_dir():
            return
        directory.mkdir(FOLDER_MODE, parents=True)
        if os.geteuid() == 0:
            os.chown(directory, 0, owner.group)


def content_of(file: Path) -> bytes | None:
    """Read a file of reasonable size; None where there is none.

    Raises:
        EnrolmentError: it cannot be read, or is too large to be what it should.
    """
    try:
        with file.open("rb") as opened:
            content = opened.read(LARGEST + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise EnrolmentError(say("enrol.unreadable", file=file, why=_why(error))) from error
    if len(content) > LARGEST:
        raise EnrolmentError(say("enrol.too-large", file=file, most=LARGEST))
    return content


def put(file: Path, content: bytes, mode: int, owner: Owner) -> None:
    """Put a file in place at once and for good, or leave what is there.

    Raises:
        EnrolmentError: it cannot be written.
    """
    new = file.with_name(f"{file.name}.new")
    with _in_words(file):
        new.unlink(missing_ok=True)
        try:
            owned = (owner.user, owner.group) if os.geteuid() == 0 else None
            write_new(new, content, mode=mode, owner=owned)
            new.rename(file)
        except OSError:
            with contextlib.suppress(OSError):
                new.unlink()
            raise
        sync_folder(file.parent)


def move_aside(files: Sequence[Path]) -> list[tuple[Path, Path]]:
    """Move the files that are there into a folder of their own beside them; all, or none.

    Gives where each was and where it is.

    Raises:
        EnrolmentError: that cannot be done.
    """
    present = [file for file in files if os.path.lexists(file)]
    if not present:
        return []
    moved: list[tuple[Path, Path]] = []
    with _in_words(present[0].parent):
        folder = _next_folder(present[0].parent)
        try:
            for file in present:
                file.rename(folder / file.name)
                moved.append((file, folder / file.name))
        except OSError:
            put_back(moved)
            raise
        sync_folder(folder)
        sync_folder(folder.parent)
    return moved


def put_back(moved: Sequence[tuple[Path, Path]]) -> None:
    """Put back what was moved aside, over what stands there now; never raises."""
    for was, now_at in reversed(moved):
        with contextlib.suppress(OSError):
            now_at.rename(was)
    for folder in {now_at.parent for _, now_at in moved}:
        with contextlib.suppress(OSError):
            folder.rmdir()


def _next_folder(directory: Path) -> Path:
    for number in range(1, MOST_SET_ASIDE + 1):
        folder = directory / f"replaced-{number}"
        with contextlib.suppress(FileExistsError):
            folder.mkdir(0o700)
            return folder
    raise EnrolmentError(say("replace.too-many", folder=directory, most=MOST_SET_ASIDE))


@contextlib.contextmanager
def _in_words(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        key = "enrol.denied" if isinstance(error, PermissionError) else "enrol.unwritable"
        raise EnrolmentError(say(key, file=file, why=_why(error))) from error


def _why(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
