"""What the event loop's thread hands to the journal's writer.

Batches go as soon as the writer is free, all that are there at once. Marks of delivery, and what is
to be delivered once more, can wait a little, so that they seldom cost a commit of their own, and
never hold a batch up. Of a mark and its contrary the later one counts.

When the queue is full, since the disk stands still: status events are dropped, then trouble events
from twice as many on; alarms and changes of state never are. Each drop is counted.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from threading import Condition
from typing import Final

from gateway.record import Batch, BootOffset, Draft, Span
from gateway.span_set import SpanSet
from rules.condition import Lane
from rules.instant import Duration, Instant, in_seconds, later, seconds

BATCHES_QUEUED: Final = 10_000
"""At 1 KiB each, 10 MiB; the disk has then stood still for a minute of the fiercest flood."""

MARKS_WAIT: Final = seconds(0.2)
MARKS_BESIDE_BATCHES: Final = (50, 250)
"""So many spans, of together so many events: some 0.5 ms, which an event may wait for the marks in
its transaction."""

MARKS_ALONE: Final = (500, 2_500)
MARKS_QUEUED: Final = 100_000
"""Spans. A mark that is not taken costs a record sent again after a restart, which the centre
removes."""

REOPENED_QUEUED: Final = 100
REOPENED_AT_ONCE: Final = 10_000
"""Records of one call that are to be delivered once more; whoever wants more asks again."""


@dataclass(frozen=True, slots=True)
class Work:
    """What the writer is to do in one turn."""

    batches: tuple[Batch, ...]
    marks: tuple[Span, ...]
    reopened: tuple[Span, ...]
    boots: Mapping[str, BootOffset]
    closing: bool

    @property
    def is_something(self) -> bool:
        """Whether anything is to be written."""
        return bool(self.batches or self.marks or self.reopened or self.boots)


class JournalQueue:
    """The only place where the two threads meet."""

    def __init__(self, now: Callable[[], Instant], bound: int = BATCHES_QUEUED) -> None:
        self._now = now
        self._bound = bound
        self._wake = Condition()
        self._batches: list[Batch] = []
        self._overflow_drafts: list[Draft] = []
        self._overflow_changes: dict[str, str | None] = {}
        self._overflow_trouble = 0
        self._marks = SpanSet(MARKS_QUEUED)
        self._reopened = SpanSet(REOPENED_QUEUED)
        self._marks_due = Instant(0)
        self._boots: dict[str, BootOffset] = {}
        self._closing = False
        self.dropped: Counter[Lane] = Counter()

    def put(self, batch: Batch) -> None:
        """Take a batch; never waits for the disk."""
        with self._wake:
            if self._closing:
                raise RuntimeError("the journal's writer is closed")
            if len(self._batches) < self._bound:
                self._batches.append(batch)
            else:
                self._squeeze_in(batch)
            self._wake.notify()

    def put_marks(self, spans: Iterable[Span]) -> None:
        """Take spans of records that the centre has."""
        with self._wake:
            self._wake_later()
            for span in spans:
                self._reopened.remove(span)
                self._marks.add(span)

    def put_reopened(self, span: Span) -> None:
        """Take a span of records that are to be delivered once more, at most so many at once."""
        first = Span(
            span.epoch, span.lane, span.first, min(span.last, span.first + REOPENED_AT_ONCE - 1)
        )
        with self._wake:
            self._wake_later()
            self._marks.remove(first)
            self._reopened.add(first)

    def put_boot(self, boot_id: str, offset: BootOffset) -> None:
        """Take the wall clock of a boot."""
        with self._wake:
            self._boots[boot_id] = offset
            self._wake.notify()

    def close(self) -> None:
        """Take nothing more; what is there is still to be written."""
        with self._wake:
            self._closing = True
            self._wake.notify()

    def take(self, until: Instant) -> Work:
        """Wait for something to do, at the longest until an instant; the writer's thread only."""
        with self._wake:
            while (wait := self._wait(until)) > 0:
                self._wake.wait(in_seconds(wait))
            batches = self._take_batches()
            boots, self._boots = self._boots, {}
            marks, reopened = self._take_marks(beside_others=bool(batches or boots))
            closing = self._closing and not self._has_marks
        return Work(batches, marks, reopened, boots, closing)

    def _wait(self, until: Instant) -> Duration:
        if self._batches or self._boots or self._closing:
            return Duration(0)
        due = min(until, self._marks_due) if self._has_marks else until
        return Duration(due - self._now())

    @property
    def _has_marks(self) -> bool:
        return bool(self._marks or self._reopened)

    def _wake_later(self) -> None:
        if not self._has_marks:
            self._marks_due = later(self._now(), MARKS_WAIT)
            self._wake.notify()

    def _take_marks(self, *, beside_others: bool) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
        if beside_others:
            count = MARKS_BESIDE_BATCHES
        elif self._closing or self._marks_due <= self._now():
            count = MARKS_ALONE
        else:
            return (), ()
        return self._marks.take(*count), self._reopened.take(*count)

    def _squeeze_in(self, batch: Batch) -> None:
        """Take a batch into a full queue: into one last batch, in which changes replace changes.

        The writer would commit it in one transaction with the others anyway.
        """
        self._overflow_changes.update(batch.changes)
        for draft in batch.drafts:
            full = draft.lane is Lane.STATUS or (
                draft.lane is Lane.TROUBLE and self._overflow_trouble >= self._bound
            )
            if full:
                self.dropped[draft.lane] += 1
                continue
            self._overflow_trouble += draft.lane is Lane.TROUBLE
            self._overflow_drafts.append(draft)

    def _take_batches(self) -> tuple[Batch, ...]:
        batches, self._batches = self._batches, []
        if self._overflow_drafts or self._overflow_changes:
            batches.append(
                Batch(tuple(self._overflow_drafts), tuple(self._overflow_changes.items()))
            )
            self._overflow_drafts, self._overflow_changes = [], {}
            self._overflow_trouble = 0
        return tuple(batches)
