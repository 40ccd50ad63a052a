"""From a checked expression tree to a truth, over the newest values of the points.

Compiled once into closures that hold the points and windows themselves: evaluating looks nothing
up by name.
"""

from collections.abc import Callable, Mapping
from operator import eq, ge, gt, le, lt, ne
from types import MappingProxyType
from typing import Final

from rules.instant import Instant
from rules.language.syntax import (
    Active,
    AllOf,
    AnyOf,
    Compared,
    Comparison,
    Counted,
    Expression,
    Not,
    Point,
    Window,
)
from rules.truth import Truth, all_of, any_of, negated, tally
from rules.values import PointState, View
from rules.window import WindowState

Evaluate = Callable[[Instant], Truth]

COMPARE: Final[Mapping[Comparison, Callable[[float, float], bool]]] = MappingProxyType(
    {
        Comparison.GREATER: gt,
        Comparison.GREATER_OR_EQUAL: ge,
        Comparison.LESS: lt,
        Comparison.LESS_OR_EQUAL: le,
        Comparison.EQUAL: eq,
        Comparison.NOT_EQUAL: ne,
    }
)


def evaluator(expression: Expression, values: View) -> Evaluate:
    """Compile an expression to a function of the instant."""
    match expression:
        case Compared(left=Point() as point):
            return _compared_point(expression, values.point(point))
        case Compared(left=Window() as window):
            return _compared_window(expression, values.window(window))
        case Active(point=point):
            return _active(values.point(point))
        case Not(operand=operand):
            inner = evaluator(operand, values)
            return lambda now: negated(inner(now))
        case Counted():
            return _counted(expression, values)
        case AllOf(members=members):
            parts = tuple(evaluator(member, values) for member in members)
            return lambda now: all_of([part(now) for part in parts])
        case AnyOf(members=members):
            parts = tuple(evaluator(member, values) for member in members)
            return lambda now: any_of([part(now) for part in parts])
        case _:
            raise TypeError(f"no such expression: {expression!r}")


def _compared_point(expression: Compared, point: PointState) -> Evaluate:
    compare, threshold = COMPARE[expression.comparison], expression.threshold

    def evaluate(_now: Instant) -> Truth:
        value = point.value
        return None if value is None else compare(value, threshold)

    return evaluate


def _compared_window(expression: Compared, window: WindowState) -> Evaluate:
    compare, threshold = COMPARE[expression.comparison], expression.threshold

    def evaluate(now: Instant) -> Truth:
        value = window.value(now)
        return None if value is None else compare(value, threshold)

    return evaluate


def _active(point: PointState) -> Evaluate:
    def evaluate(_now: Instant) -> Truth:
        value = point.value
        return None if value is None else value > 0.5  # a contact is 0.0 or 1.0

    return evaluate


def _counted(expression: Counted, values: View) -> Evaluate:
    parts = tuple(evaluator(member, values) for member in expression.members)
    compare, threshold = COMPARE[expression.comparison], expression.threshold

    def evaluate(now: Instant) -> Truth:
        true, possible = tally([part(now) for part in parts])
        outcomes = {compare(count, threshold) for count in range(true, possible + 1)}
        return outcomes.pop() if len(outcomes) == 1 else None

    return evaluate


def could_be(expression: Expression, truth: bool, known: Callable[[Point], bool]) -> bool:
    """Tell whether an expression can take a truth when only the known points may vary.

    This is what tells a degraded zone (something is unknown) from an unprotected one (what is left
    could raise nothing).
    """
    match expression:
        case Compared(left=left):
            return known(left if isinstance(left, Point) else left.point)
        case Active(point=point):
            return known(point)
        case Not(operand=operand):
            return could_be(operand, not truth, known)
        case AllOf(members=members) if truth:
            return all(could_be(member, True, known) for member in members)
        case AllOf(members=members):
            return any(could_be(member, False, known) for member in members)
        case AnyOf(members=members) if truth:
            return any(could_be(member, True, known) for member in members)
        case AnyOf(members=members):
            return all(could_be(member, False, known) for member in members)
        case Counted(members=members):
            return _count_could_be(expression, truth, known)
        case _:
            raise TypeError(f"no such expression: {expression!r}")


def _count_could_be(expression: Counted, truth: bool, known: Callable[[Point], bool]) -> bool:
    """A member that must stay unknown leaves two values, and the count must come out for both.

    One that can take one truth only is taken to have it: a known member never hinders.
    """
    free = true_only = unknown = 0
    for member in expression.members:
        can = could_be(member, True, known), could_be(member, False, known)
        free += can == (True, True)
        true_only += can == (True, False)
        unknown += can == (False, False)
    compare, threshold = COMPARE[expression.comparison], expression.threshold
    return any(
        all(compare(true + more, threshold) is truth for more in range(unknown + 1))
        for true in range(true_only, true_only + free + 1)
    )
