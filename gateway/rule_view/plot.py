"""What a rule reads, over time, in a terminal: a curve for each number, a bar for each contact.

Pure, 80 columns wide. Numbers are drawn in dots of Braille characters, two by four in a cell; the
threshold is a dotted line; under all stand the events.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isinf
from typing import Final

from gateway.rule_view.tree import WIDTH, clean
from gateway.rule_view.written import number
from gateway.text import Language, phrase

LABEL_WIDTH: Final = 9
COLUMNS: Final = WIDTH - LABEL_WIDTH - 1
SAMPLES: Final = COLUMNS * 2
"""Instants at which the values are wanted: two dots in each column."""

ROWS: Final = 12
"""Rows for all curves together: with their titles, the axis and some events it is 24 lines."""

LEAST_ROWS: Final = 3
MOST_EVENTS: Final = 9
BRAILLE: Final = 0x2800
# The bit of each dot of a cell: [column][row from above].
DOTS: Final = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A number that a rule compares.

    Attributes:
        title: as it is written, with its threshold.
        values: at each of SAMPLES instants; None where unknown, infinite where over-range.
        thresholds: what it is compared with, in the same unit.
    """

    title: str
    values: tuple[float | None, ...]
    thresholds: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """Something that is true, false or unknown: a contact, a schedule, a condition elsewhere."""

    title: str
    values: tuple[bool | None, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """An event: at which sample, when in words, and what."""

    sample: int
    time: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """All that is drawn of one rule; times are words."""

    title: str
    curves: tuple[Curve, ...]
    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...]
    begins: str
    ends: str


def plot_lines(plot: Plot, language: Language) -> Iterator[str]:
    """Give the lines."""
    yield clean(plot.title)
    rows = max(LEAST_ROWS, (ROWS - 2 * len(plot.bars)) // max(1, len(plot.curves)))
    for curve in plot.curves:
        yield from _curve(curve, rows)
    for bar in plot.bars:
        yield clean(bar.title)
        yield " " * LABEL_WIDTH + "│" + _bar(bar.values)
    yield from _axis(plot, language)


def _curve(curve: Curve, rows: int) -> Iterator[str]:
    lowest, highest = _bounds(curve)
    canvas = [[0] * COLUMNS for _ in range(rows)]
    for sample, value in enumerate(curve.values):
        if value is not None:
            _dot(canvas, sample, _level(value, lowest, highest, rows))
    lines = {_level(each, lowest, highest, rows) // 4: each for each in curve.thresholds}
    yield clean(curve.title)
    for row, cells in enumerate(canvas):
        label = ""
        if row in lines:
            label = number(lines[row])
        elif row == 0:
            label = number(highest)
        elif row == rows - 1:
            label = number(lowest)
        empty = "┄" if row in lines else " "
        drawn = "".join(chr(BRAILLE | cell) if cell else empty for cell in cells)
        yield f"{label:>{LABEL_WIDTH}}{'┤' if label else '│'}{drawn}".rstrip()


def _bounds(curve: Curve) -> tuple[float, float]:
    """Give the lowest and highest value of the scale; it holds the thresholds too."""
    finite = [value for value in curve.values if value is not None and not isinf(value)]
    finite += curve.thresholds
    lowest, highest = min(finite, default=0.0), max(finite, default=1.0)
    return (lowest, highest) if lowest < highest else (lowest - 1, highest + 1)


def _level(value: float, lowest: float, highest: float, rows: int) -> int:
    """Give the row of dots of a value, 0 above; what is beyond the scale lies at its edge."""
    dots = rows * 4 - 1
    part = (min(max(value, lowest), highest) - lowest) / (highest - lowest)
    return round((1 - part) * dots)


def _dot(canvas: list[list[int]], sample: int, level: int) -> None:
    canvas[level // 4][sample // 2] |= DOTS[sample % 2][level % 4]


def _bar(values: Sequence[bool | None]) -> str:
    """Draw a cell for each two samples: what is true in either shows."""
    cells = ""
    for first, second in zip(values[::2], values[1::2], strict=True):
        pair = (first, second)
        cells += "█" if True in pair else "?" if None in pair else "▁"
    return cells


def _axis(plot: Plot, language: Language) -> Iterator[str]:
    """Give the axis, the marks on it, and what they mean."""
    marks = plot.marks[:MOST_EVENTS]
    cells = ["─"] * COLUMNS
    for count, mark in enumerate(marks, 1):
        cells[min(mark.sample // 2, COLUMNS - 1)] = str(count)
    yield " " * LABEL_WIDTH + "└" + "".join(cells)
    room = COLUMNS - len(plot.begins)
    yield f"{' ' * (LABEL_WIDTH + 1)}{plot.begins}{plot.ends:>{room}}"
    for count, mark in enumerate(marks, 1):
        yield f"{count} {mark.time}  {clean(mark.text)}"
    if len(plot.marks) > len(marks):
        yield phrase(language, "plot.more", count=len(plot.marks) - len(marks))
