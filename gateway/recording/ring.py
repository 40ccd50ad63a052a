"""The newest segments, as many as fit: the memory of the black box, bounded in bytes."""

from collections import deque
from dataclasses import dataclass

from rules.instant import Instant


@dataclass(frozen=True, slots=True)
class KeptSegment:
    """A written segment and the time of its first and last input."""

    begins: Instant
    ends: Instant
    frame: bytes


class Ring:
    """Segments in their order; the oldest go when there is no more room."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._segments: deque[KeptSegment] = deque()
        self._bytes = 0

    def add(self, segment: KeptSegment) -> None:
        """Take a segment; the newest is kept, however large it is."""
        self._segments.append(segment)
        self._bytes += len(segment.frame)
        while self._bytes > self._most and len(self._segments) > 1:
            self._bytes -= len(self._segments.popleft().frame)

    def since(self, instant: Instant) -> list[KeptSegment]:
        """Give the segments that hold anything from an instant on."""
        return [segment for segment in self._segments if segment.ends >= instant]

    @property
    def bytes(self) -> int:
        """How much is kept."""
        return self._bytes
