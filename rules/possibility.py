"""What an expression could still become while some of its points stay unknown."""

from collections.abc import Callable

from rules.comparing import COMPARE
from rules.language.syntax import (
    Active,
    AllOf,
    AnyOf,
    Compared,
    Counted,
    Expression,
    Held,
    InForce,
    Not,
    OnSchedule,
    Point,
    Verified,
)

Known = Callable[[Point], bool]
CanTurn = Callable[[InForce], bool]


def could_be(  # noqa: C901 - one case a node
    expression: Expression,
    truth: bool,
    known: Known,
    can_turn: CanTurn = lambda _: True,
) -> bool:
    """Tell whether an expression can take a truth when only the known points may vary.

    This is what tells a degraded zone (something is unknown) from an unprotected one (what is left
    could raise nothing).

    Args:
        expression: the expression.
        truth: true or false.
        known: tells of a point whether it is known.
        can_turn: tells of a condition whether it can come into force and go; any can unless told
            otherwise.
    """

    def could(part: Expression, truth: bool) -> bool:
        return could_be(part, truth, known, can_turn)

    match expression:
        case Compared(left=left):
            return known(left if isinstance(left, Point) else left.point)
        case Active(point=point):
            return known(point)
        case OnSchedule():
            return True
        case InForce():
            return can_turn(expression)
        case Not(operand=operand):
            return could(operand, not truth)
        case Held(operand=operand) | Verified(operand=operand):
            return could(operand, truth)
        case AllOf(members=members):
            return (all if truth else any)(could(member, truth) for member in members)
        case AnyOf(members=members):
            return (any if truth else all)(could(member, truth) for member in members)
        case Counted():
            return _count_could_be(expression, truth, could)
        case _:
            raise TypeError(f"no such expression: {expression!r}")


def _count_could_be(
    expression: Counted, truth: bool, could: Callable[[Expression, bool], bool]
) -> bool:
    """A member that must stay unknown leaves two values, and the count must come out for both.

    One that can take one truth only is taken to have it: a known member never hinders.
    """
    free = true_only = unknown = 0
    for member in expression.members:
        can = could(member, True), could(member, False)
        free += can == (True, True)
        true_only += can == (True, False)
        unknown += can == (False, False)
    compare, threshold = COMPARE[expression.comparison], expression.threshold
    return any(
        all(compare(true + more, threshold) is truth for more in range(unknown + 1))
        for true in range(true_only, true_only + free + 1)
    )
