"""Spans of events, joined where they touch: what an acknowledgement of 10,000 events costs is one.

Pure. Whoever keeps one says how many spans it may hold.
"""

from collections.abc import Iterator

from gateway.range_set import RangeSet
from gateway.record import RecordName, Span
from rules.condition import Lane


class SpanSet:
    """At most so many spans, of any epochs and lanes, none of which touches another."""

    def __init__(self, bound: int) -> None:
        self._bound = bound
        self._ranges: dict[tuple[str, Lane], RangeSet] = {}

    def __len__(self) -> int:
        return sum(map(len, self._ranges.values()))

    def __iter__(self) -> Iterator[Span]:
        for (epoch, lane), ranges in self._ranges.items():
            for first, last in ranges:
                yield Span(epoch, lane, first, last)

    def __contains__(self, name: RecordName) -> bool:
        return name.seq in self._of(name.epoch, name.lane)

    def lacking(self, span: Span) -> list[Span]:
        """Give what it has not of a span, in order."""
        lacking = self._of(span.epoch, span.lane).lacking(span.first, span.last)
        return [Span(span.epoch, span.lane, first, last) for first, last in lacking]

    def add(self, span: Span) -> bool:
        """Take a span; False where there is no room for one more that touches no other."""
        ranges = self._of(span.epoch, span.lane)
        if not ranges.touches(span.first, span.last) and len(self) >= self._bound:
            return False
        ranges.add(span.first, span.last)
        self._ranges[span.epoch, span.lane] = ranges
        return True

    def remove(self, span: Span) -> None:
        """Let go of the events of a span. What is left of one cut in two has no bound."""
        self._of(span.epoch, span.lane).remove(span.first, span.last)
        self._forget_if_empty((span.epoch, span.lane))

    def take(self, spans: int, events: int) -> tuple[Span, ...]:
        """Take out so many spans, of together at most so many events; a larger one is cut."""
        taken: list[Span] = []
        for key, ranges in tuple(self._ranges.items()):
            begin = len(taken)
            for first, last in ranges:
                if len(taken) == spans or events == 0:
                    break
                upto = min(last, first + events - 1)
                taken.append(Span(*key, first, upto))
                events -= upto - first + 1
            if len(taken) > begin:  # they are the first of its ranges, and nothing lies between
                ranges.remove(taken[begin].first, taken[-1].last)
                self._forget_if_empty(key)
        return tuple(taken)

    def _of(self, epoch: str, lane: Lane) -> RangeSet:
        """Give the ranges of a lane; a new set, which is not kept, where there are none."""
        return self._ranges.get((epoch, lane)) or RangeSet(None)

    def _forget_if_empty(self, key: tuple[str, Lane]) -> None:
        if not self._ranges.get(key):
            self._ranges.pop(key, None)
