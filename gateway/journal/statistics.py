"""How much of what a journal holds: counted, not verified."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gateway.journal.file import ASIDE
from gateway.journal.tables import (
    any_text,
    one_moment,
    read_gone_count,
    read_schema,
    read_undelivered_counts,
)
from rules.condition import Lane

RECORDS: Final = "SELECT count(*), min(number), max(number) FROM record"
BY_EPOCH: Final = """
    SELECT epoch.name, epoch.kind, epoch.reason, counted.lane, counted.records, counted.highest
    FROM epoch
    LEFT JOIN (
        SELECT epoch, lane, count(*) AS records, max(seq) AS highest FROM record
        GROUP BY epoch, lane
    ) AS counted ON counted.epoch = epoch.id
    ORDER BY epoch.id, counted.lane
"""
OLDEST_WAITING: Final = """
    SELECT record.number, record.wall_ns, record.monotonic_ns + boot.offset_ns
    FROM outbox
    JOIN record ON record.number = outbox.number
    LEFT JOIN boot ON boot.id = record.boot
    WHERE outbox.lane = ?
    ORDER BY outbox.number
    LIMIT 1
"""
BOOTS: Final = "SELECT boot_id, offset_ns, quality FROM boot ORDER BY id DESC LIMIT 100"
COUNT_BOOTS: Final = "SELECT count(*) FROM boot"
COUNT_STUBS: Final = "SELECT count(*) FROM gap"
CHECKPOINTS: Final = "SELECT count(*), max(number) FROM checkpoint"
NEWEST_CHECKPOINT: Final = "SELECT wall_ns, clock, key FROM checkpoint WHERE number = ?"


@dataclass(frozen=True, slots=True)
class EpochHeld:
    """An epoch; by lane, how many records there are of it, and its highest seq."""

    name: str
    kind: str
    reason: str
    records: Mapping[str, int]
    highest: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for delivery in a lane: the oldest, and when it happened where that is known."""

    count: int
    oldest: int | None
    oldest_ns: int | None


@dataclass(frozen=True, slots=True)
class BootHeld:
    """A boot; when it began, nanoseconds since 1970, and how well that is known, if it is."""

    boot_id: str
    began_ns: int | None
    quality: str | None


@dataclass(frozen=True, slots=True)
class CheckpointHeld:
    """The newest checkpoint: of which record, when by the wall clock, and by whose key."""

    number: int
    wall_ns: int
    clock: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """What a journal holds.

    Attributes:
        schema: number of the newest migration.
        records: how many there are.
        first: number of the first of them, 0 where there is none.
        last: number of the last.
        gone: how many have gone by age.
        stubs: of how many runs.
        epochs: in the order in which they began.
        waiting: what waits for delivery, by lane.
        boots: the newest first, a hundred at most.
        boot_count: of all.
        checkpoints: how many there are.
        checkpoint: the newest.
    """

    schema: int
    records: int
    first: int
    last: int
    gone: int
    stubs: int
    epochs: tuple[EpochHeld, ...]
    waiting: Mapping[Lane, Waiting]
    boots: tuple[BootHeld, ...]
    boot_count: int
    checkpoints: int
    checkpoint: CheckpointHeld | None


def read_statistics(connection: sqlite3.Connection) -> Statistics:
    """Count what a journal of the present schema holds."""
    execute = connection.execute
    with one_moment(connection), any_text(connection):
        records, first, last = execute(RECORDS).fetchone()
        checkpoints, newest = execute(CHECKPOINTS).fetchone()
        row = execute(NEWEST_CHECKPOINT, (newest,)).fetchone()
        return Statistics(
            schema=read_schema(connection),
            records=records,
            first=first or 0,
            last=last or 0,
            gone=read_gone_count(connection),
            stubs=execute(COUNT_STUBS).fetchone()[0],
            epochs=_read_epochs(connection),
            waiting=_read_waiting(connection),
            boots=tuple(BootHeld(*boot) for boot in execute(BOOTS)),
            boot_count=execute(COUNT_BOOTS).fetchone()[0],
            checkpoints=checkpoints,
            checkpoint=None if row is None else CheckpointHeld(newest, *row),
        )


def file_sizes(path: Path) -> dict[str, int]:
    """Give the sizes, in bytes, of a journal's files and of those that were set aside, by name."""
    names = [path, path.with_name(f"{path.name}-wal"), *path.parent.glob(f"{path.name}{ASIDE}*")]
    sizes = {}
    for file in sorted(names):
        try:
            sizes[file.name] = file.stat().st_size
        except OSError:
            continue  # there is none now
    return sizes


def _read_epochs(connection: sqlite3.Connection) -> tuple[EpochHeld, ...]:
    epochs: dict[str, EpochHeld] = {}
    for name, kind, reason, lane, records, highest in connection.execute(BY_EPOCH):
        if name not in epochs:
            epochs[name] = EpochHeld(name, kind, reason, {}, {})
        if lane is not None:
            held = epochs[name]
            epochs[name] = EpochHeld(
                name, kind, reason, {**held.records, lane: records}, {**held.highest, lane: highest}
            )
    return tuple(epochs.values())


def _read_waiting(connection: sqlite3.Connection) -> dict[Lane, Waiting]:
    waiting = {}
    for lane, count in read_undelivered_counts(connection).items():
        number, wall_ns, dated_ns = connection.execute(OLDEST_WAITING, (lane,)).fetchone() or (
            None,
            None,
            None,
        )
        waiting[lane] = Waiting(count, number, wall_ns if dated_ns is None else dated_ns)
    return waiting
