"""How long ago a point was last known."""

from math import ceil

from rules.instant import NANOSECONDS_PER_SECOND, Duration, Instant
from rules.window import TimedWindow


class AgeWindow(TimedWindow):
    """Seconds since the newest known value, whether or not the point is known now.

    Unknown before the first one. It has no span.
    """

    __slots__ = ("_at", "newest")

    def __init__(self, _span: Duration) -> None:
        self._at: Instant | None = None
        self.newest = Instant(0)

    def add(self, at: Instant, value: float | None) -> None:
        """Take a reading, or None from which instant on the value is unknown."""
        self.newest = max(self.newest, at)
        if value is not None:
            self._at = at

    def value(self, now: Instant) -> float | None:
        """Give the age in seconds, or None before the first known value."""
        self.newest = max(self.newest, now)
        return None if self._at is None else (self.newest - self._at) / NANOSECONDS_PER_SECOND

    def is_known(self, now: Instant) -> bool:
        """Tell whether `value` would give one, and change nothing."""
        del now  # it never ceases to be known
        return self._at is not None

    def passes(self, now: Instant, threshold: float) -> Instant | None:
        """Give the first instant after now at which the age reaches a threshold or leaves it."""
        if self._at is None:
            return None
        now = max(now, self.newest)
        reached = self._at + ceil(threshold * NANOSECONDS_PER_SECOND)
        return None if reached < now else Instant(max(reached, now + 1))
