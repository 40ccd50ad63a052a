"""The sides of a comparison: what is measured, the threshold, and whether the one can reach it."""

from dataclasses import dataclass
from math import inf
from typing import Final

from rules.comparing import COMPARE
from rules.instant import Duration, in_seconds, seconds
from rules.language.functions import FUNCTIONS, unit_of
from rules.language.grammar import Call, Compare, Named, Node, Number
from rules.language.mistake import quoted
from rules.language.names import Names
from rules.language.notes import Notes, UnusableError
from rules.language.scope import Standing
from rules.language.syntax import Comparison, Point, Window
from rules.profile import HazardousSide
from rules.unit import UNITS, Unit, convert, difference_of, unit_named
from rules.window_functions import WINDOW_FUNCTIONS, Result

SHORTEST_SPAN: Final = seconds(1)
LONGEST_SPAN: Final = seconds(3600)
MOST_READINGS_PER_SPAN: Final = 4096
"""A window keeps this many readings at most: 3 minutes at 20 readings a second, and some more."""

_RISING: Final = (Comparison.GREATER, Comparison.GREATER_OR_EQUAL)
_BY_THE_GAS: Final = frozenset({"volume fraction", "mass concentration", "explosive fraction"})
"""Dimensions that a handbook converts into each other, of one gas at one temperature."""


@dataclass(frozen=True, slots=True)
class Term:
    """The side of a comparison that is measured, its unit and the range it can have.

    beyond is what it may be besides where its detector is over-range.
    """

    value: Point | Window
    unit: Unit
    lowest: float
    highest: float
    beyond: HazardousSide = HazardousSide.NEITHER


class Terms:
    """Checks the sides of comparisons."""

    def __init__(self, names: Names, notes: Notes) -> None:
        self._names = names
        self._notes = notes

    def term(self, node: Node, standing: Standing) -> Term:
        """Check a node that must be a number that is measured."""
        match node:
            case Named():
                return self._measured(node, standing)
            case Call() if node.function not in FUNCTIONS:
                raise self.unknown_function(node)
            case Call() if node.function in WINDOW_FUNCTIONS:
                return self._window(node, standing)
            case _:
                raise self._notes.refused(node, "this is true or false and cannot be compared")

    def unknown_function(self, call: Call) -> UnusableError:
        """Note that there is no such function, and give what is raised to leave it."""
        return self._notes.refused(
            call,
            f"there is no function {quoted(call.function)}",
            self._notes.near(call.function, FUNCTIONS) or "there are " + ", ".join(FUNCTIONS),
            length=len(call.function),
        )

    def _measured(self, node: Named, standing: Standing) -> Term:
        point = self._names.point(node, standing)
        if point.quantity == "contact":
            raise self._notes.refused(
                node, "a contact is true or false, not a number", "leave the comparison out"
            )
        limits = self._names.detector(point).quantities[point.quantity]
        return Term(point, unit_of(point), limits.lowest, limits.highest, limits.hazardous_side)

    def _window(self, call: Call, standing: Standing) -> Term:
        self.without_zones(call)
        usage = FUNCTIONS[call.function]
        takes_span = WINDOW_FUNCTIONS[call.function].takes_span
        value, *times = call.arguments
        if len(times) != takes_span:
            takes = "a value and a time" if takes_span else "one value"
            raise self._notes.refused(call, f"{call.function} takes {takes}", usage)
        if not isinstance(value, Named):
            raise self._notes.refused(value, f"{call.function} works on one measured value", usage)
        if call.function == "age":
            return self._age(value, standing)
        term = self._measured(value, standing)
        assert isinstance(term.value, Point)
        if call.function == "co_dose":
            return self._co_dose(value, term.value)
        span = self.span(times[0], "a window", f"as in {usage}")
        self.holds_readings(times[0], term.value, span)
        return _over(term, Window(call.function, term.value, span))

    def _age(self, node: Named, standing: Standing) -> Term:
        """An age is of any point, a contact as well."""
        window = Window("age", self._names.point(node, standing), Duration(0))
        return Term(window, unit_of(window), 0.0, inf)

    def _co_dose(self, node: Named, point: Point) -> Term:
        if point.quantity != "co":
            raise self._notes.refused(
                node, "a dose is one of carbon monoxide", FUNCTIONS["co_dose"]
            )
        window = Window("co_dose", point, Duration(0))
        return Term(window, unit_of(window), 0.0, 100.0)

    def without_zones(self, call: Call) -> None:
        """Refuse zones where a function has no voters."""
        if call.zones:
            raise self._notes.refused(
                call.zones[0],
                f"{call.function} looks at no zones",
                "zones stand in any, all, count and at_least",
            )

    def span(
        self,
        node: Node,
        what: str,
        hint: str,
        shortest: Duration = SHORTEST_SPAN,
        longest: Duration = LONGEST_SPAN,
    ) -> Duration:
        """Check a time within bounds."""
        unit = unit_named(node.unit) if isinstance(node, Number) else None
        if not isinstance(node, Number) or unit is None or unit.dimension != "time":
            raise self._notes.refused(node, f"{what} is a time with its unit", hint)
        span = seconds(convert(node.value, unit, UNITS["s"]))
        if not shortest <= span <= longest:
            raise self._notes.refused(
                node, f"{what} is from {_time(shortest)} to {_time(longest)} long"
            )
        return span

    def holds_readings(self, node: Node, point: Point, span: Duration) -> None:
        """Refuse a window that its detector's period leaves empty, or fills beyond measure."""
        every = self._names.detector(point).every
        if span < 2 * every or span > every * MOST_READINGS_PER_SPAN:
            raise self._notes.refused(
                node,
                f"{point.detector} is read every {every / 1e9:g} s: a window holds from 2 to "
                f"{MOST_READINGS_PER_SPAN} readings",
            )

    def threshold(self, term: Term, number: Number) -> float:
        """Give a threshold in the unit of what is compared with it."""
        unit = unit_named(number.unit)
        if not number.unit:
            raise self._notes.refused(
                number,
                f"{number.value:g} has no unit",
                f"did you mean {number.value:g} {term.unit.symbol}?",
            )
        if unit is None:
            raise self._no_unit(number)
        if unit.dimension != term.unit.dimension:
            raise self._notes.refused(
                number,
                f"{number.unit} is {_a(unit.dimension)}, but {_a(term.unit.dimension)} is compared",
                _hint_of_units(unit, term.unit),
            )
        if _is_difference(term.value):
            if unit.in_decibels:
                raise self._no_unit(number)
            unit = difference_of(unit)
        return convert(number.value, unit, term.unit)

    def _no_unit(self, number: Number) -> UnusableError:
        if "dB/m" in (number.unit, number.unit.rpartition("/")[0]):
            return self._notes.refused(
                number,
                "a difference in dB/m is none in %/m: it depends on how dense the smoke is",
                f"use {number.unit.replace('dB/m', '%/m')}",
            )
        return self._notes.refused(
            number, f"{quoted(number.unit)} is no unit", self._notes.near(number.unit, UNITS)
        )

    def reachable(
        self, node: Compare, term: Term, comparison: Comparison, threshold: float
    ) -> None:
        """Refuse a comparison that is the same for every value in range."""
        compare = COMPARE[comparison]
        at_lowest = compare(term.lowest, threshold)
        at_highest = compare(term.highest, threshold)
        if at_lowest == at_highest:
            always, hint = ("true", "") if at_lowest else ("false", _nearest(term, comparison))
            raise self._notes.refused(node, f"always {always}: the value {_range(term)}", hint)


def _over(term: Term, window: Window) -> Term:
    """Give the range that a function over a while has, from that of its readings."""
    unit = unit_of(window)
    match WINDOW_FUNCTIONS[window.function].result:
        case Result.RATE:
            return Term(window, unit, -inf, inf)
        case Result.DIFFERENCE:
            widest = term.highest - term.lowest
            return Term(window, unit, -widest, widest)
        case _:
            return Term(window, unit, term.lowest, term.highest, term.beyond)


def _is_difference(value: Point | Window) -> bool:
    return (
        isinstance(value, Window) and WINDOW_FUNCTIONS[value.function].result is Result.DIFFERENCE
    )


def _range(term: Term) -> str:
    if term.highest == inf:
        return f"is never below {term.lowest:g} {term.unit.symbol}"
    return f"lies between {term.lowest:g} and {term.highest:g} {term.unit.symbol}"


def _nearest(term: Term, comparison: Comparison) -> str:
    """Say how over-range is asked for, where a threshold beyond the range may have meant that."""
    if comparison in _RISING and term.beyond is HazardousSide.HIGH:
        return f"over-range is above every threshold: >= {term.highest:g} {term.unit.symbol} has it"
    if comparison not in _RISING and term.beyond is HazardousSide.LOW:
        return f"over-range is below every threshold: <= {term.lowest:g} {term.unit.symbol} has it"
    return ""


def _hint_of_units(given: Unit, wanted: Unit) -> str:
    if {given.dimension, wanted.dimension} <= _BY_THE_GAS:
        return (
            f"use {wanted.symbol}: how much of it a {given.symbol} is depends on the gas; the data "
            "sheet of the detector says it"
        )
    return f"use {wanted.symbol}"


def _a(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def _time(span: Duration) -> str:
    length = in_seconds(span)
    if length >= 3600:
        return f"{length / 3600:g} h"
    return f"{length / 60:g} min" if length > 60 else f"{length:g} s"
