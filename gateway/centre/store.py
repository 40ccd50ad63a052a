"""The centre's database: SQLite, written by whoever holds a transaction.

WAL with synchronous=FULL: what is committed outlives a loss of power, and only what is committed is
acknowledged. Several processes of one machine may share the file, each taking a part of the
messages: a transaction takes the write lock at its beginning, so that none decides by what another
is about to change.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from gateway.centre.heard import EventSaid, Heard
from gateway.centre.ranges import around, count, joined, missing
from gateway.journal.file import migrate, read_migrations, transaction
from gateway.messages.topics import Origin
from gateway.range_set import Range
from rules.condition import Lane

SCHEMA_FOLDER: Final = Path(__file__).parent / "schema"

BUSY_S: Final = 5.0
"""How long the lock of another process is waited for; its transactions take milliseconds."""

SETTINGS: Final = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",  # with NORMAL a loss of power may undo what was acknowledged
    "PRAGMA foreign_keys = ON",
)

MOST_RANGES: Final = 4096
"""Ranges of one stream; the lowest is forgotten beyond. Only mischief makes so many."""

MOST_CACHED: Final = 100_000

FIRST_ASKED_AFTER_MS: Final = 10_000
"""A gap that lasts so long is no longer a second path that is a little later than the first."""


Key = TypeVar("Key")
Value = TypeVar("Value")


class StoreError(Exception):
    """The database cannot be written or read.

    Nothing of the transaction was kept: acknowledge none of it, and try again later. Its text says
    which file and why.
    """


@dataclass(frozen=True, slots=True)
class Stream:
    """A lane of an epoch of a gateway: its row, and what names it."""

    id: int
    epoch: str
    lane: Lane


class Store:
    """The database: who speaks, and the events.

    Attributes:
        database: the connection, for those who keep the rest (`newest`, `asked`).

    Raises:
        StoreError: it cannot be opened.
        JournalRefusedError: it is of another program, or of a newer version.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._gateways: dict[Origin, int] = {}
        self._streams: dict[tuple[int, str, Lane], Stream] = {}
        try:
            self.database = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None)
            for setting in SETTINGS:
                self.database.execute(setting)
            migrate(self.database, read_migrations(SCHEMA_FOLDER), path)
        except (sqlite3.Error, OSError) as error:
            raise StoreError(f"{path}: cannot be opened: {error}") from error

    def close(self) -> None:
        """Let go of the file."""
        self.database.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make all that is done inside durable together, or none of it.

        Raises:
            StoreError: none of it is kept.
        """
        try:
            with transaction(self.database):
                yield
        except BaseException as error:
            self._forget()
            if isinstance(error, sqlite3.Error):
                raise StoreError(f"{self._path}: cannot be written: {error}") from error
            raise

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Take back what is done inside, and only that, where it fails; inside a transaction."""
        self.database.execute("SAVEPOINT attempt")
        try:
            yield
        except BaseException:
            self._forget()
            self.database.execute("ROLLBACK TO attempt")
            raise
        finally:
            self.database.execute("RELEASE attempt")

    # Who speaks

    def gateway(self, origin: Origin, now_ms: int) -> int:
        """Give the row of a gateway; the first message of it makes it."""
        known = self._gateways.get(origin)
        if known is None:
            names = (origin.province, origin.site, origin.gateway)
            self.database.execute(
                "INSERT INTO gateway (province, site, gateway, first_heard_ms) VALUES (?, ?, ?, ?)"
                " ON CONFLICT DO NOTHING",
                (*names, now_ms),
            )
            known = self._number(
                "SELECT id FROM gateway WHERE province = ? AND site = ? AND gateway = ?", names
            )
            _remember(self._gateways, origin, known)
        return known

    def gateways(self) -> dict[int, Origin]:
        """Give all gateways that were ever heard of."""
        rows = self.database.execute("SELECT id, province, site, gateway FROM gateway")
        return {id_: Origin(*names) for id_, *names in rows}

    def stream(self, gateway: int, epoch: str, lane: Lane) -> Stream:
        """Give the row of a lane of an epoch; the first event of it makes it."""
        key = (gateway, epoch, lane)
        known = self._streams.get(key)
        if known is None:
            self.database.execute(
                "INSERT INTO stream (gateway, epoch, lane) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                key,
            )
            row = self._number(
                "SELECT id FROM stream WHERE gateway = ? AND epoch = ? AND lane = ?", key
            )
            known = Stream(row, epoch, lane)
            _remember(self._streams, key, known)
        return known

    # Events

    def add_event(self, stream: Stream, heard: Heard, said: EventSaid, now_ms: int) -> bool:
        """Keep an event; False where one of this name is kept already."""
        data = said.data
        added = self.database.execute(
            "INSERT INTO event (stream, seq, received_at_ms, type, condition, change, mode, zone,"
            " source, incident, time, boot, monotonic_ns, historical, durable, body)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (
                *(stream.id, said.seq, now_ms, said.type, data.condition, data.change, data.mode),
                *(None if data.zone is None else data.zone.id, data.source, data.incident),
                *(said.time, said.boot, said.monotonicns, said.historical, said.durable),
                heard.text,
            ),
        )
        return added.rowcount == 1

    def is_the_same(self, stream: Stream, said: EventSaid) -> bool:
        """Tell whether the event that is kept under this name is this one.

        A copy may be marked otherwise (`historical`, `durable`) and hold less evidence; what
        happened, and when by which boot's clock, does not change.
        """
        kept = self.database.execute(
            "SELECT type, boot, monotonic_ns FROM event WHERE stream = ? AND seq = ?",
            (stream.id, said.seq),
        ).fetchone()
        return bool(kept == (said.type, said.boot, said.monotonicns))

    def note_received(self, stream: Stream, seqs: Iterable[int], now_ms: int) -> list[Range]:
        """Note what has come of a stream; give the joined ranges in which that lies."""
        numbers = set(seqs)
        before = self.ranges(stream)
        after = joined([*before, *((seq, seq) for seq in numbers)])[-MOST_RANGES:]
        self.database.executemany(
            "DELETE FROM received WHERE stream = ? AND first = ?",
            [(stream.id, first) for first in {each[0] for each in before}.difference(dict(after))],
        )
        self.database.executemany(
            "INSERT OR REPLACE INTO received (stream, first, last) VALUES (?, ?, ?)",
            [(stream.id, *each) for each in set(after).difference(before)],
        )
        self._look_for_gaps(stream, after, 0, now_ms)
        return around(after, numbers)

    def note_announced(self, stream: Stream, highest: int, now_ms: int) -> None:
        """Note that a gateway has spoken of events up to this seq."""
        self._look_for_gaps(stream, self.ranges(stream), highest, now_ms)

    def _look_for_gaps(self, stream: Stream, has: list[Range], announced: int, now_ms: int) -> None:
        """Count what is missing. Where some of it has come, the asking begins anew."""
        known, missed = self.database.execute(
            "SELECT announced, missing FROM stream WHERE id = ?", (stream.id,)
        ).fetchone()
        announced = max(announced, known)
        lacks = count(missing(has, announced))
        if lacks < missed or (lacks and not missed):
            self.database.execute(
                "UPDATE stream SET announced = ?, missing = ?, asked = 0, ask_at_ms = ?"
                " WHERE id = ?",
                (announced, lacks, now_ms + FIRST_ASKED_AFTER_MS, stream.id),
            )
        elif (announced, lacks) != (known, missed):
            self.database.execute(
                "UPDATE stream SET announced = ?, missing = ? WHERE id = ?",
                (announced, lacks, stream.id),
            )

    def ranges(self, stream: Stream) -> list[Range]:
        """Give what has come of a stream."""
        return self.database.execute(
            "SELECT first, last FROM received WHERE stream = ? ORDER BY first", (stream.id,)
        ).fetchall()

    def _forget(self) -> None:
        """Forget the rows that are known: some of them may never have come to be."""
        self._gateways.clear()
        self._streams.clear()

    def _number(self, query: str, values: tuple[object, ...]) -> int:
        return int(self.database.execute(query, values).fetchone()[0])


def _remember(cache: dict[Key, Value], key: Key, value: Value) -> None:
    if len(cache) >= MOST_CACHED:
        cache.clear()
    cache[key] = value
