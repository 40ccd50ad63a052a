"""Reading the journal beside its owner: what is waiting for the centre, and whether it is whole."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import TypeVar

from gateway.journal.file import IMMUTABLE, connect_read_only, failure_in_words
from gateway.journal.tables import Stored, read_stored, read_undelivered
from gateway.journal.verification import verify
from gateway.record import Record
from rules.condition import Lane

T = TypeVar("T")


class JournalUnreadableError(Exception):
    """The journal cannot be read now.

    Ask again later, with back-off. Whoever owns the journal tells of the store's failure; the
    reader need not. Its text says what is wrong.
    """


class JournalReader:
    """A reading connection. Usable from any thread, but from one at a time.

    It opens the file when first asked and again whenever another file stands in its place, so that
    it may be made before the journal and outlives a damaged one. It can also read where nothing can
    be written: a card that turned read-only still gives back its latched alarms.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._inode: int | None = None

    def undelivered(self, lane: Lane, after_number: int, limit: int) -> list[Record]:
        """Give a lane's oldest undelivered records that lie after a number of the journal."""
        return self.ask(lambda it: read_undelivered(it, lane, after_number, limit))

    def stored(self) -> Stored:
        """Give what a gateway would start from."""
        return self.ask(read_stored)

    def verify(self) -> int | None:
        """Give the number at which the first thing is wrong; None where all is whole."""
        finding = self.ask(verify).finding
        return None if finding is None else finding.number

    def close(self) -> None:
        """Close the connection; the next question opens another."""
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
        self._connection = None

    def ask(self, question: Callable[[sqlite3.Connection], T]) -> T:
        """Give the answer to a question; it must leave no transaction open.

        Raises:
            JournalUnreadableError: there is none now.
        """
        try:
            answer = question(self._connected())
            if not os.access(self._path, os.W_OK):
                # Where nothing can be written, this connection has the log's index for reading
                # only, and no other of this process could then open it for writing again.
                self.close()
            return answer  # noqa: TRY300  # the file can go away in between
        except (sqlite3.Error, OSError, ValueError) as error:
            self.close()
            if isinstance(error, sqlite3.Error) and self._nobody_writes():
                return self._ask_immutable(question)
            raise JournalUnreadableError(failure_in_words(self._path, error)) from error

    def _connected(self) -> sqlite3.Connection:
        inode = self._path.stat().st_ino
        if self._connection is None or inode != self._inode:
            self.close()
            self._connection = connect_read_only(self._path)
            self._inode = inode
        return self._connection

    def _nobody_writes(self) -> bool:
        """Whether the file is all there is: closed cleanly, and no log that a writer made."""
        log = self._path.with_name(f"{self._path.name}-wal")
        try:
            return log.stat().st_size == 0
        except OSError:
            return self._path.exists()

    def _ask_immutable(self, question: Callable[[sqlite3.Connection], T]) -> T:
        try:
            with closing(connect_read_only(self._path, IMMUTABLE)) as connection:
                return question(connection)
        except (sqlite3.Error, ValueError) as error:
            raise JournalUnreadableError(failure_in_words(self._path, error)) from error
