"""Opening a journal whatever became of its files: as it is, or in the place of a damaged one.

The damaged one stays where it is until its successor is whole, with all in it that could be taken
over: power may go at any moment.
"""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

from gateway.journal.file import FailureNote, finish_replacing, has_log, is_damage, replacement
from gateway.journal.log_check import log_is_broken


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
    return (FailureNote(path).tells_of_damage and path.exists()) or log_is_broken(path)


def _make_replacement(path: Path, open_it: Callable[[Path], Openable]) -> None:
    """Make the journal that is to take a damaged one's place, whole before it does so."""
    with replacement(path) as making:
        journal = open_it(making)
        try:
            journal.take_over(path)
        finally:
            journal.close()
