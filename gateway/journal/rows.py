"""The statements that write the journal's tables, and the ids by which its rows name each other."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from gateway.journal.entries import Entries, Head, Reference
from gateway.journal.hash_chain import NO_HASH
from gateway.journal.tables import HIGHEST_SEQ
from gateway.record import BootOffset, Record, Span
from gateway.span_set import SpanSet
from rules.condition import Lane

INSERT_BOOT: Final = "INSERT INTO boot (boot_id) VALUES (?)"
FIND_BOOT: Final = "SELECT id FROM boot WHERE boot_id = ?"
SET_OFFSET: Final = "UPDATE boot SET offset_ns = ?, quality = ? WHERE id = ?"
INSERT_EPOCH: Final = "INSERT INTO epoch (name, kind, reason) VALUES (?, ?, ?)"
DELETE_EPOCH: Final = "DELETE FROM epoch WHERE id = ?"
FIND_EPOCH: Final = "SELECT id FROM epoch WHERE name = ?"
NEWEST_EPOCH: Final = "SELECT name, id FROM epoch WHERE kind = 'journal' ORDER BY id DESC LIMIT 1"
NEWEST_RECORD: Final = "SELECT number, hash FROM record ORDER BY number DESC LIMIT 1"
GET_MACHINE: Final = "SELECT value FROM meta WHERE key = 'machine'"
SET_MACHINE: Final = "INSERT OR REPLACE INTO meta (key, value) VALUES ('machine', ?)"
INSERT_RECORD: Final = """
    INSERT INTO record (number, epoch, lane, seq, boot, monotonic_ns, wall_ns, clock, kind, body,
                        previous_hash, hash)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
INSERT_OUTBOX: Final = "INSERT INTO outbox (lane, number) VALUES (?, ?)"
SET_STATE: Final = "INSERT OR REPLACE INTO state (key, value) VALUES (?, ?)"
DELETE_STATE: Final = "DELETE FROM state WHERE key = ?"
MARK_DELIVERED: Final = """
    DELETE FROM outbox WHERE lane = ? AND number IN (
        SELECT number FROM record WHERE epoch = ? AND lane = ? AND seq BETWEEN ? AND ?
    )
"""
REOPEN: Final = """
    INSERT OR IGNORE INTO outbox (lane, number)
    SELECT lane, number FROM record WHERE epoch = ? AND lane = ? AND seq BETWEEN ? AND ?
"""
UNDO_OUTBOX: Final = "DELETE FROM outbox WHERE number > ?"
UNDO_RECORDS: Final = "DELETE FROM record WHERE number > ?"


class EpochReason(StrEnum):
    """Why an epoch began."""

    MADE_ANEW = "made anew"
    ANOTHER_MACHINE = "opened on another machine"
    STORE_FAILED = "its store had failed"
    NOT_CLOSED = "it had not been closed"


class EpochKind(StrEnum):
    """What sort of life an epoch is."""

    JOURNAL = "journal"
    MEMORY = "memory"  # numbered while the store failed
    RESCUED = "rescued"  # from a journal that was set aside


@dataclass(slots=True)
class Rows:
    """The tables of an open journal. Nothing here begins or ends a transaction."""

    connection: sqlite3.Connection

    def write(self, entries: Entries) -> None:
        """Write records and what is to be delivered of them."""
        # Not executemany: it costs a single row, which is the usual case, a tenth more.
        for row in entries.record_rows:
            self.connection.execute(INSERT_RECORD, row)
        for waiting in entries.outbox_rows:
            self.connection.execute(INSERT_OUTBOX, waiting)

    def change_state(self, changes: Mapping[str, str | None]) -> None:
        """Set rows of durable state; None removes."""
        for key, value in changes.items():
            if value is None:
                self.connection.execute(DELETE_STATE, (key,))
            else:
                self.connection.execute(SET_STATE, (key, value))

    def set_offsets(self, boots: Mapping[str, BootOffset]) -> None:
        """Note the wall clocks of boots."""
        for boot_id, offset in boots.items():
            boot = self.refer_to_boot(boot_id)
            self.connection.execute(SET_OFFSET, (offset.offset_ns, offset.quality, boot.id))

    def write_foreign(
        self, records: Iterable[Record], done: SpanSet, kind: EpochKind, epoch: Reference
    ) -> tuple[Record, ...]:
        """Write records under the names that they have, at the end of the journal.

        Those that are not done are to be delivered. Gives the records at their places. The epoch is
        the one that goes on; theirs are of the kind given.
        """
        entries = Entries(self.head(epoch))
        for record in records:
            theirs = self.refer_to_epoch(record.name.epoch, kind)
            boot = self.refer_to_boot(record.boot_id)
            here = replace(record, number=entries.head.number + 1, durable=True)
            entries.enter(here, theirs.id, boot.id, undelivered=record.name not in done)
        self.write(entries)
        return tuple(entries.records)

    def mark(self, spans: Iterable[Span]) -> Counter[Lane]:
        """Take records out of the outbox, and count them."""
        gone: Counter[Lane] = Counter()
        for span, epoch in self._with_epochs(spans):
            lane = span.lane.value
            parameters = (lane, epoch, lane, span.first, span.last)
            gone[span.lane] += self.connection.execute(MARK_DELIVERED, parameters).rowcount
        return gone

    def reopen(self, spans: Iterable[Span]) -> Counter[Lane]:
        """Put records back into the outbox, and count those that were not in it."""
        back: Counter[Lane] = Counter()
        for span, epoch in self._with_epochs(spans):
            parameters = (epoch, span.lane.value, span.first, span.last)
            back[span.lane] += self.connection.execute(REOPEN, parameters).rowcount
        return back

    def undo_after(self, number: int) -> None:
        """Remove the records after a number."""
        self.connection.execute(UNDO_OUTBOX, (number,))
        self.connection.execute(UNDO_RECORDS, (number,))

    def refer_to_boot(self, boot_id: str) -> Reference:
        """Find a boot's row, or make it."""
        row_id = self._find(FIND_BOOT, boot_id)
        if row_id is None:
            row_id = self._insert(INSERT_BOOT, (boot_id,))
        return Reference(boot_id, row_id)

    def refer_to_epoch(self, name: str, kind: EpochKind) -> Reference:
        """Find an epoch's row, or make it for an epoch that lived outside this journal."""
        row_id = self._find(FIND_EPOCH, name)
        if row_id is None:
            row_id = self._insert(INSERT_EPOCH, (name, kind, ""))
        return Reference(name, row_id)

    def begin_epoch(self, name: str, reason: EpochReason) -> Reference:
        """Begin a new epoch of this journal."""
        return Reference(name, self._insert(INSERT_EPOCH, (name, EpochKind.JOURNAL, reason)))

    def go_on_or_begin(
        self,
        machine_id: str,
        make_epoch: Callable[[], str],
        *,
        store_failed: bool,
        was_closed: bool,
    ) -> EpochReason | None:
        """Go on with the newest epoch, or begin one and say why.

        One that was not closed may have lost the last of what it told: a card may keep less than it
        says, and what stands in a log behind a spoilt page is passed over in silence. Counted on,
        another event would get the name of one that the centre has, and be taken for its copy.
        """
        machine = self.machine()
        if machine is None:
            reason = EpochReason.MADE_ANEW
        elif machine != machine_id:
            reason = EpochReason.ANOTHER_MACHINE
        elif store_failed:
            reason = EpochReason.STORE_FAILED
        elif not was_closed:
            reason = EpochReason.NOT_CLOSED
        else:
            return None
        self.connection.execute(SET_MACHINE, (machine_id,))
        if reason in (EpochReason.STORE_FAILED, EpochReason.NOT_CLOSED):
            newest = self.newest_epoch()
            if not any(self.head(newest).seqs.values()):
                # A store that fails for days leaves one epoch, not one an attempt.
                if was_closed:
                    return reason
                # What was told under it may be what is lost.
                self.connection.execute(DELETE_EPOCH, (newest.id,))
        self.begin_epoch(make_epoch(), reason)
        return reason

    def newest_epoch(self) -> Reference:
        """Give the epoch that goes on."""
        name, row_id = self.connection.execute(NEWEST_EPOCH).fetchone()
        return Reference(name, row_id)

    def head(self, epoch: Reference) -> Head:
        """Read where the journal goes on from."""
        execute = self.connection.execute
        number, last_hash = execute(NEWEST_RECORD).fetchone() or (0, NO_HASH)
        seqs = {lane: execute(HIGHEST_SEQ, (epoch.id, lane)).fetchone()[0] or 0 for lane in Lane}
        return Head(number, last_hash, seqs)

    def machine(self) -> str | None:
        """Give the machine that last opened this journal; None where it is new."""
        row = self.connection.execute(GET_MACHINE).fetchone()
        return None if row is None else str(row[0])

    def _with_epochs(self, spans: Iterable[Span]) -> Iterator[tuple[Span, int]]:
        """Give spans with the ids of their epochs; one of an unknown epoch is passed over."""
        epochs: dict[str, int | None] = {}
        for span in spans:
            if span.epoch not in epochs:
                epochs[span.epoch] = self._find(FIND_EPOCH, span.epoch)
            epoch = epochs[span.epoch]
            if epoch is not None:
                yield span, epoch

    def _find(self, statement: str, name: str) -> int | None:
        row = self.connection.execute(statement, (name,)).fetchone()
        return None if row is None else int(row[0])

    def _insert(self, statement: str, values: tuple[str, ...]) -> int:
        row_id = self.connection.execute(statement, values).lastrowid
        assert row_id is not None  # these tables have row ids
        return row_id
