"""Spans of events, joined where they touch: what an acknowledgement of 10,000 events costs is one.

Pure. Whoever keeps one says how many spans it may hold.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from operator import itemgetter

from gateway.record import RecordName, Span
from rules.condition import Lane

_FIRST = itemgetter(0)
_LAST = itemgetter(1)


class SpanSet:
    """At most so many spans, of any epochs and lanes, none of which touches another."""

    def __init__(self, bound: int) -> None:
        self._bound = bound
        self._runs: dict[tuple[str, Lane], list[tuple[int, int]]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._runs.values()))

    def __iter__(self) -> Iterator[Span]:
        for (epoch, lane), runs in self._runs.items():
            for first, last in runs:
                yield Span(epoch, lane, first, last)

    def __contains__(self, name: RecordName) -> bool:
        runs = self._runs.get((name.epoch, name.lane), [])
        place = bisect_left(runs, name.seq, key=_LAST)
        return place < len(runs) and runs[place][0] <= name.seq

    def lacking(self, span: Span) -> list[Span]:
        """Give what it has not of a span, in order."""
        runs = self._runs.get((span.epoch, span.lane), [])
        parts: list[Span] = []
        begin = span.first
        for first, last in runs[bisect_left(runs, span.first, key=_LAST) :]:
            if first > span.last:
                break
            if begin < first:
                parts.append(Span(span.epoch, span.lane, begin, first - 1))
            begin = last + 1
        if begin <= span.last:
            parts.append(Span(span.epoch, span.lane, begin, span.last))
        return parts

    def add(self, span: Span) -> bool:
        """Take a span; False where there is no room for one more that touches no other."""
        runs = self._runs.get((span.epoch, span.lane), [])
        begin = bisect_left(runs, span.first - 1, key=_LAST)
        end = bisect_right(runs, span.last + 1, key=_FIRST)
        if begin == end:
            if len(self) >= self._bound:
                return False
            runs.insert(begin, (span.first, span.last))
            self._runs[span.epoch, span.lane] = runs
        else:
            first, last = min(span.first, runs[begin][0]), max(span.last, runs[end - 1][1])
            runs[begin:end] = [(first, last)]
        return True

    def remove(self, span: Span) -> None:
        """Let go of the events of a span. What is left of one cut in two has no bound."""
        runs = self._runs.get((span.epoch, span.lane), [])
        begin = bisect_left(runs, span.first, key=_LAST)
        end = bisect_right(runs, span.last, key=_FIRST)
        if begin >= end:
            return
        first, last = runs[begin][0], runs[end - 1][1]
        left = [(first, span.first - 1)] if first < span.first else []
        right = [(span.last + 1, last)] if last > span.last else []
        runs[begin:end] = left + right
        self._forget_if_empty((span.epoch, span.lane))

    def take(self, spans: int, events: int) -> tuple[Span, ...]:
        """Take out so many spans, of together at most so many events; a larger one is cut."""
        taken: list[Span] = []
        for key in tuple(self._runs):
            runs, count = self._runs[key], 0
            for first, last in runs:
                if len(taken) == spans or events == 0:
                    break
                upto = min(last, first + events - 1)
                taken.append(Span(*key, first, upto))
                events -= upto - first + 1
                if upto < last:
                    runs[count] = (upto + 1, last)
                    break
                count += 1
            del runs[:count]
            self._forget_if_empty(key)
        return tuple(taken)

    def _forget_if_empty(self, key: tuple[str, Lane]) -> None:
        if not self._runs[key]:
            del self._runs[key]
