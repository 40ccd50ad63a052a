"""Numbers and their instants, oldest first, in two arrays that grow by doubling.

Sixteen bytes each: a deque of tuples takes ten times that, and a site has thousands of windows.
"""

from array import array
from collections.abc import Iterator
from typing import Final

from rules.instant import Instant

NEVER: Final = Instant(2**63 - 1)
_AT_FIRST: Final = 8  # entries; a power of two, as every capacity after it


class Ring:
    """A queue of (instant, number) that can be shortened at both ends.

    Attributes:
        length: how many it holds.
        oldest_at: the oldest's instant, NEVER where it is empty.
        oldest: the oldest's number.
    """

    __slots__ = ("_first", "_instants", "_mask", "_numbers", "length", "oldest", "oldest_at")

    def __init__(self) -> None:
        self._instants = array("q", bytes(8 * _AT_FIRST))
        self._numbers = array("d", bytes(8 * _AT_FIRST))
        self._mask = _AT_FIRST - 1
        self._first = 0
        self.length = 0
        self.oldest_at = NEVER
        self.oldest = 0.0

    def append(self, at: Instant, number: float) -> None:
        """Add the newest."""
        length = self.length
        if length > self._mask:
            self._grow()
        index = (self._first + length) & self._mask
        self._instants[index] = at
        self._numbers[index] = number
        self.length = length + 1
        if not length:
            self.oldest_at, self.oldest = at, number

    def drop_oldest(self) -> None:
        """Remove the oldest of one that is not empty."""
        self._first = first = (self._first + 1) & self._mask
        self.length -= 1
        if self.length:
            self.oldest_at, self.oldest = Instant(self._instants[first]), self._numbers[first]
        else:
            self.oldest_at = NEVER

    def newest(self) -> float:
        """Give the number of the newest of one that is not empty."""
        return self._numbers[(self._first + self.length - 1) & self._mask]

    def drop_newest(self) -> None:
        """Remove the newest of one that is not empty."""
        self.length -= 1
        if not self.length:
            self.oldest_at = NEVER

    def __iter__(self) -> Iterator[tuple[Instant, float]]:
        for offset in range(self.length):
            index = (self._first + offset) & self._mask
            yield Instant(self._instants[index]), self._numbers[index]

    def _grow(self) -> None:
        first, more = self._first, bytes(8 * (self._mask + 1))
        self._instants = self._instants[first:] + self._instants[:first] + array("q", more)
        self._numbers = self._numbers[first:] + self._numbers[:first] + array("d", more)
        self._first = 0
        self._mask = 2 * self._mask + 1
