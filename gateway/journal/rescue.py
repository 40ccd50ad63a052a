"""What can still be read of a damaged journal.

A bad page need not cost a latched alarm or an alarm that was not yet told. Records are taken over
only where they bear their own hash; rows of state have none, and whoever restores them judges them.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gateway.journal.file import connect_read_only
from gateway.journal.tables import computed_hash, read_boots, read_state, record_from
from gateway.record import BootOffset, Record
from rules.condition import Lane

MOST_RECORDS: Final = 10_000
"""Of each lane. A journal with more waiting has waited for days; its alarms are among the first."""

UNDELIVERED_WITH_HASHES: Final = """
    SELECT record.number, epoch.name, record.lane, record.seq, boot.boot_id, record.monotonic_ns,
           record.wall_ns, record.clock, record.kind, record.body,
           record.previous_hash, record.hash
    FROM outbox
    JOIN record ON record.number = outbox.number
    JOIN epoch ON epoch.id = record.epoch
    JOIN boot ON boot.id = record.boot
    WHERE outbox.lane = ?
    ORDER BY outbox.number
    LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class Rescued:
    """What was read of a damaged journal."""

    records: tuple[Record, ...]
    state: Mapping[str, str]
    boots: Mapping[str, BootOffset]


def rescue(path: Path) -> Rescued:
    """Read the state, the boots and the undelivered records, each as far as they can be read."""
    state: dict[str, str] = {}
    boots: dict[str, BootOffset] = {}
    records: list[tuple[int, Record]] = []
    if not path.exists() or path.stat().st_size == 0:
        # There is nothing to be read, and SQLite would delete a log beside it.
        return Rescued((), state, boots)
    with suppress(sqlite3.Error), closing(connect_read_only(path)) as connection:
        with suppress(sqlite3.Error):
            state = read_state(connection)
        with suppress(sqlite3.Error, ValueError):
            boots = read_boots(connection)
        for lane in Lane:
            with suppress(sqlite3.Error):
                records.extend(_sound_records(connection, lane))
    records.sort(key=lambda numbered: numbered[0])
    return Rescued(tuple(record for _, record in records), state, boots)


def _sound_records(connection: sqlite3.Connection, lane: Lane) -> Iterator[tuple[int, Record]]:
    rows = connection.execute(UNDELIVERED_WITH_HASHES, (lane, MOST_RECORDS))
    for *columns, previous_hash, stored_hash in rows:
        if computed_hash(columns, previous_hash) == stored_hash:
            yield columns[0], record_from(columns)
