"""Which detectors lean towards a rule's being true, whether or not they decide it.

In `count(smoke > 3 %/m) >= 2` one detector in smoke leans towards it long before two decide it; in
`not door.contact` a door that is open does.
"""

from collections.abc import Iterator
from itertools import chain

from rules.evaluation import Evaluator, evaluator
from rules.instant import Instant
from rules.language.syntax import (
    Active,
    AllOf,
    AnyOf,
    Compared,
    Comparison,
    Counted,
    Expression,
    Held,
    Not,
    Point,
    Verified,
)
from rules.values import View

Leaf = Compared | Active
FEWER = frozenset({Comparison.LESS, Comparison.LESS_OR_EQUAL})
EXACTLY = frozenset({Comparison.EQUAL, Comparison.NOT_EQUAL})


class Leanings:
    """The comparisons of an expression, by the detector that they are about."""

    def __init__(self, expression: Expression, view: View) -> None:
        self._of: dict[str, list[tuple[Evaluator, bool]]] = {}
        for leaf, wanted in leaves(expression, wanted=True):
            about = self._of.setdefault(point_of(leaf).detector, [])
            about.append((evaluator(leaf, view), wanted))

    def has(self, detector: str, now: Instant) -> bool:
        """Tell whether a detector leans towards the expression's being true."""
        return any(judge(now) is wanted for judge, wanted in self._of.get(detector, ()))


def leaves(expression: Expression, *, wanted: bool) -> Iterator[tuple[Leaf, bool]]:
    """Give each comparison and contact, with the truth that leans towards the wanted one."""
    match expression:
        case Compared() | Active():
            yield expression, wanted
        case Not(operand=operand):
            yield from leaves(operand, wanted=not wanted)
        case Held(operand=operand) | Verified(operand=operand):
            yield from leaves(operand, wanted=wanted)
        case Counted(comparison=comparison, members=members) if comparison in EXACTLY:
            yield from chain.from_iterable(leaves(each, wanted=True) for each in members)
            yield from chain.from_iterable(leaves(each, wanted=False) for each in members)
        case Counted(comparison=comparison, members=members):
            of_members = wanted is not (comparison in FEWER)
            yield from chain.from_iterable(leaves(each, wanted=of_members) for each in members)
        case AllOf(members=members) | AnyOf(members=members):
            yield from chain.from_iterable(leaves(each, wanted=wanted) for each in members)


def point_of(leaf: Leaf) -> Point:
    """Give the point that a comparison or contact is about."""
    if isinstance(leaf, Active):
        return leaf.point
    return leaf.left if isinstance(leaf.left, Point) else leaf.left.point
