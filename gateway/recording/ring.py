"""The newest segments, as many as fit: the memory of the black box, bounded in bytes and time."""

from collections import deque
from dataclasses import dataclass

from rules.instant import Duration, Instant


@dataclass(frozen=True, slots=True)
class KeptSegment:
    """A written segment and the time of its first and last input."""

    begins: Instant
    ends: Instant
    frame: bytes


class Ring:
    """Segments in their order; the oldest go when there is no more room, or when they are too old.

    What nobody will ask for any more would fill the memory of a small site for hours.
    """

    def __init__(self, most_bytes: int, longest: Duration) -> None:
        """Begin empty.

        Args:
            most_bytes: of all segments together.
            longest: what ended so long before the newest segment's end is let go.
        """
        self._most = most_bytes
        self._longest = longest
        self._segments: deque[KeptSegment] = deque()
        self._bytes = 0

    def add(self, segment: KeptSegment) -> None:
        """Take a segment; the newest is kept, however large it is."""
        self._segments.append(segment)
        self._bytes += len(segment.frame)
        since = segment.ends - self._longest
        while len(self._segments) > 1 and (
            self._bytes > self._most or self._segments[0].ends < since
        ):
            self._bytes -= len(self._segments.popleft().frame)

    def since(self, instant: Instant) -> list[KeptSegment]:
        """Give the segments that hold anything from an instant on."""
        return [segment for segment in self._segments if segment.ends >= instant]

    @property
    def bytes(self) -> int:
        """How much is kept."""
        return self._bytes
