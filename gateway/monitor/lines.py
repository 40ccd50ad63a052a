"""A row of the screen: pieces of text, each with its look. Pure.

Every look can be told without colour: what is grave is bold and reversed besides, and said in
words. A piece holds text and no markup, so that no name can dress itself up.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from gateway.monitor.letters import cells, cells_of, cut


class Tone(StrEnum):
    """What a colour would say."""

    PLAIN = "plain"
    ALARM = "alarm"
    WARNING = "warning"
    GOOD = "good"
    FAINT = "faint"


@dataclass(frozen=True, slots=True)
class Look:
    """How a piece looks."""

    tone: Tone = Tone.PLAIN
    bold: bool = False
    reverse: bool = False


PLAIN: Final = Look()
BOLD: Final = Look(bold=True)
FAINT: Final = Look(Tone.FAINT)
GOOD: Final = Look(Tone.GOOD)
WARNING: Final = Look(Tone.WARNING, bold=True)
ALARM: Final = Look(Tone.ALARM, bold=True)
BAR: Final = Look(reverse=True)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a row: tidied text of one look."""

    text: str
    look: Look = PLAIN


Line = tuple[Piece, ...]
"""A row, from left to right."""

Cell = tuple[str, Look]
"""What stands in a cell; the second cell of a wide letter holds nothing."""


def text_of(line: Line) -> str:
    """Give a row without its looks."""
    return "".join(piece.text for piece in line)


def whole(line: Iterable[Piece], width: int) -> Line:
    """Give a row of exactly so many cells; what fills it up looks like its last piece."""
    kept: list[Piece] = []
    left = width
    look = PLAIN
    for piece in line:
        text = cut(piece.text, left)
        look = piece.look
        left -= cells(text)
        if text:
            kept.append(Piece(text, look))
    if left > 0:
        kept.append(Piece(" " * left, look if look.reverse else PLAIN))
    return _joined(kept)


def changes(old: Line, new: Line, bridged: int) -> list[tuple[int, int]]:
    """Give where two rows of the same width differ, as cells from and up to.

    Args:
        old: what is shown.
        new: what is to be shown.
        bridged: so many unchanged cells between two changes are written again, which costs a
            terminal less than to be sent across them.
    """
    before, after = _cells(old), _cells(new)
    if len(before) != len(after):
        return [(0, len(after))]
    places = [at for at, cell in enumerate(after) if cell != before[at]]
    spans: list[tuple[int, int]] = []
    for place in places:
        if spans and place - spans[-1][1] <= bridged:
            spans[-1] = (spans[-1][0], place + 1)
        else:
            spans.append((place, place + 1))
    return [_around_wide(span, before, after) for span in spans]


def part(line: Line, start: int, end: int) -> Line:
    """Give the part of a row from a cell up to another, both between letters."""
    pieces: list[Piece] = []
    at = 0
    for piece in line:
        kept = []
        for letter in piece.text:
            taken = cells_of(letter)
            if start <= (at if taken else at - 1) < end:  # a mark stands in the cell before
                kept.append(letter)
            at += taken
        if kept:
            pieces.append(Piece("".join(kept), piece.look))
    return tuple(pieces)


def _cells(line: Line) -> list[Cell]:
    found: list[Cell] = []
    for text, look in ((piece.text, piece.look) for piece in line):
        for letter in text:
            taken = cells_of(letter)
            if taken == 0 and found:  # a mark belongs to the letter before
                base, its_look = found[-1]
                found[-1] = (base + letter, its_look)
                continue
            found.append((letter, look))
            found.extend([("", look)] * (taken - 1))
    return found


def _around_wide(span: tuple[int, int], *rows: Sequence[Cell]) -> tuple[int, int]:
    """Widen a stretch so that it begins and ends between letters, in both rows."""
    start, end = span
    while start > 0 and any(row[start][0] == "" for row in rows):
        start -= 1
    while end < len(rows[0]) and any(row[end][0] == "" for row in rows):
        end += 1
    return start, end


def _joined(pieces: Iterable[Piece]) -> Line:
    """Join neighbours that look the same: each piece costs a terminal its look anew."""
    joined: list[Piece] = []
    for piece in pieces:
        if joined and joined[-1].look == piece.look:
            joined[-1] = Piece(joined[-1].text + piece.text, piece.look)
        else:
            joined.append(piece)
    return tuple(joined)
