"""Edges on their way from gpiozero's thread to the bus's loop, and when they happened."""

from collections import deque
from collections.abc import Iterator
from typing import Final

from drivers.gpio.judge import Edge
from rules.instant import Instant, in_seconds, seconds

MOST_WAITING: Final = 1024
"""Edges of one line that wait for the loop; it is called when half of them do."""


def instant_of_edge(ticks: object, *, earliest: Instant, now: Instant) -> Instant:
    """Give the instant of an edge.

    On lgpio gpiozero hands on the kernel's own time stamp, in seconds of CLOCK_MONOTONIC; its other
    factories have ticks of their own, with other beginnings. A stamp that cannot be right is not
    used.

    Args:
        ticks: what gpiozero says.
        earliest: an instant before which the edge cannot have been: that of the edge before it, or
            that at which the line was taken.
        now: the instant at which the edge is told.
    """
    if isinstance(ticks, float | int) and 0 <= ticks <= in_seconds(now) + 1:
        at = Instant(seconds(ticks))
        if earliest <= at <= now:
            return at
    return now


class EdgeQueue:
    """Edges of one line, put by one thread and taken by another.

    Its counts are written by the thread that puts alone, so no lock is needed. Where the loop does
    not follow, the oldest edges go.

    Attributes:
        told: how many edges there ever were.
        dropped: how many of them went.
    """

    def __init__(self) -> None:
        self._waiting: deque[Edge] = deque(maxlen=MOST_WAITING)
        self.told = 0
        self.dropped = 0

    @property
    def is_filling(self) -> bool:
        """Whether they are to be taken soon."""
        return len(self._waiting) >= MOST_WAITING // 2

    def put(self, edge: Edge) -> None:
        """Add an edge, in the thread that tells them."""
        if len(self._waiting) == MOST_WAITING:
            self.dropped += 1
        self._waiting.append(edge)
        self.told += 1

    def take(self) -> Iterator[Edge]:
        """Take those that wait, in the thread that judges them."""
        while self._waiting:
            yield self._waiting.popleft()
