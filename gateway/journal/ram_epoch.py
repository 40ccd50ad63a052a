"""Numbers out of memory, for as long as the store fails.

A fire does not wait for a full disk: its event is named at once under an epoch of its own and told
as not durable. All is kept here to be written when the store comes back. Memory is bounded: beyond
the bound the oldest of the status lane go, then of the trouble lane; alarms never do.
"""

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from typing import Final

from gateway.record import Batch, BootOffset, Record, RecordName, Span
from gateway.span_set import SpanSet
from rules.condition import Lane

RECORDS_KEPT: Final = 5_000
"""Some 7 MB, of a unit that is to run in 40 MiB; hours of a site whose card has failed."""

MARKS_KEPT: Final = 10_000
"""Spans that touch no other. A mark that is not kept costs a record sent again, which the centre
removes."""

FIRST_TO_GO: Final = (Lane.STATUS, Lane.TROUBLE)


class RamEpoch:
    """The events, marks and changes that the store could not take.

    Attributes:
        epoch: its name.
        delivered: what needs no delivery any more, of this epoch or of others.
        changes: of the durable state, the last by key.
        boots: wall clocks that became known.
        dropped: how many records are lost to the bound, by lane.
    """

    def __init__(self, epoch: str, boot_id: str, bound: int = RECORDS_KEPT) -> None:
        self.epoch = epoch
        self.delivered = SpanSet(MARKS_KEPT)
        self.changes: dict[str, str | None] = {}
        self.boots: dict[str, BootOffset] = {}
        self.dropped = Counter(dict.fromkeys(Lane, 0))  # read by another thread: never resized
        self._boot_id = boot_id
        self._bound = bound
        self._kept: dict[Lane, deque[tuple[int, Record]]] = {lane: deque() for lane in Lane}
        self._seqs = dict.fromkeys(Lane, 0)
        self._turn = 0

    @property
    def records(self) -> tuple[Record, ...]:
        """What is to be written, in the order in which it was numbered."""
        kept = [pair for lane in self._kept.values() for pair in lane]
        return tuple(record for _, record in sorted(kept, key=lambda pair: pair[0]))

    def number(self, batches: Sequence[Batch]) -> tuple[Record, ...]:
        """Name the events of batches, and keep them and their changes."""
        records = []
        for batch in batches:
            self.changes.update(batch.changes)
            for draft in batch.drafts:
                self._seqs[draft.lane] += 1
                record = Record(
                    name=RecordName(self.epoch, draft.lane, self._seqs[draft.lane]),
                    number=None,
                    boot_id=self._boot_id,
                    monotonic_ns=draft.at,
                    wall_ns=draft.wall_ns,
                    clock=draft.clock,
                    kind=draft.kind,
                    body=draft.body,
                    durable=False,
                )
                self._turn += 1
                self._kept[draft.lane].append((self._turn, record))
                records.append(record)
        self._drop_beyond_bound()
        return tuple(records)

    def mark(self, spans: Iterable[Span]) -> None:
        """Take note that the centre has these records."""
        for span in spans:
            self.delivered.add(span)

    def _drop_beyond_bound(self) -> None:
        excess = sum(len(kept) for kept in self._kept.values()) - self._bound
        for lane in FIRST_TO_GO:
            kept = self._kept[lane]
            while excess > 0 and kept:
                kept.popleft()
                self.dropped[lane] += 1
                excess -= 1
