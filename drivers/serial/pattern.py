"""Simple patterns for lines: literal text, `*` for any text, `{point}` for a point's name.

They are no regular expressions, and a line of any content costs a bounded time: the pieces between
the stars are looked for from left to right, each once, and the leftmost place is as good as any
other. Where the name of a point stands beside a star it must be a word by itself: point 1 is not
found in `ZONE 12`.
"""

import unicodedata
from dataclasses import dataclass, field
from typing import Final

from rules.problem import InvalidSettingError

ANY: Final = "*"
POINT: Final = "{point}"
MOST_WILDCARDS: Final = 6
JOINERS: Final = "-./_:,#"
"""Between letters or digits they make one word: point 1 is not found in `ZONE 1-2`."""


def folded(text: str) -> str:
    """Give a text as it is compared: case, white space and the way of writing accents are one."""
    # Accents may be written together with their letter or behind it; folding the case can part
    # them, so they are put together again.
    whole = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
    return " ".join(whole.split())


def check_pattern(name: str, match: str) -> None:
    """Refuse a pattern that has too many wildcards, or braces that mean nothing."""
    bare = match.replace(POINT, "")
    if "{" in bare or "}" in bare:
        raise InvalidSettingError(name, "has a brace in it", f"the point's name is {POINT}")
    if match.count(POINT) > 1:
        raise InvalidSettingError(name, f"has {POINT} more than once")
    if match.count(ANY) + match.count(POINT) > MOST_WILDCARDS:
        raise InvalidSettingError(name, f"has more than {MOST_WILDCARDS} wildcards")
    if ANY + ANY in match:
        raise InvalidSettingError(name, "has two stars side by side", "one is any text already")
    if not match.replace(ANY, "").strip() and match.strip() != ANY:
        raise InvalidSettingError(name, "has no text", f"write {ANY} for any line")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A literal between two stars.

    Attributes:
        text: what must be found.
        opens: whether a word must begin with it: the pattern has white space or the point's name
            before it.
        closes: whether a word must end with it, likewise.
    """

    text: str
    opens: bool
    closes: bool

    def stands_at(self, line: str, place: int) -> bool:
        """Tell whether the words around a place at which its text was found allow it there."""
        end = place + len(self.text)
        return not ((self.opens and _joins(line, place)) or (self.closes and _joins(line, end)))


def _joins(line: str, place: int) -> bool:
    """Tell whether one word goes on across a place: letters and digits, as in 12, 1-2 or 3.14."""
    if not 0 < place < len(line):
        return False
    before, behind = line[:place], line[place:]
    if before[-1].isalnum():
        return behind[0].isalnum() or (behind[0] in JOINERS and behind[1:2].isalnum())
    return before[-1] in JOINERS and before[-2:-1].isalnum() and behind[0].isalnum()


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern, taken apart.

    Attributes:
        match: as it is written.
        pieces: the literals between the stars, folded, the white space at their ends included.
    """

    match: str
    pieces: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "pieces", tuple(folded(self.match).split(ANY)))

    @property
    def has_text(self) -> bool:
        """Whether there is any literal text in it."""
        return any(piece.strip() for piece in self.pieces)

    def fits(self, line: str, point: str | None = None) -> bool:
        """Tell whether a folded line matches, with the folded name of a point.

        Without a name any text will do for it.
        """
        pieces = []
        for piece in self.pieces:
            before, marker, behind = piece.partition(POINT)
            if not marker:
                pieces.append(_piece(piece))
            elif point is None:
                pieces += [_piece(before), _piece(behind)]
            else:
                pieces.append(
                    _Piece(
                        before.lstrip() + point + behind.rstrip(),
                        opens=not before.lstrip() or before.startswith(" "),
                        closes=not behind.rstrip() or behind.endswith(" "),
                    )
                )
        return _fits(line, pieces)


def _piece(written: str) -> _Piece:
    text = written.strip()
    return _Piece(text, opens=written.startswith(" "), closes=written.endswith(" "))


def _fits(line: str, pieces: list[_Piece]) -> bool:
    """Tell whether a line is the pieces in their order, with any text at each star."""
    first, last = pieces[0], pieces[-1]
    if len(pieces) == 1:
        return line == first.text
    if not (line.startswith(first.text) and first.stands_at(line, 0)):
        return False
    place = len(first.text)
    for piece in pieces[1:-1]:
        place = _find(line, piece, place)
        if place < 0:
            return False
        place += len(piece.text)
    end = len(line) - len(last.text)
    return place <= end and line.endswith(last.text) and last.stands_at(line, end)


def _find(line: str, piece: _Piece, start: int) -> int:
    """Give the first place from `start` on where a piece may stand, or -1."""
    place = line.find(piece.text, start)
    while place >= 0 and piece.text and not piece.stands_at(line, place):
        place = line.find(piece.text, place + 1)
    return place
