"""The dose of carbon monoxide, after the alarm times of EN 50291-1.

The standard has the alarm come at 30 ppm not before 120 min, at 50 ppm between 60 and 90 min, at
100 ppm between 10 and 40 min, at 300 ppm within 3 min. The times here lie inside these windows, and
between them on straight lines of the logarithms.
"""

from bisect import bisect_right
from math import ceil, isinf, log
from typing import Final

from rules.instant import NANOSECONDS_PER_SECOND, Duration, Instant
from rules.window import TimedWindow

FULL: Final = 100.0  # %
HARMLESS: Final = 30.0  # ppm: up to this the dose falls
EVERYTHING: Final = 1e6  # ppm: there is no more
MINUTES_TO_FULL: Final = ((30.0, 150.0), (50.0, 75.0), (100.0, 25.0), (300.0, 2.0))
"""By ppm, how long it takes from no dose to the full one; beyond the last as the last two go."""

MINUTES_TO_NONE: Final = 240.0
"""How long clean air takes to undo a full dose."""

_MINUTE: Final = 60 * NANOSECONDS_PER_SECOND


class DoseWindow(TimedWindow):
    """The dose in percent, from 0 to 100, where 100 is the alarm. It has no span.

    It is frozen while the concentration is unknown, and unknown then unless it is full.
    """

    __slots__ = ("_at", "_dose", "_known", "_speed", "newest")

    def __init__(self, _span: Duration) -> None:
        self._at = Instant(0)
        self._dose = 0.0  # at _at
        self._speed = 0.0  # percent per nanosecond from then on
        self._known = False  # the concentration, from then on
        self.newest = Instant(0)

    def add(self, at: Instant, value: float | None) -> None:
        """Take a concentration in ppm, or None from which instant on it is unknown."""
        self._dose = self._dose_at(at)
        self._at = at
        self.newest = max(self.newest, at)
        self._known = value is not None
        if value is None:
            self._speed = 0.0
            return
        if value == float("inf"):  # over-range takes no time
            self._dose = FULL
        self._speed = speed(value)

    def value(self, now: Instant) -> float | None:
        """Give the dose, the stretch up to now included, or None where unknown."""
        self.newest = max(self.newest, now)
        dose = self._dose_at(self.newest)
        return dose if self._known or dose >= FULL else None

    def is_known(self, now: Instant) -> bool:
        """Tell whether `value` would give one, and change nothing."""
        return self._known or self._dose_at(max(now, self.newest)) >= FULL

    def passes(self, now: Instant, threshold: float) -> Instant | None:
        """Give the first instant after now at which the dose reaches a threshold or leaves it."""
        now = max(now, self.newest)
        dose = self._dose_at(now)
        if not 0.0 <= threshold <= FULL or not self._speed:
            return None
        if dose in (0.0, FULL) and (dose > 0) is (self._speed > 0):
            return None  # it has come to the end of its way
        left = ceil((threshold - dose) / self._speed)
        return None if left < 0 else Instant(now + max(left, 1))

    def _dose_at(self, now: Instant) -> float:
        dose = self._dose + self._speed * (now - self._at)
        return min(max(dose, 0.0), FULL)


def speed(concentration: float) -> float:
    """Give the percent of the dose that a concentration in ppm adds in a nanosecond."""
    if concentration <= HARMLESS:
        return -FULL / (MINUTES_TO_NONE * _MINUTE)
    if isinf(concentration):
        return 0.0  # the dose is full
    concentration = min(concentration, EVERYTHING)
    after = min(bisect_right(MINUTES_TO_FULL, (concentration,)), len(MINUTES_TO_FULL) - 1)
    (low, slower), (high, faster) = MINUTES_TO_FULL[after - 1 : after + 1]
    slope = log(faster / slower) / log(high / low)  # below 0
    minutes: float = slower * (concentration / low) ** slope
    return FULL / (minutes * _MINUTE)
