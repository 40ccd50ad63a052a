"""The reckoning after the demo: what the journal holds against what the province received. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from gateway.record import RecordName
from rules.condition import Lane
from rules.instant import Duration

FIRST_SEQ: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """An event as it reached the province's subscriber.

    Attributes:
        name: which.
        took: from the measurement to the subscriber.
        is_live_alarm: whether it tells of a new alarm while the broker was there.
    """

    name: RecordName
    took: Duration
    is_live_alarm: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoning:
    """The comparison.

    Attributes:
        journaled: how many events the journal holds, by lane.
        received: how many different ones of each lane arrived.
        duplicates: how many arrived more than once, counted beyond the first, by lane.
        missing: in the journal, and not received.
        invented: received, and not in the journal.
        gaps: runs of numbers that do not begin at 1 or have a hole.
        disordered: received before one with a smaller number of the same lane and epoch.
        live_alarms: how many new alarms arrived while the broker was there.
        slowest: the longest that one of them took; None if there was none.
    """

    journaled: Counter[Lane]
    received: Counter[Lane]
    duplicates: Counter[Lane]
    missing: tuple[RecordName, ...]
    invented: tuple[RecordName, ...]
    gaps: tuple[str, ...]
    disordered: tuple[RecordName, ...]
    live_alarms: int
    slowest: Duration | None

    @property
    def is_whole(self) -> bool:
        """Whether nothing was lost, invented or out of order."""
        return not (self.missing or self.invented or self.gaps or self.disordered)


def reckon(journaled: Sequence[RecordName], arrivals: Sequence[Arrival]) -> Reckoning:
    """Compare what the journal holds with what arrived, in the order in which it arrived."""
    first: dict[RecordName, Arrival] = {}
    for arrival in arrivals:
        first.setdefault(arrival.name, arrival)
    kept = set(journaled)
    live = [arrival.took for arrival in first.values() if arrival.is_live_alarm]
    received = Counter(name.lane for name in first)
    return Reckoning(
        journaled=Counter(name.lane for name in journaled),
        received=received,
        duplicates=Counter(arrival.name.lane for arrival in arrivals) - received,
        missing=tuple(name for name in journaled if name not in first),
        invented=tuple(name for name in first if name not in kept),
        gaps=_gaps(first),
        disordered=_disordered(first),
        live_alarms=len(live),
        slowest=max(live, default=None),
    )


def _gaps(names: Sequence[RecordName] | dict[RecordName, Arrival]) -> tuple[str, ...]:
    """Find the lanes whose numbers do not run from 1 without a hole."""
    found = []
    ordered = sorted(names, key=lambda name: (name.epoch, name.lane, name.seq))
    for (epoch, lane), run in groupby(ordered, key=lambda name: (name.epoch, name.lane)):
        numbers = [name.seq for name in run]
        absent = sorted(set(range(FIRST_SEQ, numbers[-1] + 1)) - set(numbers))
        if absent:
            found.append(f"{epoch}/{lane}: {', '.join(map(str, absent))}")
    return tuple(found)


def _disordered(names: dict[RecordName, Arrival]) -> tuple[RecordName, ...]:
    """Find what came after a greater number of its lane."""
    highest: dict[tuple[str, Lane], int] = {}
    found = []
    for name in names:
        lane = (name.epoch, name.lane)
        if name.seq < highest.get(lane, FIRST_SEQ):
            found.append(name)
        highest[lane] = max(name.seq, highest.get(lane, FIRST_SEQ))
    return tuple(found)
