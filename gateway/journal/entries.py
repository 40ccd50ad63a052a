"""Rows on their way into the journal: numbered and chained on from its head.

Nothing here touches the database. A journal takes the new head over only when the transaction with
these rows has been committed, so that a failed one uses no number up.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.journal.hash_chain import hash_of
from gateway.record import Draft, Record, RecordName
from rules.condition import Lane


@dataclass(frozen=True, slots=True)
class Head:
    """Where a journal goes on from.

    Attributes:
        number: of its last record, 0 where there is none.
        hash: of that record.
        seqs: by lane, the last seq of the epoch.
    """

    number: int
    hash: bytes
    seqs: Mapping[Lane, int]


@dataclass(frozen=True, slots=True)
class Reference:
    """A row of the epoch or boot table: what it is called, and by which id records name it."""

    name: str
    id: int


class Entries:
    """A sheet on which records are entered before they are written."""

    def __init__(self, head: Head) -> None:
        self.records: list[Record] = []
        self.record_rows: list[tuple[Any, ...]] = []
        self.outbox_rows: list[tuple[str, int]] = []
        self._number = head.number
        self._hash = head.hash
        self._seqs = dict(head.seqs)

    @property
    def head(self) -> Head:
        """Where the journal goes on from once these rows are in it."""
        return Head(self._number, self._hash, self._seqs)

    def number(self, draft: Draft, epoch: Reference, boot: Reference) -> None:
        """Enter an event under the next seq of its lane."""
        seq = self._seqs[draft.lane] + 1
        self._seqs[draft.lane] = seq
        record = Record(
            name=RecordName(epoch.name, draft.lane, seq),
            number=self._number + 1,
            boot_id=boot.name,
            monotonic_ns=draft.at,
            wall_ns=draft.wall_ns,
            clock=draft.clock,
            kind=draft.kind,
            body=draft.body,
            durable=True,
        )
        self.enter(record, epoch.id, boot.id, undelivered=True)

    def enter(self, record: Record, epoch_id: int, boot_id: int, *, undelivered: bool) -> None:
        """Enter a record under the name that it has, at the next place of the journal."""
        number = self._number + 1
        previous_hash = self._hash
        own_hash = hash_of(record, number, previous_hash)
        name = record.name
        self._number, self._hash = number, own_hash
        self.records.append(record)
        # Plain text: sqlite3 asks its adapters about each value of a subclass of str, which costs
        # as much as the rest of the insertion.
        lane = name.lane.value
        self.record_rows.append(
            (
                number,
                epoch_id,
                lane,
                name.seq,
                boot_id,
                record.monotonic_ns,
                record.wall_ns,
                record.clock.value,
                record.kind,
                record.body,
                previous_hash,
                own_hash,
            )
        )
        if undelivered:
            self.outbox_rows.append((lane, number))
