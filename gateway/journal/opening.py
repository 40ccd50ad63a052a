"""Opening a journal whatever became of its files: as it is, or in the place of a damaged one.

The damaged one stays where it is until its successor is whole, with all in it that could be taken
over: power may go at any moment.
"""

import sqlite3
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol, TypeVar

from gateway.journal.file import FailureNote, finish_replacing, has_log, is_damage, replacement
from gateway.journal.log_check import log_is_broken

MAGIC: Final = b"SQLite format 3\0"
HEADER: Final = struct.Struct(">18sBBxBBB20xI")
"""Of the header: magic and page size, versions to write and to read by, the fractions of a payload
(constants), and the schema's format."""

NEWEST_FORMAT: Final = 4


class Openable(Protocol):
    """What a journal can do when it is opened; see there."""

    def begin_log(self) -> None:
        """Have the log begun anew."""

    def take_over(self, damaged: Path) -> None:
        """Take over from a damaged journal what can still be read."""

    def note_damage(self, damaged: Path | None) -> None:
        """Note that this journal has taken the place of a damaged one."""

    def close(self) -> None:
        """Close it."""


J = TypeVar("J", bound=Openable)


def opened(path: Path, open_it: Callable[[Path], J]) -> J:
    """Open a journal, or make it; set a damaged one aside whole, and make a new one."""
    damaged = finish_replacing(path)
    if damaged is None and not _is_known_damaged(path):
        was_left = has_log(path)
        try:
            journal = open_it(path)
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
        else:
            if was_left:
                journal.begin_log()
            return journal
    if damaged is None:
        _make_replacement(path, open_it)
        damaged = finish_replacing(path)
    journal = open_it(path)
    journal.note_damage(damaged)
    return journal


def _is_known_damaged(path: Path) -> bool:
    """Say whether a database is damaged in a way that SQLite does not see, or has seen before."""
    if FailureNote(path).tells_of_damage and path.exists():
        return True
    return header_is_spoilt(path) or log_is_broken(path)


def header_is_spoilt(path: Path) -> bool:
    """Say whether a database's header says what no journal's does.

    A wrong bit there can pass with SQLite for a database that must not be written, or that a newer
    program made (file format, 1.3): the gateway would then go on in memory until a person came.
    """
    try:
        with path.open("rb") as file:
            header = file.read(HEADER.size)
    except OSError:
        return False  # whoever opens it says why
    if len(header) < HEADER.size or not header.startswith(MAGIC):
        return False  # SQLite sees that by itself
    _, write_version, read_version, *fractions, schema_format = HEADER.unpack(header)
    versions = {write_version, read_version}
    return not versions <= {1, 2} or fractions != [64, 32, 32] or schema_format > NEWEST_FORMAT


def _make_replacement(path: Path, open_it: Callable[[Path], Openable]) -> None:
    """Make the journal that is to take a damaged one's place, whole before it does so."""
    with replacement(path) as making:
        journal = open_it(making)
        try:
            journal.take_over(path)
        finally:
            journal.close()
