"""How fast the values of a window rise."""

from math import isinf

from rules.instant import NANOSECONDS_PER_SECOND, Duration, Instant
from rules.window import COVERAGE, MOST_READINGS, RENEW_AFTER, WindowState
from rules.window_ring import Ring


class RateWindow(WindowState):
    """Slope of the least-squares line through the readings, in units per second.

    An unknown or over-range stretch only leaves a gap.
    """

    __slots__ = (
        "_adds",
        "_at",
        "_enough",
        "_infinite",
        "_origin",
        "_readings",
        "_span",
        "_t",
        "_tt",
        "_tv",
        "_v",
        "newest",
    )

    def __init__(self, span: Duration) -> None:
        self._span = span
        self._enough = COVERAGE * span
        self._readings = Ring()  # those that are finite
        self._at = Instant(0)  # of the newest of them
        self._infinite: float | None = None  # the newest of all, where it is over-range
        self._adds = 0
        self._origin = Instant(0)
        self._t = self._tt = self._v = self._tv = 0.0  # sums, of seconds since the origin
        self.newest = Instant(0)

    def add(self, at: Instant, value: float | None) -> None:
        """Take a reading, or None from which instant on the value is unknown."""
        self._infinite = None
        if value is None or isinf(value):
            self._infinite = value
            self.newest = max(self.newest, at)
            return
        readings = self._readings
        left = at - self._span
        while readings.oldest_at < left:
            self._drop_oldest()
        if readings.length == MOST_READINGS:
            self._drop_oldest()
        if not readings.length:  # after a gap too: far from the origin the sums lose digits
            self._origin = at
            self._t = self._tt = self._v = self._tv = 0.0
        readings.append(at, value)
        self._at = at
        t = (at - self._origin) / NANOSECONDS_PER_SECOND
        self._t += t
        self._tt += t * t
        self._v += value
        self._tv += t * value
        self._adds += 1
        if self._adds >= RENEW_AFTER:
            self._renew()

    def value(self, now: Instant) -> float | None:
        """Give the slope over the span that ends now, or None where too little is known."""
        if self.newest <= now >= self._at:
            self.newest = now
        else:
            self.newest = now = max(now, self.newest, self._at)
        if self._infinite is not None:
            return self._infinite
        readings = self._readings
        left = now - self._span
        while readings.oldest_at < left:
            self._drop_oldest()
        if self._at - readings.oldest_at < self._enough:  # as it is of none, and of one
            return None
        n, t = readings.length, self._t
        spread = n * self._tt - t * t
        if spread <= 0:
            return None
        return (n * self._tv - t * self._v) / spread

    def is_known(self, now: Instant) -> bool:
        """Tell whether `value` would give one, and change nothing."""
        if self._infinite is not None:
            return True
        left = max(now, self.newest, self._at) - self._span
        n, t, tt = self._readings.length, self._t, self._tt
        for at, _ in self._readings:
            if at >= left:
                return self._at - at >= self._enough and n * tt - t * t > 0
            since = (at - self._origin) / NANOSECONDS_PER_SECOND
            n, t, tt = n - 1, t - since, tt - since * since
        return False

    def _drop_oldest(self) -> None:
        readings = self._readings
        t, value = (readings.oldest_at - self._origin) / NANOSECONDS_PER_SECOND, readings.oldest
        self._t -= t
        self._tt -= t * t
        self._v -= value
        self._tv -= t * value
        readings.drop_oldest()

    def _renew(self) -> None:
        self._adds = 0
        self._origin = self._readings.oldest_at
        self._t = self._tt = self._v = self._tv = 0.0
        for at, value in self._readings:
            t = (at - self._origin) / NANOSECONDS_PER_SECOND
            self._t += t
            self._tt += t * t
            self._v += value
            self._tv += t * value
