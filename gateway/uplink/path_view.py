"""A connected path as the delivery policy sees it: what is on its way, and what still has room.

Pure. An alarm waits behind whatever is in flight, in our process, on the line and at the broker. So
of all else no more is in flight than keeps the line busy: a few where the broker answers within
milliseconds, the whole window where it takes a mobile network's time.
"""

from dataclasses import dataclass, field
from typing import Final

from gateway.record import RecordName
from gateway.uplink.lane_walk import Entry, LaneWalk
from rules.condition import Lane
from rules.instant import Instant, seconds

AGAIN_IN_FLIGHT: Final = 4
"""Of the window, what may be taken by records that are sent again."""

FEW: Final = 2
"""Records beside alarms that are in flight where a broker answers fast. With 16 a new alarm took
three times as long as on an idle path while a backlog went out, with 2 a third more, and the
backlog still goes at 3,900 a second (measured against a broker on the same machine)."""

FAST: Final = seconds(0.02)
"""An answer within this is fast: a line in the building or the town, on a small unit."""


@dataclass(frozen=True, slots=True)
class Flight:
    """What is in flight, since when, and in what capacity."""

    entry: Entry
    since: Instant
    again: bool = False
    retried: bool = False

    @property
    def gives_way(self) -> bool:
        """Whether it is something else than an alarm's first copy."""
        return self.again or self.entry.name.lane is not Lane.ALARM


@dataclass(slots=True)
class PathView:
    """A connected path.

    Attributes:
        window: how many records may be in flight.
        walks: by lane; none of a lane that does not go out on this path.
        in_flight: what was sent and not answered, in order.
        most_others: how many of them may be something else than the first copy of an alarm.
    """

    window: int
    walks: dict[Lane, LaneWalk] = field(default_factory=dict)
    in_flight: dict[RecordName, Flight] = field(default_factory=dict)
    most_others: int = field(init=False)

    def __post_init__(self) -> None:
        self.most_others = self._room_for_others

    def has_room(self, lane: Lane) -> bool:
        """Tell whether the first copy of one more of a lane may be in flight."""
        if len(self.in_flight) >= self.window:
            return False
        if lane is Lane.ALARM:
            return True
        flights = self.in_flight.values()
        if sum(flight.gives_way for flight in flights) >= self.most_others:
            return False
        trouble = sum(flight.entry.name.lane is Lane.TROUBLE for flight in flights)
        return lane is not Lane.TROUBLE or trouble < max(1, self.most_others - 1)

    def has_room_again(self) -> bool:
        """Tell whether one more may be sent again: never in the way of an alarm."""
        flights = self.in_flight.values()
        return (
            len(flights) < self._room_for_others
            and sum(flight.gives_way for flight in flights) < self.most_others
            and sum(flight.again for flight in flights) < AGAIN_IN_FLIGHT
        )

    def has_retry(self) -> bool:
        """Tell whether a refused record is being tried again."""
        return any(flight.retried for flight in self.in_flight.values())

    def answered(self, name: RecordName, now: Instant) -> Flight | None:
        """Take a record out of flight, and learn from how long its answer took."""
        flight = self.in_flight.pop(name, None)
        if flight is not None and flight.gives_way:
            if now - flight.since > FAST:
                self.most_others = min(self.most_others + 1, self._room_for_others)
            else:
                self.most_others = max(self.most_others - 1, min(FEW, self._room_for_others))
        return flight

    @property
    def _room_for_others(self) -> int:
        return max(1, self.window - 1)
