"""A set of whole numbers, kept as the ranges that it is made of. Pure.

What a centre has received is nearly always one range that grows: a million events cost no more
than ten. The number of ranges has a bound, so that no message can make the set grow beyond it.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Final

Range = tuple[int, int]
"""The first and the last of numbers that follow each other."""

MOST_RANGES: Final = 256


class RangeSet:
    """A set of whole numbers: ranges in ascending order, no two of which touch.

    Args:
        most: how many ranges there may be. The lowest one is forgotten for want of room.
    """

    __slots__ = ("_firsts", "_lasts", "_most")

    def __init__(self, most: int = MOST_RANGES) -> None:
        self._firsts: list[int] = []
        self._lasts: list[int] = []
        self._most = most

    def __iter__(self) -> Iterator[Range]:
        return zip(self._firsts, self._lasts, strict=True)

    def __len__(self) -> int:
        """Count the ranges, not the numbers."""
        return len(self._firsts)

    def __contains__(self, number: int) -> bool:
        """Tell whether a number is in it."""
        place = bisect_left(self._lasts, number)
        return place < len(self._firsts) and self._firsts[place] <= number

    def add(self, first: int, last: int) -> None:
        """Add the numbers from the first to the last, both included."""
        # Those which the new range meets or touches become one with it.
        low = bisect_left(self._lasts, first - 1)
        high = bisect_right(self._firsts, last + 1)
        if low < high:
            first = min(first, self._firsts[low])
            last = max(last, self._lasts[high - 1])
        self._firsts[low:high] = [first]
        self._lasts[low:high] = [last]
        if len(self._firsts) > self._most:
            del self._firsts[0], self._lasts[0]

    def within(self, first: int, last: int) -> list[Range]:
        """Give what it has of the numbers from the first to the last, as ranges."""
        low = bisect_left(self._lasts, first)
        high = bisect_right(self._firsts, last)
        return [
            (max(first, self._firsts[place]), min(last, self._lasts[place]))
            for place in range(low, high)
        ]
