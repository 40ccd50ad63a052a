"""How much of the last while a point's value was known."""

from array import array

from rules.instant import Instant
from rules.window import MOST_READINGS


class Coverage:
    """Keeps the known stretches. A point that has always been known is one, still open."""

    __slots__ = ("_closed", "_closed_sum", "_since")

    def __init__(self) -> None:
        self._since: Instant | None = None  # of the open stretch; None while unknown
        self._closed = array("q")  # beginnings and ends by turns, oldest first
        self._closed_sum = 0  # nanoseconds

    def known_from(self, at: Instant) -> None:
        """Take that the value is known from an instant on."""
        if self._since is None:
            self._since = at

    def unknown_from(self, at: Instant) -> None:
        """Take that the value is unknown from an instant on."""
        since, self._since = self._since, None
        if since is None or since == at:
            return
        if len(self._closed) >= 2 * MOST_READINGS:
            self._drop_oldest()
        self._closed.extend((since, at))
        self._closed_sum += at - since

    def covered(self, left: Instant, now: Instant) -> int:
        """Give the nanoseconds from left to now that are known; what is before left is forgotten.

        Now is not before any instant that it was told.
        """
        since, closed, known = self._since, self._closed, 0
        if closed:
            while closed and closed[1] <= left:
                self._drop_oldest()
            known = self._closed_sum - (left - closed[0] if closed and closed[0] < left else 0)
        if since is not None:
            known += now - since if since > left else now - left
        return known

    def _drop_oldest(self) -> None:
        begin, end = self._closed[:2]
        self._closed_sum -= end - begin
        del self._closed[:2]
