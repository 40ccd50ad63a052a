"""Units of measure: which dimension each has and how it converts.

A unit is `value_in_base = value * scale + offset`. Two units convert into each other when they
share a dimension. The rate of a unit is that unit over a unit of time, as in °C/min: rates have no
offset, since a difference of temperatures has none.

One unit is not proportional to its base: a smoke that takes m dB off the light in a metre obscures
it by 100 * (1 - 10 ** (-m / 10)) per cent (both are in EN 54-7). So thresholds convert, while a
difference or a rate in dB/m is none in %/m, and there is no such unit.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import expm1, inf, log, log1p
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit, its dimension and its way to the dimension's base unit.

    Attributes:
        symbol: as it is written.
        dimension: what it measures.
        scale: how much of the base unit it is; of one in decibels, how much of a decibel.
        offset: where its zero is, in the base unit.
        in_decibels: whether it tells a loss in decibels, of which the base unit is the per cent.
    """

    symbol: str
    dimension: str
    scale: float
    offset: float = 0.0
    in_decibels: bool = False


UNITS: Final[Mapping[str, Unit]] = MappingProxyType(
    {
        unit.symbol: unit
        for unit in (
            Unit("bool", "truth", 1.0),
            Unit("s", "time", 1.0),
            Unit("ms", "time", 0.001),
            Unit("min", "time", 60.0),
            Unit("h", "time", 3600.0),
            Unit("d", "time", 86_400.0),
            Unit("y", "time", 31_557_600.0),  # 365.25 d: service lives are told in years
            Unit("°C", "temperature", 1.0),
            Unit("K", "temperature", 1.0, -273.15),
            Unit("°F", "temperature", 5 / 9, -160 / 9),
            Unit("%/m", "obscuration", 1.0),
            Unit("dB/m", "obscuration", 1.0, in_decibels=True),
            Unit("ppm", "volume fraction", 1.0),
            Unit("ppb", "volume fraction", 0.001),
            Unit("%vol", "volume fraction", 10_000.0),
            Unit("%LEL", "explosive fraction", 1.0),
            Unit("mA", "current", 1.0),
            Unit("V", "voltage", 1.0),
            Unit("mV", "voltage", 0.001),
            Unit("µg/m³", "mass concentration", 1.0),
            Unit("mg/m³", "mass concentration", 1000.0),
            Unit("%RH", "relative humidity", 1.0),
            Unit("Pa", "pressure", 1.0),
            Unit("hPa", "pressure", 100.0),
            Unit("kPa", "pressure", 1000.0),
            Unit("Hz", "frequency", 1.0),
            Unit("%", "dose", 1.0),  # of the dose at which an alarm is due
        )
    }
)

# What a keyboard without the sign offers, and the several characters that Unicode has for one sign.
ALIASES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "degC": "°C",
        "degF": "°F",
        "ºC": "°C",
        "ºF": "°F",
        "℃": "°C",
        "℉": "°F",
        "μg/m³": "µg/m³",
        "μg/m3": "µg/m³",
        "ug/m³": "µg/m³",
        "ug/m3": "µg/m³",
        "µg/m3": "µg/m³",
        "mg/m3": "mg/m³",
    }
)

_PER: Final = ("s", "min", "h")
_DEEPEST_LOSS: Final = 3000.0
"""Decibels; beyond it a power of ten is no number."""


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
    if not slash or unit is None or unit.in_decibels or denominator not in _PER:
        return None
    return rate_of(unit, UNITS[denominator])


def convert(value: float, source: Unit, target: Unit) -> float:
    """Convert a value between two units of one dimension.

    An obscuration of 100 % or more is an infinite loss, and a loss far below zero minus infinity.

    Raises:
        ValueError: the dimensions differ.
    """
    if source.dimension != target.dimension:
        raise ValueError(
            f"{source.symbol} is a {source.dimension}, {target.symbol} a {target.dimension}"
        )
    if source.in_decibels == target.in_decibels:
        return (value * source.scale + source.offset - target.offset) / target.scale
    if source.in_decibels:
        loss = value * source.scale
        return -inf if loss < -_DEEPEST_LOSS else -100.0 * expm1(-loss / 10 * log(10))
    obscuration = value * source.scale
    return inf if obscuration >= 100.0 else -10 / log(10) * log1p(-obscuration / 100) / target.scale
