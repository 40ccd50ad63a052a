"""Units of measure: which dimension each has and how it converts.

A unit is `value_in_base = value * scale + offset`. Two units convert into each other when they
share a dimension. The rate of a unit is that unit over a unit of time, as in °C/min: rates have no
offset, since a difference of temperatures has none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit, its dimension and its way to the dimension's base unit."""

    symbol: str
    dimension: str
    scale: float
    offset: float = 0.0


UNITS: Final[Mapping[str, Unit]] = MappingProxyType(
    {
        unit.symbol: unit
        for unit in (
            Unit("bool", "truth", 1.0),
            Unit("s", "time", 1.0),
            Unit("ms", "time", 0.001),
            Unit("min", "time", 60.0),
            Unit("h", "time", 3600.0),
            Unit("d", "time", 86400.0),
            Unit("°C", "temperature", 1.0),
            Unit("K", "temperature", 1.0, -273.15),
            Unit("°F", "temperature", 5 / 9, -160 / 9),
            Unit("%/m", "obscuration", 1.0),
            Unit("ppm", "volume fraction", 1.0),
            Unit("ppb", "volume fraction", 0.001),
            Unit("%vol", "volume fraction", 10_000.0),
            Unit("%LEL", "explosive fraction", 1.0),
            Unit("mA", "current", 1.0),
            Unit("µg/m³", "mass concentration", 1.0),
            Unit("mg/m³", "mass concentration", 1000.0),
            Unit("%RH", "relative humidity", 1.0),
        )
    }
)

# What a keyboard without the sign offers, and the two characters that Unicode has for micro.
ALIASES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "degC": "°C",
        "degF": "°F",
        "μg/m³": "µg/m³",
        "ug/m3": "µg/m³",
        "µg/m3": "µg/m³",
        "mg/m3": "mg/m³",
    }
)


def rate_of(unit: Unit, per: Unit) -> Unit:
    """Give the unit of a rate: °C per min has the dimension temperature/time."""
    return Unit(
        f"{unit.symbol}/{per.symbol}", f"{unit.dimension}/{per.dimension}", unit.scale / per.scale
    )


def difference_of(unit: Unit) -> Unit:
    """Give the unit of a difference of two values: its zero is at zero."""
    return Unit(unit.symbol, unit.dimension, unit.scale)


def unit_named(symbol: str) -> Unit | None:
    """Find a unit by its symbol, or the rate of one ("°C/min"); None where there is none."""
    name = ALIASES.get(symbol, symbol)
    if name in UNITS:
        return UNITS[name]
    numerator, slash, denominator = name.rpartition("/")
    unit = UNITS.get(ALIASES.get(numerator, numerator))
    per = UNITS.get(denominator)
    if not slash or unit is None or per is None or per.dimension != "time":
        return None
    return rate_of(unit, per)


def convert(value: float, source: Unit, target: Unit) -> float:
    """Convert a value between two units of one dimension.

    Raises:
        ValueError: the dimensions differ.
    """
    if source.dimension != target.dimension:
        raise ValueError(
            f"{source.symbol} is a {source.dimension}, {target.symbol} a {target.dimension}"
        )
    return (value * source.scale + source.offset - target.offset) / target.scale
