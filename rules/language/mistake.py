"""What is wrong with an expression, and where in its text."""

from dataclasses import dataclass


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
