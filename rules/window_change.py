"""By how much a value has changed over a window."""

from math import isinf

from rules.instant import Duration, Instant
from rules.window import COVERAGE, MOST_READINGS, WindowState
from rules.window_coverage import Coverage
from rules.window_ring import Ring


class ChangeWindow(WindowState):
    """The newest value less the one that was held where the span begins.

    Where that is unknown, less the earliest known in the span. Unknown while the newest is, and
    where it is finite and the earlier one over-range.
    """

    __slots__ = (
        "_at",
        "_coverage",
        "_ended",
        "_enough",
        "_held",
        "_kept_from",
        "_span",
        "newest",
    )

    def __init__(self, span: Duration) -> None:
        self._span = span
        self._enough = COVERAGE * span
        self._coverage = Coverage()
        self._ended = Ring()  # known values that are held no more, by the instant of their end
        self._kept_from = Instant(0)
        self._at = Instant(0)
        self._held: float | None = None  # since _at
        self.newest = Instant(0)

    def add(self, at: Instant, value: float | None) -> None:
        """Take a reading, or None from which instant on the value is unknown."""
        held = self._held
        if held is not None and at > self._at:
            self._end(at, held)
        self._at = at
        self._held = value
        if value is None:
            self._coverage.unknown_from(at)
        elif self._coverage.since is None:
            self._coverage.since = at

    def value(self, now: Instant) -> float | None:
        """Give the change over the span that ends now, or None where too little is known."""
        if self.newest <= now >= self._at:
            self.newest = now
        else:
            self.newest = now = max(now, self.newest, self._at)
        left = Instant(now - self._span)
        ended, held = self._ended, self._held
        while ended.oldest_at <= left:
            ended.drop_oldest()
        covered = self._coverage.covered(max(left, self._kept_from), now)
        if held is None or covered < self._enough:
            return None
        if isinf(held):
            return held
        earlier = ended.oldest if ended.length else held
        return None if isinf(earlier) else held - earlier

    def is_known(self, now: Instant) -> bool:
        """Tell whether `value` would give one, and change nothing."""
        now, held = max(now, self.newest, self._at), self._held
        left = Instant(now - self._span)
        covered = self._coverage.covered_so_far(max(left, self._kept_from), now)
        if held is None or covered < self._enough:
            return False
        earlier = next((value for end, value in self._ended if end > left), held)
        return isinf(held) or not isinf(earlier)

    def _end(self, at: Instant, held: float) -> None:
        ended = self._ended
        left = at - self._span
        while ended.oldest_at <= left:
            ended.drop_oldest()
        if ended.length == MOST_READINGS:
            self._kept_from = ended.oldest_at
            ended.drop_oldest()
        ended.append(at, held)
