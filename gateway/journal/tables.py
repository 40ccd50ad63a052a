"""What is read from the journal's tables, by its owner and by others."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from gateway.journal.hash_chain import hash_of
from gateway.journal.vouched import Checkpoint, Mark, Stub
from gateway.record import BootOffset, ClockQuality, Record, RecordName
from rules.condition import Lane

ALL_STATE: Final = "SELECT key, value FROM state"
KNOWN_BOOTS: Final = """
    SELECT boot_id, offset_ns, quality FROM boot
    WHERE offset_ns IS NOT NULL
    ORDER BY id DESC
    LIMIT 1000 -- what is dated by an older one is years old
"""
# A clock that nobody had set may have shown any year: what it says is no bound.
NEWEST_WALL: Final = """
    SELECT wall_ns FROM record WHERE clock <> 'unknown' ORDER BY number DESC LIMIT 1
"""
OUTBOX_COUNTS: Final = "SELECT lane, count(*) FROM outbox GROUP BY lane"
UNDELIVERED: Final = """
    SELECT record.number, epoch.name, record.lane, record.seq, boot.boot_id, record.monotonic_ns,
           record.wall_ns, record.clock, record.kind, record.body
    FROM outbox
    JOIN record ON record.number = outbox.number
    JOIN epoch ON epoch.id = record.epoch
    JOIN boot ON boot.id = record.boot
    WHERE outbox.lane = ? AND outbox.number > ?
    ORDER BY outbox.number
    LIMIT ?
"""
ALL_EPOCHS: Final = "SELECT name, id FROM epoch"
HIGHEST_SEQ: Final = "SELECT max(seq) FROM record WHERE epoch = ? AND lane = ?"
ALL_STUBS: Final = """
    SELECT first_number, last_number, previous_hash, last_hash, key, signature FROM gap
    ORDER BY first_number
"""
ALL_CHECKPOINTS: Final = """
    SELECT number, hash, epoch, boot_id, monotonic_ns, wall_ns, clock, key, signature
    FROM checkpoint
    ORDER BY number
"""
SCHEMA: Final = "SELECT max(number) FROM migration"
COUNT_GONE: Final = "SELECT total(last_number - first_number + 1) FROM gap"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What a journal holds that a gateway starts from.

    Attributes:
        state: the durable state, JSON text by key.
        boots: the wall clock of earlier boots, and of this one, where it was known.
        newest_wall_ns: wall time of the last record: it cannot be earlier than that.
        undelivered: how many records the centre has not got yet, by lane.
        highest: by epoch name and lane, the highest seq that there is a record of.
    """

    state: Mapping[str, str]
    boots: Mapping[str, BootOffset]
    newest_wall_ns: int | None
    undelivered: Mapping[Lane, int]
    highest: Mapping[tuple[str, Lane], int]


NOTHING_STORED: Final = Stored(
    state={}, boots={}, newest_wall_ns=None, undelivered=dict.fromkeys(Lane, 0), highest={}
)


def read_stored(connection: sqlite3.Connection) -> Stored:
    """Read what a gateway starts from."""
    return Stored(
        state=read_state(connection),
        boots=read_boots(connection),
        newest_wall_ns=read_newest_wall_ns(connection),
        undelivered=read_undelivered_counts(connection),
        highest=read_highest_seqs(connection),
    )


def read_state(connection: sqlite3.Connection) -> dict[str, str]:
    """Read the durable state."""
    return dict(connection.execute(ALL_STATE))


def read_boots(connection: sqlite3.Connection) -> dict[str, BootOffset]:
    """Read the latest boots whose wall clock is known."""
    return {
        boot_id: BootOffset(offset_ns, ClockQuality(quality))
        for boot_id, offset_ns, quality in connection.execute(KNOWN_BOOTS)
    }


def read_newest_wall_ns(connection: sqlite3.Connection) -> int | None:
    """Read the wall time of the last record."""
    row = connection.execute(NEWEST_WALL).fetchone()
    return None if row is None else int(row[0])


def read_undelivered_counts(connection: sqlite3.Connection) -> dict[Lane, int]:
    """Count what is still to be delivered, by lane."""
    counts = dict.fromkeys(Lane, 0)
    counts.update((Lane(lane), count) for lane, count in connection.execute(OUTBOX_COUNTS))
    return counts


def read_highest_seqs(connection: sqlite3.Connection) -> dict[tuple[str, Lane], int]:
    """Read the highest seq of each lane of each epoch."""
    return {
        (epoch, lane): highest
        for epoch, id_ in connection.execute(ALL_EPOCHS).fetchall()
        for lane in Lane
        if (highest := connection.execute(HIGHEST_SEQ, (id_, lane)).fetchone()[0]) is not None
    }


def read_schema(connection: sqlite3.Connection) -> int:
    """Read the number of the newest migration."""
    return int(connection.execute(SCHEMA).fetchone()[0])


def read_gone_count(connection: sqlite3.Connection) -> int:
    """Count the records that have gone by age."""
    return int(connection.execute(COUNT_GONE).fetchone()[0])


def read_stubs(connection: sqlite3.Connection) -> Iterator[tuple[Stub, Mark]]:
    """Read what is left of the runs of records that have gone, in their order."""
    for first, last, previous_hash, last_hash, key, signature in connection.execute(ALL_STUBS):
        stub = Stub(first=first, last=last, previous_hash=previous_hash, last_hash=last_hash)
        yield stub, Mark(key, signature)


def read_checkpoints(connection: sqlite3.Connection) -> Iterator[tuple[Checkpoint, Mark]]:
    """Read the signed checkpoints, in their order."""
    for row in connection.execute(ALL_CHECKPOINTS):
        number, hash_, epoch, boot_id, monotonic_ns, wall_ns, clock, key, signature = row
        checkpoint = Checkpoint(
            number=number,
            hash=hash_,
            epoch=epoch,
            boot_id=boot_id,
            monotonic_ns=monotonic_ns,
            wall_ns=wall_ns,
            clock=clock,
        )
        yield checkpoint, Mark(key, signature)


def read_undelivered(
    connection: sqlite3.Connection, lane: Lane, after_number: int, limit: int
) -> list[Record]:
    """Read the oldest undelivered records of a lane that lie after a number."""
    return [
        record_from(row) for row in connection.execute(UNDELIVERED, (lane, after_number, limit))
    ]


def record_from(row: Sequence[Any]) -> Record:
    """Make a record of the ten columns that the statements above begin with."""
    number, epoch, lane, seq, boot_id, monotonic_ns, wall_ns, clock, kind, body = row
    return Record(
        name=RecordName(epoch, Lane(lane), seq),
        number=number,
        boot_id=boot_id,
        monotonic_ns=monotonic_ns,
        wall_ns=wall_ns,
        clock=ClockQuality(clock),
        kind=kind,
        body=body,
        durable=True,
    )


def computed_hash(columns: Sequence[Any], previous_hash: bytes) -> bytes | None:
    """Give the hash that a record ought to have; None where it cannot be a record at all."""
    if None in columns:
        return None  # its epoch or boot is gone
    try:
        return hash_of(record_from(columns), columns[0], previous_hash)
    except ValueError:
        return None  # no lane or clock quality that there is


@contextmanager
def one_moment(connection: sqlite3.Connection) -> Iterator[None]:
    """See the journal as it is at one moment, though its owner goes on."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.rollback()


@contextmanager
def any_text(connection: sqlite3.Connection) -> Iterator[None]:
    """Read text that is none too: what was altered is to be found or shown, not to stop anybody."""
    strict = connection.text_factory
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    try:
        yield
    finally:
        connection.text_factory = strict
