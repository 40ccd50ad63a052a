"""The functions over the readings of the last while, by their names in the rule language.

Adding one is a class as rules.window has them, and its line of WINDOW_FUNCTIONS: the checker and
the evaluation read it from there.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from types import MappingProxyType
from typing import Final

from rules.instant import Duration
from rules.window import WindowState
from rules.window_age import AgeWindow
from rules.window_average import AverageWindow
from rules.window_change import ChangeWindow
from rules.window_dose import DoseWindow
from rules.window_extreme import ExtremeWindow
from rules.window_rate import RateWindow


class Result(Enum):
    """What a function gives."""

    VALUE = auto()  # as its readings: of their unit, within their range
    RATE = auto()  # of their unit per second, of any size
    DIFFERENCE = auto()  # of their unit, as between two of them
    TIME = auto()  # seconds, not negative
    DOSE = auto()  # percent, from 0 to 100


@dataclass(frozen=True, slots=True)
class WindowFunction:
    """How a function's window is made for a span, and what it gives.

    takes_span is false where the function looks back as far as there is something: it is made for
    a span of 0.
    """

    make: Callable[[Duration], WindowState]
    result: Result
    takes_span: bool = True


WINDOW_FUNCTIONS: Final[Mapping[str, WindowFunction]] = MappingProxyType(
    {
        "avg": WindowFunction(AverageWindow, Result.VALUE),  # time-weighted mean
        "min": WindowFunction(lambda span: ExtremeWindow(span, -1.0), Result.VALUE),
        "max": WindowFunction(lambda span: ExtremeWindow(span, 1.0), Result.VALUE),
        "rate": WindowFunction(RateWindow, Result.RATE),  # least-squares slope
        "change": WindowFunction(ChangeWindow, Result.DIFFERENCE),  # newest less earliest
        "age": WindowFunction(AgeWindow, Result.TIME, takes_span=False),  # of the newest known
        "co_dose": WindowFunction(DoseWindow, Result.DOSE, takes_span=False),  # EN 50291-1
    }
)
