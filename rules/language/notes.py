"""The mistakes of one expression, gathered while it is checked."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

from rules.language.grammar import Node
from rules.language.mistake import LONGEST_QUOTE, ExpressionError, Mistake

MOST_MISTAKES: Final = 20
"""More are not told at once: nobody reads them, and each costs time to find."""

MOST_COMPARED: Final = 2000
"""Names that are looked at, in all, for one that a misspelt name may mean."""


class UnusableError(Exception):
    """A node that cannot be used; its mistake has been noted."""


class Notes:
    """Notes mistakes, so that the checker can go on with the next member after one."""

    def __init__(self) -> None:
        self.mistakes: list[Mistake] = []
        self._may_compare = MOST_COMPARED

    def refused(
        self, node: Node, what: str, hint: str = "", length: int | None = None
    ) -> UnusableError:
        """Note a mistake, and give what is raised to leave its node.

        Raises:
            ExpressionError: there are too many mistakes to go on.
        """
        self.mistakes.append(Mistake(node.offset, length or node.length, what, hint))
        if len(self.mistakes) >= MOST_MISTAKES:
            raise ExpressionError(*self.mistakes)
        return UnusableError()

    def near(self, word: str, known: Iterable[str]) -> str:
        """Give the hint which known name a misspelt one may mean; empty where none is near."""
        if len(word) > LONGEST_QUOTE:
            return ""
        names = list(known)[: self._may_compare]
        self._may_compare -= len(names)
        close = get_close_matches(word, names, n=1)
        return f"did you mean {close[0]}?" if close else ""
