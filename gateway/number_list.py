"""Numbers as people list them: 1,2,5-7."""

from collections.abc import Iterator
from typing import Final

LONGEST_LIST: Final = 1000  # characters


def numbers_in(text: str, *, least: int, most: int) -> list[int]:
    """Give the numbers of a list, each once, in the order in which they are named.

    Raises:
        ValueError: it is no such list, or a number lies outside `least` to `most`.
    """
    return list(dict.fromkeys(_numbers(text, least, most)))


def _numbers(text: str, least: int, most: int) -> Iterator[int]:
    if len(text) > LONGEST_LIST:
        raise ValueError("too long")
    for part in text.split(","):
        first, dash, last = (word.strip() for word in part.partition("-"))
        ends = (first, last) if dash else (first, first)
        if not all(end.isascii() and end.isdigit() and len(end) <= 6 for end in ends):
            raise ValueError(f"{part.strip()!r} is no number and no range of numbers")
        low, high = map(int, ends)
        if not least <= low <= high <= most:
            raise ValueError(f"{part.strip()!r}: from {least} to {most}, the lower one first")
        yield from range(low, high + 1)
