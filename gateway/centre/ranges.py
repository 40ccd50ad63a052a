"""Ranges of whole numbers: what has come of a lane, and what of it is missing. Pure.

A lane is numbered from 1 without a gap, so nearly always all that has come is one range, whatever
the order in which it came.
"""

from collections.abc import Iterable, Sequence

from gateway.range_set import Range, gaps


def joined(ranges: Iterable[Range]) -> list[Range]:
    """Give the same numbers in ascending order, those that meet or touch as one range."""
    result: list[Range] = []
    for first, last in sorted(ranges):
        if result and first <= result[-1][1] + 1:
            result[-1] = (result[-1][0], max(result[-1][1], last))
        else:
            result.append((first, last))
    return result


def missing(has: Iterable[Range], highest: int) -> list[Range]:
    """Give what is missing from 1 to the highest number that is known to exist.

    Args:
        has: joined ranges, as `joined` gives them.
        highest: the highest number that anybody has spoken of.
    """
    return gaps(has, 1, highest)


def around(has: Sequence[Range], numbers: Iterable[int]) -> list[Range]:
    """Give those of the joined ranges in which at least one of the numbers lies."""
    wanted = sorted(set(numbers))
    found: list[Range] = []
    place = 0
    for first, last in has:
        while place < len(wanted) and wanted[place] < first:
            place += 1
        if place < len(wanted) and wanted[place] <= last:
            found.append((first, last))
    return found


def count(ranges: Iterable[Range]) -> int:
    """Count the numbers."""
    return sum(last - first + 1 for first, last in ranges)
