"""What is wrong with an expression, and where in its text."""

from dataclasses import dataclass
from typing import Final

LONGEST_QUOTE: Final = 40
"""Characters of an offending word that are shown; an id is shorter."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake: where it begins in the expression's text, how long it is, what and the hint."""

    offset: int
    length: int
    what: str
    hint: str = ""


class ExpressionError(Exception):
    """An expression that cannot be used: all its mistakes, in the order of the text."""

    def __init__(self, *mistakes: Mistake) -> None:
        super().__init__("; ".join(mistake.what for mistake in mistakes))
        self.mistakes = tuple(sorted(mistakes, key=lambda mistake: mistake.offset))


def quoted(word: str) -> str:
    """Give a word as it is shown in a mistake: in quotes, on one line, not too long."""
    return repr(shortened(word))


def shortened(word: str) -> str:
    """Give the beginning of a word that is too long to be shown."""
    return word if len(word) <= LONGEST_QUOTE else word[: LONGEST_QUOTE - 1] + "…"
