"""From the text of an expression to its words, each with its place.

A number takes the unit that follows it along, so that `58 °C` is one word and `%/m` needs no
grammar of its own.
"""

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from rules.language.mistake import ExpressionError, Mistake, quoted

LONGEST_TEXT: Final = 2000
"""Characters in one expression; the longest of the worked examples has 160."""

LARGEST_NUMBER: Final = 1e9
"""No threshold is larger in any unit: the whole air is 1e9 ppb."""

KEYWORDS: Final = frozenset({"and", "or", "not"})


class Kind(Enum):
    """Kinds of word."""

    NUMBER = auto()
    NAME = auto()
    KEYWORD = auto()
    COMPARISON = auto()
    SIGN = auto()  # ( ) , . :
    END = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """A word: its text, where it begins, and for a number its value and unit."""

    kind: Kind
    text: str
    offset: int
    value: float = 0.0
    unit: str = ""


_WORD: Final = re.compile(
    r"""(?P<space>\s+)
      | (?P<number>-?[0-9]+(?:\.[0-9]+)?)
      | (?P<name>[^\W\d][\w-]*)
      | (?P<comparison>>=|<=|==|!=|>|<)
      | (?P<sign>[(),.:])""",
    re.VERBOSE,
)
_UNIT: Final = re.compile(r"[ \t]*(?P<unit>[°º℃℉%µμA-Za-z][°º℃℉%µμA-Za-z0-9³/]*)")
_HINTS: Final = {
    "=": "equal is written ==",
    "&": "write and",
    "|": "write or",
    "!": "write not",
    "≥": "write >=",
    "≤": "write <=",
    "≠": "write !=",
    '"': "names stand without quotes",
    "'": "names stand without quotes",
    "–": "a minus sign is written -",
    "−": "a minus sign is written -",
}


def tokens_of(text: str) -> tuple[Token, ...]:
    """Split an expression into words; the last one is the end.

    Raises:
        ExpressionError: the text is too long, or has a character that no word can begin with or a
            number that nothing can measure.
    """
    if len(text) > LONGEST_TEXT:
        raise ExpressionError(
            Mistake(0, 1, f"the expression is longer than {LONGEST_TEXT} characters")
        )
    words: list[Token] = []
    at = 0
    while at < len(text):
        match = _WORD.match(text, at)
        if match is None:
            raise ExpressionError(_stray(text, at))
        if match.lastgroup == "number":
            word, at = _number(text, match)
            words.append(word)
            continue
        if match.lastgroup != "space":
            words.append(_word(match))
        at = match.end()
    words.append(Token(Kind.END, "", len(text)))
    return tuple(words)


def _word(match: re.Match[str]) -> Token:
    found = match.group()
    if match.lastgroup == "name":
        kind = Kind.KEYWORD if found in KEYWORDS else Kind.NAME
    else:
        kind = Kind.COMPARISON if match.lastgroup == "comparison" else Kind.SIGN
    return Token(kind, found, match.start())


def _number(text: str, match: re.Match[str]) -> tuple[Token, int]:
    unit = _UNIT.match(text, match.end())
    symbol = unit.group("unit") if unit is not None else ""
    end = match.end() if unit is None or symbol in KEYWORDS else unit.end()
    if symbol in KEYWORDS:
        symbol = ""
    value = float(match[0])
    if abs(value) > LARGEST_NUMBER:
        raise ExpressionError(
            Mistake(match.start(), len(match[0]), f"the number is beyond {LARGEST_NUMBER:g}")
        )
    return Token(Kind.NUMBER, text[match.start() : end], match.start(), value, symbol), end


def _stray(text: str, at: int) -> Mistake:
    return Mistake(at, 1, f"{quoted(text[at])} has no meaning here", _HINTS.get(text[at], ""))
