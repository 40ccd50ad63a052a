"""The problems found while a file is read: noted, never raised, so that all are told at once."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

from gateway.settings.yaml_nodes import Node
from rules.problem import Place, Problem

MOST_PROBLEMS: Final = 500
"""Beyond this a file is not a site file with mistakes, but something else."""

_MOST_SHOWN: Final = 12
_LONGEST_WORD: Final = 64  # difflib takes time with the square of the length


class Findings:
    """Collects problems, each with the place of the node that it is about."""

    def __init__(self) -> None:
        self._problems: list[Problem] = []

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All of them, in the order of finding."""
        return tuple(self._problems)

    def refuse(self, node: Node, what: str, hint: str = "") -> None:
        """Note something for which the file cannot be used."""
        self.add(Problem(place=node.place, what=what, text=node.shown, hint=hint))

    def warn(self, node: Node, what: str, hint: str = "") -> None:
        """Note something that looks like a mistake, though the file can be used."""
        self.add(Problem(place=node.place, what=what, text=node.shown, hint=hint, warning=True))

    def missing(self, place: Place, what: str, hint: str = "") -> None:
        """Note something that is not there: the place is that of the mapping that lacks it."""
        self.add(Problem(place=place, what=what, hint=hint))

    def add(self, *problems: Problem) -> None:
        """Take over problems that were found elsewhere."""
        self._problems.extend(problems[: MOST_PROBLEMS - len(self._problems)])


def near(word: str, known: Iterable[str]) -> str:
    """Give the known word that was probably meant, or an empty text."""
    if len(word) > _LONGEST_WORD:
        return ""
    close = get_close_matches(word, list(known), n=1)
    return close[0] if close else ""


def near_or_all(word: str, known: Iterable[str]) -> str:
    """Give a hint: the near word, else what there is to choose from."""
    words = list(known)
    close = near(word, words)
    if close:
        return f"did you mean {close}?"
    if not words:
        return ""
    return ("it must be " if len(words) == 1 else "one of ") + ", ".join(words[:_MOST_SHOWN])
