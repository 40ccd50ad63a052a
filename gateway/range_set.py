"""A set of whole numbers, kept as the ranges that it is made of. Pure.

What a centre has received is nearly always one range that grows: a million events cost no more
than ten. The number of ranges has a bound, so that no message can make the set grow beyond it.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import Final

Range = tuple[int, int]
"""The first and the last of numbers that follow each other."""

MOST_RANGES: Final = 256


class RangeSet:
    """A set of whole numbers: ranges in ascending order, no two of which touch.

    Args:
        most: how many ranges there may be. The lowest one is forgotten for want of room. None
            where whoever keeps the set sees to that.
    """

    __slots__ = ("_firsts", "_lasts", "_most")

    def __init__(self, most: int | None = MOST_RANGES) -> None:
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
        if self._most is not None and len(self._firsts) > self._most:
            del self._firsts[0], self._lasts[0]

    def within(self, first: int, last: int) -> list[Range]:
        """Give what it has of the numbers from the first to the last, as ranges."""
        low = bisect_left(self._lasts, first)
        high = bisect_right(self._firsts, last)
        return [
            (max(first, self._firsts[place]), min(last, self._lasts[place]))
            for place in range(low, high)
        ]

    def touches(self, first: int, last: int) -> bool:
        """Tell whether a range would become one with another."""
        return bisect_left(self._lasts, first - 1) < bisect_right(self._firsts, last + 1)

    def remove(self, first: int, last: int) -> None:
        """Let go of the numbers from the first to the last."""
        low = bisect_left(self._lasts, first)
        high = bisect_right(self._firsts, last)
        if low >= high:
            return
        begin, end = self._firsts[low], self._lasts[high - 1]
        left = [(begin, first - 1)] if begin < first else []
        right = [(last + 1, end)] if end > last else []
        self._firsts[low:high] = [each[0] for each in left + right]
        self._lasts[low:high] = [each[1] for each in left + right]

    def lacking(self, first: int, last: int) -> list[Range]:
        """Give what it has not of the numbers from the first to the last, as ranges."""
        return gaps(self.within(first, last), first, last)


def gaps(ranges: Iterable[Range], first: int, last: int) -> list[Range]:
    """Give what lies between ascending ranges, from the first number to the last."""
    found: list[Range] = []
    awaited = first
    for begin, end in ranges:
        if awaited < begin:
            found.append((awaited, begin - 1))
        awaited = end + 1
    if awaited <= last:
        found.append((awaited, last))
    return found
