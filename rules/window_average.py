"""The time-weighted mean of a window."""

from math import isinf

from rules.instant import Duration, Instant
from rules.window import COVERAGE, MOST_READINGS, RENEW_AFTER, WindowState
from rules.window_coverage import Coverage
from rules.window_ring import Ring


class AverageWindow(WindowState):
    """Time-weighted mean: each value counts for the time until the next one."""

    __slots__ = (
        "_adds",
        "_at",
        "_begin",
        "_beyond",
        "_closed",
        "_coverage",
        "_enough",
        "_held",
        "_infinite",
        "_integral",
        "_span",
        "newest",
    )

    def __init__(self, span: Duration) -> None:
        self._span = span
        self._enough = COVERAGE * span
        self._coverage = Coverage()
        # Stretches that have ended, by their ends; 0.0 for those that are unknown or infinite.
        self._closed = Ring()
        self._begin = Instant(0)  # of the oldest of them
        self._integral = 0.0  # over all of them, value x nanoseconds
        self._adds = 0
        self._beyond: list[tuple[Instant, float]] = []  # infinite ones that have ended
        self._at = Instant(0)
        self._held = 0.0  # since _at; 0.0 where unknown or infinite
        self._infinite: float | None = None  # since _at
        self.newest = Instant(0)

    def add(self, at: Instant, value: float | None) -> None:
        """Take a reading, or None from which instant on the value is unknown."""
        closed, since = self._closed, self._at
        if at > since:  # else the newest was held at no instant
            if self._infinite is not None:
                self._close_infinite(self._infinite, at)
            if closed.length == MOST_READINGS:
                self._drop_oldest()
            closed.append(at, self._held)
            self._integral += self._held * (at - since)
            self._at = at
        left = at - self._span
        while closed.oldest_at <= left:
            self._drop_oldest()
        self._infinite = None
        if value is None:
            self._held = 0.0
            self._coverage.unknown_from(at)
        else:
            if self._coverage.since is None:
                self._coverage.since = at
            if isinf(value):
                self._held, self._infinite = 0.0, value
            else:
                self._held = value
        self._adds += 1
        if self._adds >= RENEW_AFTER:
            self._renew()

    def value(self, now: Instant) -> float | None:
        """Give the mean over the span that ends now, or None where too little is known."""
        if self.newest <= now >= self._at:
            self.newest = now
        else:
            self.newest = now = max(now, self.newest, self._at)
        left = Instant(now - self._span)
        closed = self._closed
        while closed.oldest_at <= left:
            self._drop_oldest()
        if self._beyond:
            self._forget_infinite(left)
        begin, integral = self._begin, self._integral
        if begin < left:
            if closed.length:
                integral -= closed.oldest * (left - begin)
            begin = left
        covered = self._coverage.covered(begin, now)
        if covered < self._enough:
            return None
        if self._beyond or self._infinite is not None:
            return self._over_range()
        since = self._at
        integral += self._held * (now - since if since > left else now - left)
        return integral / covered

    def is_known(self, now: Instant) -> bool:
        """Tell whether `value` would give one, and change nothing."""
        now = max(now, self.newest, self._at)
        left = Instant(now - self._span)
        # Where stretches have left the span, the oldest that is in it begins before it.
        if self._coverage.covered_so_far(max(self._begin, left), now) < self._enough:
            return False
        infinite = {value for end, value in self._beyond if end > left}
        if self._infinite is not None:
            infinite.add(self._infinite)
        return len(infinite) <= 1

    def _over_range(self) -> float | None:
        """Give the infinity in the window, or None where there are both."""
        values = {value for _, value in self._beyond}
        if self._infinite is not None:
            values.add(self._infinite)
        return values.pop() if len(values) == 1 else None

    def _close_infinite(self, value: float, at: Instant) -> None:
        beyond = self._beyond
        if beyond and beyond[-1] == (self._at, value):  # it went on
            beyond.pop()
        elif len(beyond) == MOST_READINGS:
            del beyond[0]
        beyond.append((at, value))

    def _forget_infinite(self, left: Instant) -> None:
        while self._beyond and self._beyond[0][0] <= left:
            del self._beyond[0]

    def _drop_oldest(self) -> None:
        closed = self._closed
        end = closed.oldest_at
        self._integral -= closed.oldest * (end - self._begin)
        self._begin = end
        closed.drop_oldest()

    def _renew(self) -> None:
        self._adds = 0
        self._integral = 0.0
        begin = self._begin
        for end, value in self._closed:
            self._integral += value * (end - begin)
            begin = end
