"""How much of the last while a point's value was known."""

from array import array

from rules.instant import Instant
from rules.window import MOST_READINGS


class Coverage:
    """Keeps the known stretches. A point that has always been known is one, still open.

    Attributes:
        since: where the open one begins; None while the value is unknown. Who finds it so sets it
            when a value comes.
    """

    __slots__ = ("_closed", "_closed_sum", "since")

    def __init__(self) -> None:
        self.since: Instant | None = None
        self._closed = array("q")  # beginnings and ends by turns, oldest first
        self._closed_sum = 0  # nanoseconds

    def unknown_from(self, at: Instant) -> None:
        """Take that the value is unknown from an instant on."""
        since, self.since = self.since, None
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
        since, closed, known = self.since, self._closed, 0
        if closed:
            while closed and closed[1] <= left:
                self._drop_oldest()
            known = self._closed_sum - (left - closed[0] if closed and closed[0] < left else 0)
        if since is not None:
            known += now - since if since > left else now - left
        return known

    def covered_so_far(self, left: Instant, now: Instant) -> int:
        """Give the same, and forget nothing."""
        closed, since = self._closed, self.since
        known, index = self._closed_sum, 0
        while index < len(closed) and closed[index] < left:
            known -= min(closed[index + 1], left) - closed[index]
            index += 2
        return known if since is None else known + now - max(since, left)

    def _drop_oldest(self) -> None:
        begin, end = self._closed[:2]
        self._closed_sum -= end - begin
        del self._closed[:2]
