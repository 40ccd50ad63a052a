"""Why an expression is true, false or unknown: its tree, each branch with what it is now.

For people and for evidence, never for judging: making one walks the whole expression and changes
nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from rules.alarm import Phase
from rules.instant import Duration, Instant
from rules.language.syntax import (
    Active,
    AllOf,
    AnyOf,
    Compared,
    Comparison,
    Counted,
    Expression,
    Held,
    Point,
)
from rules.truth import Truth


@dataclass(frozen=True, slots=True)
class Traced:
    """A branch of an expression at one instant.

    Attributes:
        expression: the branch.
        truth: what it is.
        value: of a comparison the number that is compared, in the canonical unit, or None where it
            is unknown; of a contact 1.0 or 0.0; of a count how many are true; else None.
        members: the branches below.
    """

    expression: Expression
    truth: Truth
    value: float | None = None
    members: tuple["Traced", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleNow:
    """A rule at one instant.

    Attributes:
        source: "rule/kitchen-fire", or "call-point/hall-mcp".
        at: the instant.
        phase: where it is in its life.
        hold: its `for`.
        held_for: how long its `when` has been true so far.
        when: its condition.
        clear: what ends its cause; None where that is the contrary of `when`.
    """

    source: str
    at: Instant
    phase: Phase
    hold: Duration
    held_for: Duration
    when: Traced
    clear: Traced | None


_AT_LEAST: Final = (Comparison.GREATER, Comparison.GREATER_OR_EQUAL)
_AT_MOST: Final = (Comparison.LESS, Comparison.LESS_OR_EQUAL)


def deciding(traced: Traced) -> frozenset[Point]:
    """Give the points that make a branch what it is.

    Of what is true those are the points of its true members, of what is false of the false ones, of
    what is unknown of the unknown ones. Of something held that was true earlier all are given:
    which they were is not known any more.
    """
    match traced.expression:
        case Compared(left=left):
            return frozenset({left if isinstance(left, Point) else left.point})
        case Active(point=point):
            return frozenset({point})
        case Held() if traced.members[0].truth is not traced.truth:
            return _of_each(_points, traced.members)
        case Counted():
            return _of_each(deciding, _counting(traced, traced.expression.comparison))
        case AllOf() | AnyOf():
            return _of_each(
                deciding, [each for each in traced.members if each.truth is traced.truth]
            )
        case _:
            return _of_each(deciding, traced.members)


def _counting(traced: Traced, comparison: Comparison) -> Sequence[Traced]:
    """Give the members for whose sake a count is enough, or is not."""
    if traced.truth is None:
        wanted: set[Truth] = {None}
    elif comparison in _AT_LEAST:
        wanted = {traced.truth}
    elif comparison in _AT_MOST:
        wanted = {not traced.truth}
    else:
        wanted = {True, False}
    return [each for each in traced.members if each.truth in wanted]


def _points(traced: Traced) -> frozenset[Point]:
    """Give all points of a branch."""
    match traced.expression:
        case Compared() | Active():
            return deciding(traced)
        case _:
            return _of_each(_points, traced.members)


def _of_each(
    points: Callable[[Traced], frozenset[Point]], members: Sequence[Traced]
) -> frozenset[Point]:
    return frozenset[Point]().union(*map(points, members))
