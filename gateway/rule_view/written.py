"""Values and times as people are shown them: no more digits than say something.

Expressions themselves are written by rules.language.render, exactly.
"""

from math import isinf
from typing import Final

from rules.instant import NANOSECONDS_PER_SECOND, Duration
from rules.language.functions import unit_of
from rules.language.syntax import Point, Window

MINUTE: Final = 60 * NANOSECONDS_PER_SECOND
HOUR: Final = 60 * MINUTE


def with_unit(value: float | None, of: Point | Window) -> str:
    """Give a value of a point or window with its unit; a rate is shown per minute."""
    unit, scale = shown_unit(of)
    if value is None:
        return "?"
    if isinf(value):
        return "> range" if value > 0 else "< range"
    return f"{number(value * scale)} {unit}"


def shown_unit(of: Point | Window) -> tuple[str, float]:
    """Give the unit in which a value is shown, and how many of it one canonical unit is."""
    symbol = unit_of(of).symbol
    if symbol.endswith("/s"):
        return symbol.removesuffix("/s") + "/min", 60.0
    return symbol, 1.0


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
