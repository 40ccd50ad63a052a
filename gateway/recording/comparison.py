"""Events then and now: which are the same, which came at another time, which at one time only."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from rules.event import ConditionEvent, Event
from rules.instant import Instant, seconds

SAME_WITHIN: Final = seconds(0.1)
"""A timer of a busy computer rings some milliseconds late; the clock of a replay never does."""


class Difference(Enum):
    """How an event then stands to one now."""

    SAME = "="
    MOVED = "~"
    ONLY_THEN = "-"
    ONLY_NOW = "+"


@dataclass(frozen=True, slots=True)
class Pair:
    """An event then, now, or both."""

    then: Event | None
    now: Event | None

    @property
    def event(self) -> Event:
        """What happened: as it did then, if it did."""
        event = self.then or self.now
        assert event is not None  # a pair has one of the two
        return event

    @property
    def at(self) -> Instant:
        """When it happened: then, if it did."""
        return self.event.at

    @property
    def difference(self) -> Difference:
        """How the two differ."""
        if self.then is None:
            return Difference.ONLY_NOW
        if self.now is None:
            return Difference.ONLY_THEN
        moved = abs(self.then.at - self.now.at) > SAME_WITHIN
        return Difference.MOVED if moved else Difference.SAME


def compared(then: Iterable[Event], now: Iterable[Event]) -> tuple[Pair, ...]:
    """Pair events that say the same of the same, in their order; give all in the order of time.

    Of each kind the events nearest in time are paired, so that one that came twice now and once
    then is one that is new, not two that have moved.
    """
    waiting: defaultdict[object, list[Event]] = defaultdict(list)
    for event in now:
        waiting[_kind(event)].append(event)
    pairs = []
    earlier = sorted(then, key=lambda event: event.at)
    for event in earlier:
        others = waiting[_kind(event)]
        nearest = min(others, key=lambda other: abs(other.at - event.at), default=None)
        if nearest is not None:
            others.remove(nearest)
        pairs.append(Pair(event, nearest))
    pairs += [Pair(None, event) for others in waiting.values() for event in others]
    return tuple(sorted(pairs, key=lambda pair: pair.at))


def _kind(event: Event) -> object:
    if isinstance(event, ConditionEvent):
        return (event.change, event.condition, event.source, event.mode)
    return (event.notice, event.zone, event.detail)
