"""Events as the journal keeps them, a page at a time, for whoever wants to see what happened.

A page is bounded in count, in bytes and in time: what is left of it out can be asked for next.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Final

from gateway.journal.tables import any_text, record_from
from gateway.record import ClockQuality, Record

MOST_BYTES: Final = 1024 * 1024
"""Of the bodies of a page: with ordinary names a thousand events, and never long in the making."""

# CROSS JOIN keeps the order of the tables: by number, so that nothing is sorted or read in vain.
COLUMNS: Final = """
    SELECT record.number, epoch.name, record.lane, record.seq, boot.boot_id, record.monotonic_ns,
           record.wall_ns, record.clock, record.kind, record.body,
           boot.offset_ns, boot.quality, outbox.number IS NULL
    FROM record
    CROSS JOIN epoch ON epoch.id = record.epoch
    CROSS JOIN boot ON boot.id = record.boot
    LEFT JOIN outbox ON outbox.lane = record.lane AND outbox.number = record.number
"""
FORWARD: Final = f"{COLUMNS} WHERE record.number > ? ORDER BY record.number"
BACKWARD: Final = f"{COLUMNS} WHERE record.number < ? ORDER BY record.number DESC"
NEWEST_NUMBER: Final = "SELECT max(number) FROM record"
BEYOND_ALL: Final = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which events.

    Attributes:
        limit: how many at most.
        after: the number after which, the oldest first taken; None for the newest.
        before: the number before which the newest are taken; of no meaning with `after`.
    """

    limit: int
    after: int | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """An event of the journal.

    Attributes:
        record: the event.
        wall_ns: when it happened as far as that is known today, nanoseconds since 1970 UTC.
        delivered: whether everyone has it who must.
    """

    record: Record
    wall_ns: int | None
    delivered: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Events in the order of their numbers.

    Attributes:
        events: those that were chosen, as far as the bounds allow.
        newest: the number of the journal's last event; 0 where it has none.
    """

    events: tuple[Kept, ...]
    newest: int


def read_page(connection: sqlite3.Connection, choice: Choice, is_late: Callable[[], bool]) -> Page:
    """Read what was chosen; where time runs out, what there is by then, but at least one event.

    A row that cannot be an event is passed over: `firegw journal verify` finds it.
    """
    forward = choice.after is not None
    edge = choice.after if choice.after is not None else choice.before or BEYOND_ALL
    events: list[Kept] = []
    size = 0
    with any_text(connection):
        newest = connection.execute(NEWEST_NUMBER).fetchone()[0] or 0
        with closing(connection.execute(FORWARD if forward else BACKWARD, (edge,))) as rows:
            for kept in _events(rows):
                size += len(kept.record.body)
                if events and (size > MOST_BYTES or is_late()):
                    break
                events.append(kept)
                if len(events) >= choice.limit:
                    break
    return Page(tuple(events if forward else reversed(events)), newest)


def _events(rows: sqlite3.Cursor) -> Iterator[Kept]:
    for *columns, offset_ns, quality, delivered in rows:
        try:
            record = record_from(columns)
        except ValueError:  # no lane or clock quality that there is
            continue
        yield Kept(record, _wall_ns(record, offset_ns, quality), bool(delivered))


def _wall_ns(record: Record, offset_ns: int | None, quality: Any) -> int | None:
    if record.clock is not ClockQuality.UNKNOWN:
        return record.wall_ns
    if offset_ns is None or quality in (None, ClockQuality.UNKNOWN):
        return None
    return record.monotonic_ns + offset_ns
