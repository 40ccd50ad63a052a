"""What was told last of a detector: an answer ahead of its time is told only where it is news.

Alarm points on a serial line are asked as often as the line has room for. What they say at the
instants at which they are due is always told: it shows that they live, and windows count on it.
What they say in between is told only where it differs. A contact that has turned is news each time;
a number only when it has moved by a notable part of its range, and once between two due instants:
the last digit of most sensors never rests, and a window holds only so many readings. A warning goes
with all that is told of its poll, as a reading without it would say that it is over.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from rules.profile import Profile
from rules.quantity import QUANTITIES
from rules.reading import FailedPoll, FaultCause, Measurement, Reading
from rules.unit import UNITS

NOTABLE: Final = 0.01
"""The part of a quantity's range. Alarm thresholds lie some tenths of the range above what a room
has, so a fire moves a number by many such steps on its way there."""


def steps_of(profile: Profile) -> Mapping[str, float]:
    """Give by how much each quantity of a profile has to move to be news; 0 is any change."""
    return {
        name: 0.0
        if QUANTITIES[name].unit is UNITS["bool"]
        else NOTABLE * (limits.highest - limits.lowest)
        for name, limits in profile.quantities.items()
    }


class Told:
    """What was told last of one detector."""

    __slots__ = ("_failure", "_moved", "_steps", "_values", "_warned")

    def __init__(self, steps: Mapping[str, float]) -> None:
        """Begin with nothing told; see `steps_of`."""
        self._steps = steps
        self._values: dict[str, float] = {}
        self._failure: FaultCause | None = None
        self._moved: set[str] = set()  # numbers that were told ahead since they were due
        self._warned = False  # with the last readings, or behind them

    def due(self, found: Sequence[Measurement]) -> Sequence[Measurement]:
        """Take what was found at an instant at which it was due; all of it is told."""
        if self._moved:
            self._moved.clear()
        self._note_all(found)
        return found

    def ahead(self, found: Sequence[Measurement]) -> Sequence[Measurement]:
        """Take what was found ahead of its time; give what of it is news."""
        first = found[0]
        if isinstance(first, FailedPoll) and first.cause is FaultCause.DEVICE_WARNING:
            news = [measurement for measurement in found[1:] if self._is_news(measurement)]
            if news or not self._warned:
                news.insert(0, first)
        else:
            news = [measurement for measurement in found if self._is_news(measurement)]
        self._note_all(news)
        return news

    def _is_news(self, found: Measurement) -> bool:
        if not isinstance(found, Reading):
            return not isinstance(found, FailedPoll) or found.cause is not self._failure
        told = self._values.get(found.quantity)
        if told is None:
            return True  # nothing was told yet, or a failure last
        step = self._steps[found.quantity]
        if not step:
            return found.value != told
        if found.quantity in self._moved or abs(found.value - told) <= step:
            return False
        self._moved.add(found.quantity)
        return True

    def _note_all(self, told: Sequence[Measurement]) -> None:
        warned = False
        for measurement in told:
            if isinstance(measurement, Reading):
                self._values[measurement.quantity] = measurement.value
                self._failure = None
                self._warned = warned
            elif not isinstance(measurement, FailedPoll):
                continue
            elif measurement.cause is FaultCause.DEVICE_WARNING:
                self._warned = warned = True
            else:
                self._values.clear()
                self._failure = measurement.cause
