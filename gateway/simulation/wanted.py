"""What a person wants a played device to measure, as the number that a driver has to read there.

45             in the quantity's own unit
45 %LEL        with a unit
12 mA          of a 4-20 mA loop, the current itself: 3.4 mA is a broken one
active, rest   of a contact
open, short    of a supervised loop; 0.7 is its level as the driver gives it
"""

import re
from typing import Final

from gateway.text import say
from rules.profile import EndOfLine, QuantityRange
from rules.quantity import QUANTITIES
from rules.unit import UNITS, convert, unit_named

MEASURE: Final = re.compile(r"([+-]?[0-9]{1,12}(?:\.[0-9]{1,9})?)\s*(\S+)?")
LONGEST_SHOWN: Final = 60
FULL_SPAN: Final = 16.0  # mA, from 4 to 20
ZERO: Final = 4.0


class PlayError(ValueError):
    """What a person asks of a played device cannot be done; its text says why."""


def driver_number(text: str, quantity: str, limits: QuantityRange) -> float:
    """Give the number that stands in the device for what a person wrote.

    Raises:
        PlayError: it is no value of the quantity.
    """
    if limits.end_of_line is not None and text in ("active", "rest", "open", "short"):
        return _level(text, limits.end_of_line)
    if quantity == "contact" and text in ("active", "rest"):
        return float(text == "active")
    match = MEASURE.fullmatch(text)
    if match is None:
        raise PlayError(say("play.no-value", value=repr(text[:LONGEST_SHOWN]), quantity=quantity))
    value, symbol = float(match[1]), match[2]
    if limits.current_loop is None:
        return _converted(value, symbol, quantity)
    if symbol == UNITS["mA"].symbol:
        return value
    value = _converted(value, symbol, quantity)
    return ZERO + FULL_SPAN * (value - limits.lowest) / (limits.highest - limits.lowest)


def quiet_number(limits: QuantityRange) -> float:
    """Give the number of a device that has just been switched on: rest, or the range's beginning.

    Where zero lies in the range that is what most instruments show at rest.
    """
    if limits.end_of_line is not None:
        return _level("rest", limits.end_of_line)
    value = min(max(0.0, limits.lowest), limits.highest)
    if limits.current_loop is None:
        return value
    return ZERO + FULL_SPAN * (value - limits.lowest) / (limits.highest - limits.lowest)


def _converted(value: float, symbol: str | None, quantity: str) -> float:
    own = QUANTITIES[quantity].unit
    if symbol is None:
        return value
    unit = unit_named(symbol)
    if unit is None or unit.dimension != own.dimension:
        shown = repr(symbol[:LONGEST_SHOWN])
        raise PlayError(say("play.no-unit", unit=shown, quantity=quantity, own=own.symbol))
    return convert(value, unit, own)


def _level(word: str, loop: EndOfLine) -> float:
    return {
        "active": (loop.active_from + loop.active_to) / 2,
        "rest": (loop.normal_from + loop.normal_to) / 2,
        "short": loop.short_below / 2,
        "open": loop.open_above + (loop.open_above - max(loop.active_to, loop.normal_to)) / 2,
    }[word]
