"""Expressions, numbers and spans as they are written in a rule."""

from math import isinf
from typing import Final

from rules.instant import NANOSECONDS_PER_SECOND, Duration
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
from rules.quantity import QUANTITIES

MINUTE: Final = 60 * NANOSECONDS_PER_SECOND
HOUR: Final = 60 * MINUTE


def written(expression: Expression) -> str:  # noqa: C901 - one case a kind of expression
    """Give an expression in the language of rules, each point with its detector."""
    match expression:
        case Compared(left, comparison, threshold):
            return f"{measured_written(left)} {comparison} {with_unit(threshold, left)}"
        case Active(point):
            return point_written(point)
        case Not(operand):
            return f"not {_bracketed(operand)}"
        case AllOf(members):
            return " and ".join(map(_bracketed, members))
        case AnyOf(members):
            return " or ".join(
                f"({written(each)})" if isinstance(each, AnyOf) else written(each)
                for each in members
            )
        case Counted(members, comparison, threshold):
            return f"count({', '.join(map(written, members))}) {comparison} {threshold}"
        case Held(operand, span):
            return f"held({written(operand)}, {span_written(span)})"
        case Verified(operand, settle, within):
            spans = f"{span_written(settle)}, {span_written(within)}"
            return f"verified({written(operand)}, {spans})"
        case OnSchedule(schedule):
            return f"schedule({schedule})"
        case InForce(zone, condition):
            return f"condition({zone}, {condition})"


def _bracketed(expression: Expression) -> str:
    """Give a member of something that binds closer than `and` and `or`."""
    text = written(expression)
    return f"({text})" if isinstance(expression, AllOf | AnyOf) else text


def point_written(point: Point) -> str:
    """Give a point as rules name it."""
    return f"{point.detector}.{point.quantity}"


def measured_written(left: Point | Window) -> str:
    """Give what is compared."""
    if isinstance(left, Point):
        return point_written(left)
    span = f", {span_written(left.span)}" if left.span else ""
    return f"{left.function}({point_written(left.point)}{span})"


def with_unit(value: float | None, of: Point | Window) -> str:
    """Give a value of a point or window with its unit; a rate is shown per minute."""
    unit, scale = unit_of(of)
    if value is None:
        return "?"
    if isinf(value):
        return "> range" if value > 0 else "< range"
    return f"{number(value * scale)} {unit}"


def unit_of(of: Point | Window) -> tuple[str, float]:
    """Give the unit in which a value is shown, and how many of it one canonical unit is."""
    if isinstance(of, Point):
        return QUANTITIES[of.quantity].unit.symbol, 1.0
    unit = QUANTITIES[of.point.quantity].unit.symbol
    match of.function:
        case "age":
            return "s", 1.0
        case "co_dose":
            return "%", 1.0
        case "rate":
            return f"{unit}/min", 60.0
        case _:
            return unit, 1.0


def number(value: float) -> str:
    """Give a number with no more digits than say something."""
    return f"{round(value, 2):.10g}" if abs(value) < 1e6 else f"{value:g}"


def span_written(span: int | Duration) -> str:
    """Give a time as a test or a rule would write it: 1 h 2 min 5.5 s."""
    hours, rest = divmod(round(span / 1_000_000) * 1_000_000, HOUR)
    minutes, rest = divmod(rest, MINUTE)
    parts = [f"{hours} h"] if hours else []
    parts += [f"{minutes} min"] if minutes else []
    if rest or not parts:
        parts.append(f"{rest / NANOSECONDS_PER_SECOND:.10g} s")
    return " ".join(parts)
