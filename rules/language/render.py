"""From an expression tree back to text, for people who ask what a rule waits for.

Voters stand one by one, under the names of their detectors, and everything is in canonical units
but times and rates, which are in those that a person would choose. Compiling the text gives an
equal tree again, with two exceptions: an any or all with one voter becomes that voter, and a count
that is not `>=` has no text that names its voters; it is shown as count(…, …) < 2.
"""

from decimal import Decimal
from typing import Final

from rules.instant import Duration, in_seconds
from rules.language.functions import unit_of
from rules.language.syntax import (
    Active,
    AllOf,
    AnyOf,
    Compared,
    Comparison,
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
from rules.unit import UNITS, convert, unit_named

_PLACES: Final = 12
_TIMES: Final = (UNITS["h"], UNITS["min"], UNITS["s"])


def written(expression: Expression) -> str:
    """Give the text of an expression, on one line."""
    match expression:
        case Compared():
            threshold = written_number(expression.left, expression.threshold)
            return f"{written_left(expression.left)} {expression.comparison} {threshold}"
        case Counted():
            return _counted(expression)
        case Active():
            return written_left(expression.point)
        case Not():
            return f"not {_inner(expression.operand)}"
        case AllOf():
            return " and ".join(map(_inner, expression.members))
        case AnyOf():
            return " or ".join(map(_inner, expression.members))
        case Held() | Verified() | OnSchedule() | InForce():
            return _called(expression)


def written_left(left: Point | Window) -> str:
    """Give the text of what is measured."""
    if isinstance(left, Point):
        return f"{left.detector}.{left.quantity}"
    span = f", {written_span(left.span)}" if left.span else ""
    return f"{left.function}({written_left(left.point)}{span})"


def written_number(left: Point | Window, value: float) -> str:
    """Give a finite value of what is measured, from its canonical unit, with a unit."""
    unit = unit_of(left)
    if unit.dimension == "time":
        return _time(value)
    per_minute = unit_named(unit.symbol.removesuffix("/s") + "/min")
    if unit.symbol.endswith("/s") and per_minute is not None:
        shortest = round(convert(value, unit, per_minute), _PLACES)
        if convert(shortest, per_minute, unit) == value:
            return f"{_digits(shortest)} {per_minute.symbol}"
    return f"{_digits(value)} {unit.symbol}"


def written_span(span: Duration) -> str:
    """Give a time in the largest unit of which it is a whole number."""
    return _time(in_seconds(span))


def _time(length: float) -> str:
    for unit in _TIMES:
        if length and length % unit.scale == 0:
            return f"{_digits(length / unit.scale)} {unit.symbol}"
    return f"{_digits(length)} s"


def _counted(expression: Counted) -> str:
    members = ", ".join(map(written, expression.members))
    if expression.comparison is Comparison.GREATER_OR_EQUAL:
        return f"at_least({expression.threshold}, {members})"
    return f"count({members}) {expression.comparison} {expression.threshold}"


def _called(expression: Held | Verified | OnSchedule | InForce) -> str:
    match expression:
        case Held():
            return f"held({written(expression.operand)}, {written_span(expression.span)})"
        case Verified():
            times = f"{written_span(expression.settle)}, {written_span(expression.within)}"
            return f"verified({written(expression.operand)}, {times})"
        case OnSchedule():
            return f"schedule({expression.schedule})"
        case InForce():
            return f"condition({expression.zone}, {expression.condition})"


def _inner(expression: Expression) -> str:
    """Put what is joined in parentheses, so that nobody has to know which binds closer."""
    text = written(expression)
    is_joined = isinstance(expression, AllOf | AnyOf) and len(expression.members) > 1
    return f"({text})" if is_joined else text


def _digits(value: float) -> str:
    """Give the shortest digits that are exactly this number, without an exponent."""
    return format(Decimal(repr(value)).normalize(), "f")
