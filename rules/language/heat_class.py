"""The classes of point heat detectors after EN 54-5, as conditions over a temperature.

The class names the window in which a detector must respond to a temperature that rises slowly (A1:
54 to 65 °C, A2: 54 to 70, B: 69 to 85, and each further one 15 °C higher). The static temperature
here lies in that window. Suffix R adds a response to a steep rise from 10 K below on: a rise of
4 K/min, as fire panels that read their detectors do it. Suffix S must not respond below the static
temperature, which a class without suffix does not do here either.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from rules.instant import seconds
from rules.language.functions import unit_of
from rules.language.syntax import AllOf, AnyOf, Compared, Comparison, Expression, Point, Window
from rules.unit import convert, unit_named

STATIC: Final[Mapping[str, float]] = MappingProxyType(
    {
        "A1": 56.0,
        "A2": 60.0,
        "B": 74.0,
        "C": 89.0,
        "D": 104.0,
        "E": 119.0,
        "F": 134.0,
        "G": 149.0,
    }
)
"""°C."""

CLASSES: Final = tuple(name + suffix for name in STATIC for suffix in ("", "S", "R"))
RISE_SPAN: Final = seconds(60)
RISE_BELOW: Final = 10.0
"""Kelvin below the static temperature, from where on a steep rise alarms."""

RISE: Final = 4.0
"""Kelvin per minute."""


def static_of(name: str) -> float:
    """Give the static temperature of a class, in °C."""
    return STATIC[name.rstrip("RS")]


def is_rate_of_rise(name: str) -> bool:
    """Tell whether a class responds to a steep rise."""
    return name.endswith("R")


def heat_class(point: Point, name: str) -> Expression:
    """Give the condition of a class, by its name, over a temperature."""
    static = static_of(name)
    hot = Compared(point, Comparison.GREATER_OR_EQUAL, static)
    if not is_rate_of_rise(name):
        return hot
    window = Window("rate", point, RISE_SPAN)
    per_minute = unit_named("K/min")
    assert per_minute is not None
    rise = convert(RISE, per_minute, unit_of(window))
    return AnyOf(
        (
            hot,
            AllOf(
                (
                    Compared(point, Comparison.GREATER_OR_EQUAL, static - RISE_BELOW),
                    Compared(window, Comparison.GREATER_OR_EQUAL, rise),
                )
            ),
        )
    )
