"""Lines and columns on a terminal of 80 columns. Pure.

Names and details may come from devices and brokers, so whatever could steer a terminal is taken
out. Nothing is cut off to make a line fit.
"""

import textwrap
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final

WIDTH: Final = 80
INDENT: Final = "  "


def clean(text: str) -> str:
    """Compose letters and take out control characters, so that columns and terminals hold."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(letter if letter.isprintable() else "?" for letter in composed)


def wrapped(text: str, indent: str = "", further: str = INDENT) -> list[str]:
    """Break a line at the width; the rest goes in by one step more."""
    return textwrap.wrap(
        clean(text),
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent + further,
        replace_whitespace=False,
        break_on_hyphens=False,  # ids and paths stay whole where they can
    ) or [""]


def columns(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Lay rows out in columns, each as wide as its widest cell; the last cell may wrap."""
    cleaned = [[clean(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cleaned, strict=True)]
    for row in cleaned:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        yield from wrapped("  ".join(cells).rstrip(), INDENT, INDENT * 2)
