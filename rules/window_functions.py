"""The functions over the readings of the last while, by their names in the rule language.

Adding one is a class with `add` and `value`, as rules.window has them, and its line of
WINDOW_FUNCTIONS: the checker and the evaluation read it from there.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from types import MappingProxyType
from typing import Final

from rules.instant import Duration
from rules.window import AverageWindow, RateWindow, WindowState


class Result(Enum):
    """What a function gives."""

    VALUE = auto()  # as its readings: of their unit, within their range
    RATE = auto()  # of their unit per second, of any size


@dataclass(frozen=True, slots=True)
class WindowFunction:
    """How a function's window is made for a span, and what it gives."""

    make: Callable[[Duration], WindowState]
    result: Result


WINDOW_FUNCTIONS: Final[Mapping[str, WindowFunction]] = MappingProxyType(
    {
        "avg": WindowFunction(AverageWindow, Result.VALUE),  # time-weighted mean
        "rate": WindowFunction(RateWindow, Result.RATE),  # least-squares slope
    }
)
