"""What was told last of a detector: an answer ahead of its time is told only where it is news.

Alarm points on a serial line are asked as often as the line has room for. What they say at the
instants at which they are due is always told: it shows that they live, and windows count on it.
What they say in between is told only where it differs. A contact that has turned is news each time;
a number only when it has moved by a notable part of its range, and once between two due instants:
the last digit of most sensors never rests, and a window holds only so many readings.
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

    __slots__ = ("_failure", "_moved", "_steps", "_values")

    def __init__(self, steps: Mapping[str, float]) -> None:
        """Begin with nothing told; see `steps_of`."""
        self._steps = steps
        self._values: dict[str, float] = {}
        self._failure: FaultCause | None = None
        self._moved: set[str] = set()  # numbers that were told ahead since they were due

    def due(self, found: Sequence[Measurement]) -> Sequence[Measurement]:
        """Take what was found at an instant at which it was due; all of it is told."""
        if self._moved:
            self._moved.clear()
        for measurement in found:
            self._note(measurement)
        return found

    def ahead(self, found: Sequence[Measurement]) -> Sequence[Measurement]:
        """Take what was found ahead of its time; give what of it is news."""
        news = [measurement for measurement in found if self._is_news(measurement)]
        for measurement in news:
            self._note(measurement)
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

    def _note(self, told: Measurement) -> None:
        if isinstance(told, Reading):
            self._values[told.quantity] = told.value
            self._failure = None
        elif isinstance(told, FailedPoll):
            self._values.clear()
            self._failure = told.cause
