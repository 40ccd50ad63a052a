"""Keeping the journal within bounds, a bounded step at a time.

Delivered records go by age beyond a number. An undelivered record of the alarm lane never goes;
those of the other lanes are given up, oldest first, when a lane's room in the outbox is used up: a
lane has its own room, so that no flood in one starves another.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from rules.condition import Lane

DELIVERED_KEPT: Final = 200_000
"""At some 700 bytes each, 140 MB; years of a quiet site."""

OUTBOX_ROOM: Final[Mapping[Lane, int]] = {Lane.TROUBLE: 200_000, Lane.STATUS: 100_000}
"""A week without the centre at an event each three, or each six, seconds."""

LARGEST_STEP: Final = 500
"""Records that go at once: some 12 ms, which an alarm at that moment has to wait."""

SMALLEST_STEP: Final = 200
"""Below this it is not worth a transaction."""

OLDEST_DELIVERED: Final = """
    SELECT number, hash FROM record
    WHERE NOT EXISTS (
        SELECT 1 FROM outbox WHERE outbox.lane = record.lane AND outbox.number = record.number
    )
    ORDER BY number
    LIMIT ?
"""
NEWEST_OF_LANE: Final = """
    SELECT number FROM record WHERE epoch = ? AND lane = ? ORDER BY seq DESC LIMIT 1
"""
NEWEST: Final = "SELECT number FROM record ORDER BY number DESC LIMIT 1"
DELETE_RECORDS: Final = "DELETE FROM record WHERE number BETWEEN ? AND ?"
GAP_BEFORE: Final = "SELECT first_number FROM gap WHERE last_number = ?"
GAP_AFTER: Final = "SELECT last_number, last_hash FROM gap WHERE first_number = ?"
DELETE_GAP: Final = "DELETE FROM gap WHERE first_number = ?"
INSERT_GAP: Final = "INSERT INTO gap (first_number, last_number, last_hash) VALUES (?, ?, ?)"
GIVE_UP_OLDEST: Final = """
    DELETE FROM outbox WHERE lane = ? AND number IN (
        SELECT number FROM outbox WHERE lane = ? ORDER BY number LIMIT ?
    )
"""


@dataclass(frozen=True, slots=True)
class Run:
    """Records that follow each other without a gap, and the hash of the last of them."""

    first: int
    last: int
    last_hash: bytes


def give_up(connection: sqlite3.Connection, lane: Lane, waiting: int) -> int:
    """Take what a lane has beyond its room out of the outbox, and say how many that were."""
    room = OUTBOX_ROOM.get(lane)
    if room is None or waiting <= room:
        return 0
    return connection.execute(
        GIVE_UP_OLDEST, (lane, lane, min(waiting - room, LARGEST_STEP))
    ).rowcount


def prune(connection: sqlite3.Connection, *, epoch: int, limit: int) -> int:
    """Remove the oldest delivered records, at most so many, and say how many that were.

    The newest of each lane stays, since the next seq is counted on from it, and so does the newest
    of all, from which the chain goes on.
    """
    kept = _needed_to_go_on(connection, epoch)
    oldest = connection.execute(OLDEST_DELIVERED, (limit,)).fetchall()
    count = 0
    for run in runs(row for row in oldest if row[0] not in kept):
        connection.execute(DELETE_RECORDS, (run.first, run.last))
        _note_gap(connection, run)
        count += run.last - run.first + 1
    return count


def runs(rows: Iterable[tuple[int, bytes]]) -> Iterator[Run]:
    """Join ascending numbers, each with its hash, to runs without a gap."""
    run: Run | None = None
    for number, last_hash in rows:
        if run is not None and number == run.last + 1:
            run = Run(run.first, number, last_hash)
            continue
        if run is not None:
            yield run
        run = Run(number, number, last_hash)
    if run is not None:
        yield run


def _needed_to_go_on(connection: sqlite3.Connection, epoch: int) -> set[int]:
    rows = [connection.execute(NEWEST).fetchone()]
    rows += (connection.execute(NEWEST_OF_LANE, (epoch, lane)).fetchone() for lane in Lane)
    return {row[0] for row in rows if row is not None}


def _note_gap(connection: sqlite3.Connection, run: Run) -> None:
    """Remember a run that has gone, as one with those that it touches."""
    first, last, last_hash = run.first, run.last, run.last_hash
    before = connection.execute(GAP_BEFORE, (first - 1,)).fetchone()
    if before is not None:
        (first,) = before
        connection.execute(DELETE_GAP, (first,))
    after = connection.execute(GAP_AFTER, (last + 1,)).fetchone()
    if after is not None:
        connection.execute(DELETE_GAP, (last + 1,))
        last, last_hash = after
    connection.execute(INSERT_GAP, (first, last, last_hash))
