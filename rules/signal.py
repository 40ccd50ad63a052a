"""What the signal of a measuring loop stands for, before anybody asks whether the value is sane.

Two kinds of loop tell a broken wire from a quiet detector. A 4-20 mA transmitter never leaves the
band from 3.8 to 20.5 mA while it measures, so that what lies outside speaks of the wire or of the
transmitter itself (NAMUR NE 43). A contact with an end-of-line resistor and a resistor in series
gives one level at rest and another when it closes; any other level is a fault of its wires.
"""

from math import inf
from typing import Final

from rules.instant import Duration, seconds
from rules.profile import EndOfLine, HazardousSide, QuantityRange
from rules.reading import FaultCause

# NAMUR NE 43, in mA.
FAILED_LOW: Final = 3.6
LOWEST_MEASURED: Final = 3.8
ZERO: Final = 4.0
FULL: Final = 20.0
HIGHEST_MEASURED: Final = 20.5
FAILED_HIGH: Final = 21.0

UNDEFINED_CURRENT: Final = seconds(3)
"""How long a current may lie between the bands: a transmitter on its way to its failure signal."""

UNDEFINED_LEVEL: Final = seconds(1)
"""Likewise for a contact, which passes between its bands while it moves."""

Sensed = tuple[float | None, FaultCause | None]
"""A value in the canonical unit, or None where the signal gives none; and what is wrong with it.

Both are there for a current that is beyond the end of the scale, and further than any transmitter
goes: danger as far as the value goes, and a broken loop as far as the signal does.
"""


def sense(raw: float, limits: QuantityRange) -> Sensed:
    """Give what a driver's number stands for; without a loop that is the number itself."""
    if limits.current_loop is not None:
        return _of_current(raw, limits)
    if limits.end_of_line is not None:
        return _of_level(raw, limits.end_of_line)
    return raw, None


def patience(limits: QuantityRange) -> Duration:
    """Give how long a signal may be undefined before that is a fault."""
    return UNDEFINED_CURRENT if limits.current_loop is not None else UNDEFINED_LEVEL


def _of_current(milliamperes: float, limits: QuantityRange) -> Sensed:
    """Judge a current after NE 43.

    Beyond the ends of the scale, as far as a transmitter goes, the value goes on where that side is
    hazardous: the range rule makes it over-range. On the other side it stands at the end.
    """
    if milliamperes < FAILED_LOW:
        return None, FaultCause.LOOP_LOW
    if milliamperes > FAILED_HIGH:
        return None, FaultCause.LOOP_HIGH
    if milliamperes < LOWEST_MEASURED:
        return None, FaultCause.LOOP_UNDEFINED
    if milliamperes > HIGHEST_MEASURED:
        danger = limits.hazardous_side is HazardousSide.HIGH
        return (inf if danger else None), FaultCause.LOOP_UNDEFINED
    part = (milliamperes - ZERO) / (FULL - ZERO)
    value = limits.lowest * (1 - part) + limits.highest * part
    # Between the ends, rounding must not make an over-range of 20 mA.
    if milliamperes <= FULL or limits.hazardous_side is not HazardousSide.HIGH:
        value = min(value, limits.highest)
    if milliamperes >= ZERO or limits.hazardous_side is not HazardousSide.LOW:
        value = max(value, limits.lowest)
    return value, None


def _of_level(level: float, loop: EndOfLine) -> Sensed:
    """Judge the level of a supervised loop: 1 active, 0 at rest, else one of three faults."""
    if loop.active_from <= level <= loop.active_to:
        return 1.0, None
    if loop.normal_from <= level <= loop.normal_to:
        return 0.0, None
    if level < loop.short_below:
        return None, FaultCause.SHORT_CIRCUIT
    if level > loop.open_above:
        return None, FaultCause.OPEN_CIRCUIT
    return None, FaultCause.LOOP_UNDEFINED


def shown(raw: float, limits: QuantityRange) -> str:
    """Show a driver's number as a technician would measure it."""
    return f"{raw:g} mA" if limits.current_loop is not None else f"{raw:g}"
