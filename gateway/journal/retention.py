"""Keeping the journal within bounds, a bounded step at a time.

Delivered records go by age, beyond a number of them or beyond a size of the whole. An undelivered
record of the alarm lane never goes; those of the other lanes are given up, oldest first, when a
lane's room in the outbox is used up: a lane has its own room, so that no flood in one starves
another. Only where nothing delivered is left to go and the whole is still too large, the status
lane gives up before its room is used up, and then the trouble lane.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from gateway.journal.vouched import Mark, Stub
from gateway.journal.voucher import Voucher
from rules.condition import Lane

DELIVERED_KEPT: Final = 200_000
"""At some 700 bytes each, 140 MB; years of a quiet site."""

OUTBOX_ROOM: Final[Mapping[Lane, int]] = {Lane.TROUBLE: 200_000, Lane.STATUS: 100_000}
"""A week without the centre at an event each three, or each six, seconds."""

MOST_BYTES: Final = 512 * 1024 * 1024
"""What the database may hold, its log aside. The file is never cut, so that it need not grow again:
pages of what has gone are used anew. It can be larger by what comes between two steps, and by
undelivered alarms."""

FIRST_TO_GO: Final = (Lane.STATUS, Lane.TROUBLE)
LARGEST_STEP: Final = 500
"""Records that go at once: some 12 ms, which an alarm at that moment has to wait."""

SMALLEST_STEP: Final = 200
"""Below this it is not worth a transaction."""

OLDEST_DELIVERED: Final = """
    SELECT number, previous_hash, hash FROM record
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
GAP_BEFORE: Final = """
    SELECT first_number, last_number, previous_hash, last_hash, key, signature FROM gap
    WHERE last_number = ?
"""
GAP_AFTER: Final = """
    SELECT first_number, last_number, previous_hash, last_hash, key, signature FROM gap
    WHERE first_number = ?
"""
DELETE_GAP: Final = "DELETE FROM gap WHERE first_number = ?"
INSERT_GAP: Final = """
    INSERT INTO gap (first_number, last_number, previous_hash, last_hash, key, signature)
    VALUES (?, ?, ?, ?, ?, ?)
"""
PAGE_SIZE: Final = "PRAGMA page_size"
PAGES: Final = "PRAGMA page_count"
FREE_PAGES: Final = "PRAGMA freelist_count"
GIVE_UP_OLDEST: Final = """
    DELETE FROM outbox WHERE lane = ? AND number IN (
        SELECT number FROM outbox WHERE lane = ? ORDER BY number LIMIT ?
    )
"""


def is_too_large(connection: sqlite3.Connection) -> bool:
    """Say whether the database holds more than it should."""
    page_size, pages, free = (
        int(connection.execute(statement).fetchone()[0])
        for statement in (PAGE_SIZE, PAGES, FREE_PAGES)
    )
    return (pages - free) * page_size > MOST_BYTES


def beyond_room(lane: Lane, waiting: int) -> int:
    """Say how many undelivered records a lane has beyond its room, as far as one step goes."""
    room = OUTBOX_ROOM.get(lane)
    return 0 if room is None else min(max(0, waiting - room), LARGEST_STEP)


def give_up(connection: sqlite3.Connection, lane: Lane, count: int) -> int:
    """Take the oldest of a lane out of the outbox, and say how many that were."""
    return connection.execute(GIVE_UP_OLDEST, (lane, lane, count)).rowcount


def prune(connection: sqlite3.Connection, voucher: Voucher, *, epoch: int, limit: int) -> int:
    """Remove the oldest delivered records, at most so many, and say how many that were.

    The newest of each lane stays, since the next seq is counted on from it, and so does the newest
    of all, from which the chain goes on.
    """
    kept = _needed_to_go_on(connection, epoch)
    oldest = connection.execute(OLDEST_DELIVERED, (limit,)).fetchall()
    count = 0
    for run in runs(row for row in oldest if row[0] not in kept):
        connection.execute(DELETE_RECORDS, (run.first, run.last))
        _leave_stub(connection, voucher, run)
        count += run.last - run.first + 1
    return count


def runs(rows: Iterable[tuple[int, bytes, bytes]]) -> Iterator[Stub]:
    """Join ascending numbers, each with the hash before it and its own, to runs without a gap."""
    run: Stub | None = None
    for number, previous_hash, last_hash in rows:
        if run is not None and number == run.last + 1:
            run = replace(run, last=number, last_hash=last_hash)
            continue
        if run is not None:
            yield run
        run = Stub(first=number, last=number, previous_hash=previous_hash, last_hash=last_hash)
    if run is not None:
        yield run


def _needed_to_go_on(connection: sqlite3.Connection, epoch: int) -> set[int]:
    rows = [connection.execute(NEWEST).fetchone()]
    rows += (connection.execute(NEWEST_OF_LANE, (epoch, lane)).fetchone() for lane in Lane)
    return {row[0] for row in rows if row is not None}


def _leave_stub(connection: sqlite3.Connection, voucher: Voucher, run: Stub) -> None:
    """Leave a stub of a run that has gone, as one with those that it touches."""
    before = _own_stub(connection, voucher, GAP_BEFORE, run.first - 1)
    if before is not None:
        connection.execute(DELETE_GAP, (before.first,))
        run = replace(run, first=before.first, previous_hash=before.previous_hash)
    after = _own_stub(connection, voucher, GAP_AFTER, run.last + 1)
    if after is not None:
        connection.execute(DELETE_GAP, (after.first,))
        run = replace(run, last=after.last, last_hash=after.last_hash)
    mark = voucher.sign(run)
    values = (run.first, run.last, run.previous_hash, run.last_hash, mark.key, mark.signature)
    connection.execute(INSERT_GAP, values)


def _own_stub(
    connection: sqlite3.Connection, voucher: Voucher, statement: str, number: int
) -> Stub | None:
    """Find the stub that ends or begins at a number, if this gateway has signed it."""
    row = connection.execute(statement, (number,)).fetchone()
    if row is None:
        return None
    first, last, previous_hash, last_hash, *mark = row
    stub = Stub(first=first, last=last, previous_hash=previous_hash, last_hash=last_hash)
    return stub if voucher.has_signed(stub, Mark(*mark)) else None
