"""From text to a checked expression tree: names are resolved, units converted, nonsense refused.

All mistakes of an expression are found in one run, as far as its grammar allows reading it.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from rules.instant import Duration, seconds
from rules.language.grammar import Call, Compare, Joined, Named, Node, Number, parse
from rules.language.mistake import ExpressionError, Mistake
from rules.language.syntax import (
    Active,
    AllOf,
    AnyOf,
    Compared,
    Comparison,
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
from rules.unit import UNITS, Unit, convert, difference_of, rate_of, unit_named
from rules.window_functions import WINDOW_FUNCTIONS, Result

if TYPE_CHECKING:
    from rules.site import DetectorDefinition

SHORTEST_SPAN: Final = seconds(1)
LONGEST_SPAN: Final = seconds(3600)
MOST_READINGS_PER_SPAN: Final = 4096
"""A window keeps this many readings at most: 3 minutes at 20 readings a second, and some more."""

FUNCTIONS: Final = tuple(sorted({"all", "any", "count", *WINDOW_FUNCTIONS}))
_MIRRORED: Final = {">": "<", ">=": "<=", "<": ">", "<=": ">=", "==": "==", "!=": "!="}


@dataclass(frozen=True, slots=True)
class Scope:
    """What an expression may name: the detectors of the site, and the zone for bare quantities."""

    zone: str
    detectors: Mapping[str, "DetectorDefinition"]


def compile_expression(text: str, scope: Scope) -> Expression:
    """Make the checked tree of an expression.

    Raises:
        ExpressionError: with every mistake that was found.
    """
    checker = _Checker(scope)
    expressions = checker.each((parse(text),), None)
    if checker.mistakes:
        raise ExpressionError(*checker.mistakes)
    return expressions[0]


def points_of(expression: Expression) -> frozenset[Point]:
    """Give every point that an expression reads."""
    match expression:
        case Compared(left=left):
            return frozenset({left if isinstance(left, Point) else left.point})
        case Active(point=point):
            return frozenset({point})
        case Not(operand=operand) | Held(operand=operand) | Verified(operand=operand):
            return points_of(operand)
        case OnSchedule() | InForce():
            return frozenset()
        case Counted() | AllOf() | AnyOf():
            return frozenset[Point]().union(*map(points_of, expression.members))


def windows_of(expression: Expression) -> frozenset[Window]:
    """Give every window that an expression reads."""
    match expression:
        case Compared(left=Window() as window):
            return frozenset({window})
        case Not(operand=operand) | Held(operand=operand) | Verified(operand=operand):
            return windows_of(operand)
        case Counted() | AllOf() | AnyOf():
            return frozenset[Window]().union(*map(windows_of, expression.members))
        case _:
            return frozenset()


@dataclass(frozen=True, slots=True)
class _Term:
    """The side of a comparison that is measured, its unit and the range it can have."""

    value: Point | Window
    unit: Unit
    lowest: float
    highest: float


class _UnusableError(Exception):
    """A node that cannot be used; its mistake has been noted."""


class _Checker:
    """Walks the parsed tree and notes mistakes; goes on with the next member after one."""

    def __init__(self, scope: Scope) -> None:
        self.mistakes: list[Mistake] = []
        self._scope = scope

    def each(self, nodes: tuple[Node, ...], member: str | None) -> tuple[Expression, ...]:
        """Check several conditions, each whatever the others are."""
        usable = []
        for node in nodes:
            with suppress(_UnusableError):
                usable.append(self.condition(node, member))
        return tuple(usable)

    def condition(self, node: Node, member: str | None) -> Expression:
        """Check a node that must be true or false.

        `member` is the detector that bare quantities mean inside count, all and any.
        """
        match node:
            case Joined():
                return self._joined(node, member)
            case Compare():
                return self._compare(node, member)
            case Call(function="all" | "any"):
                members = self._members(node, member)
                return AllOf(members) if node.function == "all" else AnyOf(members)
            case Named():
                return self._active(node, member)
            case Call() if node.function not in FUNCTIONS:
                raise self._unknown_function(node)
            case Call():
                raise self._mistake(
                    node, f"{node.function}(…) is a number", "compare it: count(…) >= 2"
                )
            case Number():
                raise self._mistake(node, "a number is neither true nor false", "compare it")

    def _joined(self, node: Joined, member: str | None) -> Expression:
        parts = self.each(node.members, member)
        if len(parts) < len(node.members):
            raise _UnusableError
        if node.keyword == "not":
            return Not(parts[0])
        return AllOf(parts) if node.keyword == "and" else AnyOf(parts)

    def _compare(self, node: Compare, member: str | None) -> Expression:
        left, sign, right = node.left, node.comparison, node.right
        if isinstance(left, Number) and not isinstance(right, Number):
            left, sign, right = right, _MIRRORED[sign], left
        if not isinstance(right, Number):
            raise self._mistake(
                right, "a threshold is a number with its unit", "as in smoke > 3 %/m"
            )
        if isinstance(left, Number):
            raise self._mistake(node, "compares two numbers: always the same")
        if isinstance(left, Call) and left.function == "count":
            return self._counted(left, Comparison(sign), right, member)
        term = self._term(left, member)
        threshold = self._threshold(term, right)
        comparison = Comparison(sign)
        if comparison in (Comparison.EQUAL, Comparison.NOT_EQUAL):
            raise self._mistake(
                node, "a measured value is never exactly equal", "use >= or <= instead"
            )
        self._reachable(node, term, comparison, threshold)
        return Compared(term.value, comparison, threshold)

    def _counted(
        self, call: Call, comparison: Comparison, number: Number, member: str | None
    ) -> Counted:
        members = self._members(call, member)
        if number.unit or number.value != int(number.value):
            raise self._mistake(number, "a count is compared with a whole number without unit")
        counted = Counted(members, comparison, int(number.value))
        results = {
            _compare(true, comparison, counted.threshold) for true in range(len(members) + 1)
        }
        if len(results) == 1:
            always = "true" if results.pop() else "false"
            raise self._mistake(
                number,
                f"always {always}: the count is from 0 to {len(members)}",
            )
        return counted

    def _members(self, call: Call, member: str | None) -> tuple[Expression, ...]:
        """Instantiate the argument of count, all or any for each detector of the zone.

        One inside another would mean nothing, and the tree would grow as a power of the detectors.
        """
        if member is not None:
            raise self._mistake(call, f"{call.function} cannot stand inside count, all or any")
        if len(call.arguments) != 1:
            raise self._mistake(call, f"{call.function} takes one condition")
        argument = call.arguments[0]
        wanted = _bare_quantities(argument)
        if not wanted:
            raise self._mistake(
                argument,
                f"{call.function} needs a quantity without a detector",
                "as in count(smoke > 3 %/m) >= 2",
            )
        detectors = self._in_zone(wanted)
        if not detectors:
            names = " and ".join(sorted(wanted))
            raise self._mistake(
                argument, f"no detector of zone {self._scope.zone} measures {names}"
            )
        return tuple(self.condition(argument, detector) for detector in detectors)

    def _in_zone(self, quantities: frozenset[str]) -> list[str]:
        return [
            detector.id
            for detector in self._scope.detectors.values()
            if detector.zone == self._scope.zone and quantities <= detector.quantities.keys()
        ]

    def _active(self, node: Named, member: str | None) -> Active:
        point = self._point(node, member)
        if point.quantity != "contact":
            unit = QUANTITIES[point.quantity].unit.symbol
            raise self._mistake(
                node,
                f"{node.quantity} is a number, not true or false",
                f"compare it: {node.quantity} > … {unit}",
            )
        return Active(point)

    def _term(self, node: Node, member: str | None) -> _Term:
        match node:
            case Named():
                point = self._point(node, member)
                if point.quantity == "contact":
                    raise self._mistake(
                        node, "a contact is true or false, not a number", "leave the comparison out"
                    )
                limits = self._scope.detectors[point.detector].quantities[point.quantity]
                unit = QUANTITIES[point.quantity].unit
                return _Term(point, unit, limits.lowest, limits.highest)
            case Call() if node.function in WINDOW_FUNCTIONS:
                return self._window(node, member)
            case Call() if node.function not in FUNCTIONS:
                raise self._unknown_function(node)
            case _:
                raise self._mistake(node, "this is true or false and cannot be compared")

    def _window(self, call: Call, member: str | None) -> _Term:
        usage = f"{call.function}(kitchen-heat.temperature, 1 min)"
        if len(call.arguments) != 2:
            raise self._mistake(call, f"{call.function} takes a value and a time", usage)
        value, span = call.arguments
        if not isinstance(value, Named):
            raise self._mistake(value, f"{call.function} works on one measured value", usage)
        term = self._term(value, member)
        length = self._span(span, usage)
        assert isinstance(term.value, Point)
        every = self._scope.detectors[term.value.detector].every
        if length < 2 * every or length > every * MOST_READINGS_PER_SPAN:
            raise self._mistake(
                span,
                f"{term.value.detector} is read every {every / 1e9:g} s: a window holds from 2 to "
                f"{MOST_READINGS_PER_SPAN} readings",
            )
        window = Window(call.function, term.value, length)
        if WINDOW_FUNCTIONS[call.function].result is Result.VALUE:
            return _Term(window, term.unit, term.lowest, term.highest)
        unit = rate_of(difference_of(term.unit), UNITS["s"])
        return _Term(window, unit, float("-inf"), float("inf"))

    def _span(self, node: Node, usage: str) -> Duration:
        unit = unit_named(node.unit) if isinstance(node, Number) else None
        if not isinstance(node, Number) or unit is None or unit.dimension != "time":
            raise self._mistake(node, "a window is a time with its unit", f"as in {usage}")
        span = seconds(convert(node.value, unit, UNITS["s"]))
        if not SHORTEST_SPAN <= span <= LONGEST_SPAN:
            raise self._mistake(node, "a window is from 1 s to 1 h long")
        return span

    def _point(self, node: Named, member: str | None) -> Point:
        if node.detector is None:
            return self._bare(node, member)
        detector = self._scope.detectors.get(node.detector)
        if detector is None:
            raise self._mistake(
                node,
                f"there is no detector {node.detector!r}",
                _near(node.detector, self._scope.detectors),
                length=len(node.detector),
            )
        if node.quantity not in detector.quantities:
            known = ", ".join(detector.quantities)
            raise self._mistake(
                node, f"{detector.id} does not measure {node.quantity!r}", f"it measures {known}"
            )
        return Point(detector.id, node.quantity)

    def _bare(self, node: Named, member: str | None) -> Point:
        if node.quantity not in QUANTITIES:
            raise self._mistake(
                node,
                f"{node.quantity!r} is no quantity",
                _near(node.quantity, QUANTITIES) or "a detector's is written detector.quantity",
            )
        if member is not None:
            return Point(member, node.quantity)
        candidates = self._in_zone(frozenset({node.quantity}))
        if len(candidates) == 1:
            return Point(candidates[0], node.quantity)
        what = f"of zone {self._scope.zone} measure"
        raise self._mistake(
            node,
            f"{len(candidates)} detectors {what} {node.quantity}"
            if candidates
            else f"no detector {what}s {node.quantity}",
            "name one, or use any(…), all(…) or count(…)" if candidates else "",
        )

    def _threshold(self, term: _Term, number: Number) -> float:
        unit = unit_named(number.unit)
        if not number.unit:
            raise self._mistake(
                number,
                f"{number.value:g} has no unit",
                f"did you mean {number.value:g} {term.unit.symbol}?",
            )
        if unit is None:
            raise self._mistake(number, f"{number.unit!r} is no unit", _near(number.unit, UNITS))
        if unit.dimension != term.unit.dimension:
            raise self._mistake(
                number,
                f"{number.unit} is a {unit.dimension}, but a {term.unit.dimension} is compared",
                f"use {term.unit.symbol}",
            )
        return convert(number.value, unit, term.unit)

    def _reachable(
        self, node: Compare, term: _Term, comparison: Comparison, threshold: float
    ) -> None:
        at_lowest = _compare(term.lowest, comparison, threshold)
        at_highest = _compare(term.highest, comparison, threshold)
        if at_lowest == at_highest:
            always = "true" if at_lowest else "false"
            raise self._mistake(
                node,
                f"always {always}: the value lies between {term.lowest:g} and {term.highest:g} "
                f"{term.unit.symbol}",
            )

    def _unknown_function(self, call: Call) -> _UnusableError:
        return self._mistake(
            call,
            f"there is no function {call.function!r}",
            _near(call.function, FUNCTIONS) or "there are " + ", ".join(FUNCTIONS),
            length=len(call.function),
        )

    def _mistake(
        self, node: Node, what: str, hint: str = "", length: int | None = None
    ) -> _UnusableError:
        """Note a mistake, and give what is raised to leave its node."""
        self.mistakes.append(Mistake(node.offset, length or node.length, what, hint))
        return _UnusableError()


def _bare_quantities(node: Node) -> frozenset[str]:
    match node:
        case Named(detector=None):
            return frozenset({node.quantity})
        case Call(arguments=members) | Joined(members=members):
            return frozenset[str]().union(*(_bare_quantities(member) for member in members))
        case Compare():
            return _bare_quantities(node.left) | _bare_quantities(node.right)
        case _:
            return frozenset()


def _compare(left: float, comparison: Comparison, right: float) -> bool:
    match comparison:
        case Comparison.GREATER:
            return left > right
        case Comparison.GREATER_OR_EQUAL:
            return left >= right
        case Comparison.LESS:
            return left < right
        case Comparison.LESS_OR_EQUAL:
            return left <= right
        case Comparison.EQUAL:
            return left == right
        case Comparison.NOT_EQUAL:
            return left != right


def _near(word: str, known: Mapping[str, object] | tuple[str, ...]) -> str:
    close = get_close_matches(word, list(known), n=1)
    return f"did you mean {close[0]}?" if close else ""
