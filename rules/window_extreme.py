"""The least and the greatest value of a window."""

from rules.instant import Duration, Instant
from rules.window import COVERAGE, MOST_READINGS, WindowState
from rules.window_coverage import Coverage
from rules.window_ring import Ring


class ExtremeWindow(WindowState):
    """The greatest of the values that were held at any instant of the span, its edges included.

    The least is the greatest with its sign turned. What is kept falls from the oldest to the
    newest: a value that a later one reaches can never be the greatest again.
    """

    __slots__ = (
        "_at",
        "_coverage",
        "_ended",
        "_enough",
        "_held",
        "_kept_from",
        "_sign",
        "_span",
        "newest",
    )

    def __init__(self, span: Duration, sign: float) -> None:
        self._span = span
        self._sign = sign  # 1.0 for the greatest, -1.0 for the least
        self._enough = COVERAGE * span
        self._coverage = Coverage()
        self._ended = Ring()  # values that are held no more, by the instant at which they ended
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
        if value is None:
            self._held = None
            self._coverage.unknown_from(at)
        else:
            self._held = value * self._sign
            if self._coverage.since is None:
                self._coverage.since = at

    def value(self, now: Instant) -> float | None:
        """Give the extreme of the span that ends now, or None where too little is known."""
        if self.newest <= now >= self._at:
            self.newest = now
        else:
            self.newest = now = max(now, self.newest, self._at)
        left = Instant(now - self._span)
        ended, held = self._ended, self._held
        while ended.oldest_at <= left:
            ended.drop_oldest()
        if self._coverage.covered(max(left, self._kept_from), now) < self._enough:
            return None
        if held is None or (ended.length and ended.oldest > held):
            held = ended.oldest
        return held * self._sign

    def is_known(self, now: Instant) -> bool:
        """Tell whether `value` would give one, and change nothing."""
        now = max(now, self.newest, self._at)
        left = Instant(max(now - self._span, self._kept_from))
        return self._coverage.covered_so_far(left, now) >= self._enough

    def _end(self, at: Instant, held: float) -> None:
        ended = self._ended
        left = at - self._span
        while ended.oldest_at <= left:
            ended.drop_oldest()
        while ended.length and ended.newest() <= held:
            ended.drop_newest()
        if ended.length == MOST_READINGS:
            self._kept_from = ended.oldest_at
            ended.drop_oldest()
        ended.append(at, held)
