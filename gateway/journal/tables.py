"""What is read from the journal's tables, by its owner and by others."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from gateway.journal.hash_chain import NO_HASH, hash_of
from gateway.record import BootOffset, ClockQuality, Record, RecordName
from rules.condition import Lane

ALL_STATE: Final = "SELECT key, value FROM state"
KNOWN_BOOTS: Final = """
    SELECT boot_id, offset_ns, quality FROM boot
    WHERE offset_ns IS NOT NULL
    ORDER BY id DESC
    LIMIT 1000 -- what is dated by an older one is years old
"""
NEWEST_WALL: Final = "SELECT wall_ns FROM record ORDER BY number DESC LIMIT 1"
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
WHOLE_CHAIN: Final = """
    SELECT record.number, epoch.name, record.lane, record.seq, boot.boot_id, record.monotonic_ns,
           record.wall_ns, record.clock, record.kind, record.body,
           record.previous_hash, record.hash
    FROM record
    LEFT JOIN epoch ON epoch.id = record.epoch
    LEFT JOIN boot ON boot.id = record.boot
    ORDER BY record.number
"""
ALL_EPOCHS: Final = "SELECT name, id FROM epoch"
HIGHEST_SEQ: Final = "SELECT max(seq) FROM record WHERE epoch = ? AND lane = ?"
ALL_GAPS: Final = "SELECT first_number, last_number, last_hash FROM gap"
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


def read_gone_count(connection: sqlite3.Connection) -> int:
    """Count the records that have gone by age."""
    return int(connection.execute(COUNT_GONE).fetchone()[0])


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


def find_first_broken(connection: sqlite3.Connection) -> int | None:
    """Walk the chain; give the number of the first record that is missing or altered, or None.

    The chain begins at number 1, or after the run of records that went by age. What is missing at
    its very end it cannot show.
    """
    gaps = {first: (last, last_hash) for first, last, last_hash in connection.execute(ALL_GAPS)}
    expected, previous_hash = 1, NO_HASH
    strict_decoding = connection.text_factory
    connection.text_factory = _decode_anything  # altered text is to be found, not to stop the walk
    try:
        for *columns, stored_previous_hash, stored_hash in connection.execute(WHOLE_CHAIN):
            number = columns[0]
            if number != expected and expected in gaps:
                last, previous_hash = gaps[expected]
                expected = last + 1
            if number != expected or stored_previous_hash != previous_hash:
                return expected
            if computed_hash(columns, previous_hash) != stored_hash:
                return expected
            expected, previous_hash = number + 1, stored_hash
    finally:
        connection.text_factory = strict_decoding
    return None


def computed_hash(columns: Sequence[Any], previous_hash: bytes) -> bytes | None:
    """Give the hash that a record ought to have; None where it cannot be a record at all."""
    if None in columns:
        return None  # its epoch or boot is gone
    try:
        return hash_of(record_from(columns), columns[0], previous_hash)
    except ValueError:
        return None  # no lane or clock quality that there is


def _decode_anything(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")
