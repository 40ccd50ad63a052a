"""What every part of the screen is written with: language, time zone, width, letters. Pure.

All text comes through here, so all of it is tidied: rows keep their width, and no name that came
from a site file or a device reaches the terminal as it was.
"""

from dataclasses import dataclass
from datetime import tzinfo
from typing import Final

from gateway.monitor.letters import cells, cut, fitted, tidy
from gateway.monitor.lines import FAINT, PLAIN, Line, Look, Piece, whole
from gateway.text import Language, phrase

GAP: Final = "  "


@dataclass(frozen=True, slots=True, kw_only=True)
class Pen:
    """How the screen is written.

    Attributes:
        language: of the reader.
        zone: the reader's time zone.
        width: cells of a row.
        ascii_only: whether the terminal knows ASCII alone.
    """

    language: Language
    zone: tzinfo
    width: int
    ascii_only: bool = False

    def say(self, key: str, /, **values: object) -> str:
        """Give a text, tidied."""
        return self.tidy(phrase(self.language, key, **values))

    def tidy(self, text: str) -> str:
        """Make a text fit for this terminal."""
        return tidy(text, ascii_only=self.ascii_only)

    def piece(self, text: str, look: Look = PLAIN) -> Piece:
        """Give a text with a look."""
        return Piece(self.tidy(text), look)

    def column(self, text: str, width: int, look: Look = PLAIN) -> Piece:
        """Give a text in exactly so many cells."""
        return Piece(fitted(self.tidy(text), width), look)

    def right(self, text: str, width: int, look: Look = PLAIN) -> Piece:
        """Give a text at the right end of so many cells."""
        short = cut(self.tidy(text), width)
        return Piece(" " * (width - cells(short)) + short, look)

    def line(self, text: str, look: Look = PLAIN, indent: int = 0) -> Line:
        """Give a row of one text; what does not fit is cut, and seen to be."""
        return (Piece(" " * indent + cut(self.tidy(text), self.width - indent), look),)

    def broken(self, text: str, look: Look = PLAIN, indent: int = 0, most: int = 1) -> list[Line]:
        """Give a text in rows, broken between words; the last of them is cut if it must be."""
        room = self.width - indent
        rows: list[str] = []
        row = ""
        words = self.tidy(text).split(" ")
        for at, word in enumerate(words):
            longer = f"{row} {word}" if row else word
            if cells(longer) <= room or not row:
                row = longer
                continue
            if len(rows) == most - 1:
                row = " ".join((row, *words[at:]))
                break
            rows.append(row)
            row = word
        rows.append(row)
        return [self.line(each, look, indent) for each in rows]

    def centred(self, text: str, look: Look) -> Line:
        """Give a row with its text in the middle, the look from end to end."""
        short = cut(self.tidy(text), self.width)
        left = (self.width - cells(short)) // 2
        return whole((Piece(" " * left + short, look),), self.width)

    def rule(self, title: str, right: str = "") -> Line:
        """Give a row that begins a section, with what is said at its right end."""
        name = self.tidy(title)
        told = cut(self.tidy(right), max(0, self.width - cells(name) - 8))
        dash = self.tidy("─")
        end = f" {told} {dash}" if told else ""
        left = self.width - cells(name) - cells(end) - 4
        return (
            Piece(f"{dash} ", FAINT),
            Piece(name, Look(bold=True)),
            Piece(f" {dash * max(1, left + 1)}", FAINT),
            Piece(end, FAINT),
        )

    def spaced(self, text: str) -> str:
        """Give a text in spaced letters, to be read from afar, where there is room for them."""
        wide = "   ".join(" ".join(word) for word in self.tidy(text).split(" "))
        return wide if cells(wide) <= self.width - 2 else self.tidy(text)
