"""Records for other programs, page by page: neither memory nor the journal's log grows with them.

Between two pages the journal goes on, and what has gone by age meanwhile is passed over. Nothing is
verified here, and what was altered is given as it is.
"""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from gateway.journal.tables import any_text
from rules.condition import Lane

PAGE: Final = 200
"""Records. At 64 KiB, the largest, 13 MB."""

LARGEST_NUMBER: Final = 2**63 - 1

RECORDS: Final = """
    SELECT record.number, epoch.name, record.lane, record.seq, boot.boot_id, record.monotonic_ns,
           record.wall_ns, record.clock, record.kind, record.body, record.previous_hash,
           record.hash, boot.offset_ns,
           NOT EXISTS (
               SELECT 1 FROM outbox
               WHERE outbox.lane = record.lane AND outbox.number = record.number
           )
    FROM record
    LEFT JOIN epoch ON epoch.id = record.epoch
    LEFT JOIN boot ON boot.id = record.boot
    WHERE record.number BETWEEN :first AND :last
        AND (:lane IS NULL OR record.lane = :lane)
        AND (:since_ns IS NULL
             OR coalesce(record.monotonic_ns + boot.offset_ns, record.wall_ns) >= :since_ns)
    ORDER BY record.number
    LIMIT :limit
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which records are asked for.

    Attributes:
        first: not before this number.
        last: not after this one.
        lane: of this lane only, or of all.
        since_ns: not before this wall time, nanoseconds since 1970. What happened before the clock
            was known is dated by what its boot learned later; where that was nothing, by the time
            that the clock showed.
    """

    first: int = 1
    last: int = LARGEST_NUMBER
    lane: Lane | None = None
    since_ns: int | None = None


@dataclass(frozen=True, slots=True)
class Exported:
    """A record as the journal has it; see gateway.record.Record.

    Attributes:
        offset_ns: what to add to monotonic_ns to get the wall time, once its boot has learned it.
        delivered: whether it needs no delivery any more.
    """

    number: int
    epoch: str | None
    lane: str
    seq: int
    boot_id: str | None
    monotonic_ns: int
    wall_ns: int
    clock: str
    kind: str
    body: bytes
    previous_hash: bytes
    hash: bytes
    offset_ns: int | None
    delivered: bool


Ask = Callable[[Callable[[sqlite3.Connection], list[Exported]]], list[Exported]]


def exported(ask: Ask, selection: Selection) -> Iterator[Exported]:
    """Give the records that are asked for, in their order; `ask` is JournalReader.ask."""
    first = selection.first
    while first <= selection.last:
        values = {
            "first": first,
            "last": selection.last,
            "lane": selection.lane,
            "since_ns": selection.since_ns,
            "limit": PAGE,
        }
        page = ask(partial(_page, values))
        yield from page
        if len(page) < PAGE:
            return
        first = page[-1].number + 1


def _page(values: dict[str, Any], connection: sqlite3.Connection) -> list[Exported]:
    with any_text(connection):
        return [
            Exported(*(*columns, bool(delivered)))
            for *columns, delivered in connection.execute(RECORDS, values)
        ]
