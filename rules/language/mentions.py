"""What an expression mentions: points, windows, conditions of zones, schedules."""

from collections.abc import Iterator

from rules.condition import Condition
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
    Window,
)


def branches_of(expression: Expression) -> tuple[Expression, ...]:
    """Give the expressions that one is made of, right below it."""
    match expression:
        case Not() | Held() | Verified():
            return (expression.operand,)
        case Counted() | AllOf() | AnyOf():
            return expression.members
        case Compared() | Active() | OnSchedule() | InForce():
            return ()


def all_branches_of(expression: Expression) -> Iterator[Expression]:
    """Give an expression and all that it is made of, in the order of the text."""
    waiting = [expression]
    while waiting:
        branch = waiting.pop()
        yield branch
        waiting.extend(reversed(branches_of(branch)))


def points_of(expression: Expression) -> frozenset[Point]:
    """Give every point that an expression reads."""
    found = set()
    for branch in all_branches_of(expression):
        match branch:
            case Compared(left=Window(point=point)) | Compared(left=Point() as point):
                found.add(point)
            case Active(point=point):
                found.add(point)
    return frozenset(found)


def windows_of(expression: Expression) -> frozenset[Window]:
    """Give every window that an expression reads."""
    return frozenset(
        branch.left
        for branch in all_branches_of(expression)
        if isinstance(branch, Compared) and isinstance(branch.left, Window)
    )


def conditions_of(expression: Expression) -> frozenset[tuple[str, Condition]]:
    """Give every condition that an expression asks for, with its zone."""
    return frozenset(
        (branch.zone, branch.condition)
        for branch in all_branches_of(expression)
        if isinstance(branch, InForce)
    )


def schedules_of(expression: Expression) -> frozenset[str]:
    """Give every schedule that an expression asks for."""
    return frozenset(
        branch.schedule for branch in all_branches_of(expression) if isinstance(branch, OnSchedule)
    )
