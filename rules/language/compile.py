"""From text to a checked expression tree: names are resolved, units converted, nonsense refused.

All mistakes of an expression are found in one run, as far as its grammar allows reading it.
"""

from contextlib import suppress
from dataclasses import replace
from typing import Final

from rules.comparing import COMPARE
from rules.instant import Duration, seconds
from rules.language.check_terms import Terms
from rules.language.check_voters import Voters, bare_names
from rules.language.functions import FUNCTIONS, GROUPS, unit_of
from rules.language.grammar import Call, Compare, Joined, Named, Node, Number, parse
from rules.language.heat_class import (
    CLASSES,
    RISE_SPAN,
    heat_class,
    is_rate_of_rise,
    static_of,
)
from rules.language.mentions import conditions_of, points_of, schedules_of, windows_of
from rules.language.mistake import ExpressionError, quoted
from rules.language.names import Names
from rules.language.notes import Notes, UnusableError
from rules.language.scope import Scope, Standing
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
    Verified,
)
from rules.truth import negated
from rules.window_functions import WINDOW_FUNCTIONS

__all__ = [
    "FUNCTIONS",
    "Scope",
    "compile_expression",
    "conditions_of",
    "points_of",
    "schedules_of",
    "windows_of",
]

LONGEST_SETTLE: Final = seconds(60)
"""EN 54-2, coincidence of type A: a first alarm is held back for 60 s at most."""

LONGEST_WITHIN: Final = seconds(30 * 60)

_MIRRORED: Final = {">": "<", ">=": "<=", "<": ">", "<=": ">=", "==": "==", "!=": "!="}
_FALLING: Final = (Comparison.LESS, Comparison.LESS_OR_EQUAL)
_EXACT: Final = (Comparison.EQUAL, Comparison.NOT_EQUAL)


def compile_expression(text: str, scope: Scope, *, clears: bool = False) -> Expression:
    """Make the checked tree of an expression.

    Args:
        text: as a person wrote it.
        scope: what it may name.
        clears: whether it is one of `clear`: what a schedule is under an unknown clock then makes
            it false rather than true, so that the alarm stays.

    Raises:
        ExpressionError: with every mistake that was found.
    """
    checker = _Checker(scope)
    expressions = checker.each((parse(text),), Standing(sensitive=not clears))
    if checker.notes.mistakes:
        raise ExpressionError(*checker.notes.mistakes)
    return expressions[0]


class _Checker:
    """Walks the parsed tree; what must be true or false is checked here."""

    def __init__(self, scope: Scope) -> None:
        self.notes = Notes()
        self._names = Names(scope, self.notes)
        self._terms = Terms(self._names, self.notes)
        self._voters = Voters(self._names, self.notes)

    def each(self, nodes: tuple[Node, ...], standing: Standing) -> tuple[Expression, ...]:
        """Check several conditions, each whatever the others are."""
        usable = []
        for node in nodes:
            with suppress(UnusableError):
                usable.append(self._condition(node, standing))
        return tuple(usable)

    def _condition(self, node: Node, standing: Standing) -> Expression:
        """Check a node that must be true or false."""
        match node:
            case Joined():
                return self._joined(node, standing)
            case Compare():
                return self._compare(node, standing)
            case Named():
                return self._active(node, standing)
            case Call() if node.function not in FUNCTIONS:
                raise self._terms.unknown_function(node)
            case Call() if node.function == "count" or node.function in WINDOW_FUNCTIONS:
                hint = f"compare it: {node.function}(…) > …"
                raise self.notes.refused(node, f"{node.function}(…) is a number", hint)
            case Call():
                return self._called(node, standing)
            case Number():
                raise self.notes.refused(node, "a number is neither true nor false", "compare it")

    def _called(self, call: Call, standing: Standing) -> Expression:
        if call.function not in GROUPS:
            self._terms.without_zones(call)
        match call.function:
            case "any":
                return AnyOf(self._members(call, standing))
            case "all":
                return AllOf(self._members(call, standing))
            case "at_least":
                return self._at_least(call, standing)
            case "held":
                return self._held(call, standing)
            case "verified":
                return self._verified(call, standing)
            case "schedule":
                (name,) = self._arguments(call, 1, "the name of a schedule")
                return OnSchedule(self._names.schedule(name), standing.sensitive)
            case "condition":
                zone, condition = self._arguments(call, 2, "a zone and a condition")
                return InForce(self._names.zone(zone), self._names.condition(condition))
            case _:
                return self._heat_class(call, standing)

    def _arguments(self, call: Call, number: int, what: str) -> tuple[Node, ...]:
        if len(call.arguments) != number:
            usage = FUNCTIONS[call.function]
            raise self.notes.refused(call, f"{call.function} takes {what}", f"as in {usage}")
        return call.arguments

    def _joined(self, node: Joined, standing: Standing) -> Expression:
        if node.keyword == "not":
            standing = replace(standing, sensitive=negated(standing.sensitive))
        parts = self.each(node.members, standing)
        if len(parts) < len(node.members):
            raise UnusableError
        if node.keyword == "not":
            return Not(parts[0])
        return AllOf(parts) if node.keyword == "and" else AnyOf(parts)

    def _compare(self, node: Compare, standing: Standing) -> Expression:
        left, sign, right = node.left, node.comparison, node.right
        if isinstance(left, Number) and not isinstance(right, Number):
            left, sign, right = right, _MIRRORED[sign], left
        if not isinstance(right, Number):
            raise self.notes.refused(
                right, "a threshold is a number with its unit", "as in smoke > 3 %/m"
            )
        if isinstance(left, Number):
            raise self.notes.refused(node, "compares two numbers: always the same")
        comparison = Comparison(sign)
        if isinstance(left, Call) and left.function == "count":
            return self._counted(left, comparison, right, standing)
        term = self._terms.term(left, standing)
        threshold = self._terms.threshold(term, right)
        if comparison in _EXACT:
            raise self.notes.refused(
                node, "a measured value is never exactly equal", "use >= or <= instead"
            )
        self._terms.reachable(node, term, comparison, threshold)
        return Compared(term.value, comparison, threshold)

    def _counted(
        self, call: Call, comparison: Comparison, number: Number, standing: Standing
    ) -> Counted:
        if comparison in _EXACT:
            standing = replace(standing, sensitive=None)
        elif comparison in _FALLING:
            standing = replace(standing, sensitive=negated(standing.sensitive))
        return self._tallied(self._members(call, standing), comparison, number)

    def _tallied(
        self, members: tuple[Expression, ...], comparison: Comparison, number: Number
    ) -> Counted:
        if number.unit or number.value != int(number.value):
            raise self.notes.refused(number, "a count is compared with a whole number without unit")
        counted = Counted(members, comparison, int(number.value))
        compare = COMPARE[comparison]
        results = {compare(true, counted.threshold) for true in range(len(members) + 1)}
        if len(results) == 1:
            always = "true" if results.pop() else "false"
            raise self.notes.refused(
                number, f"always {always}: the count is from 0 to {len(members)}"
            )
        return counted

    def _members(self, call: Call, standing: Standing) -> tuple[Expression, ...]:
        """Check the condition of any, all or count, once for each voter."""
        zones = self._voters.enter(call, standing)
        (argument,) = self._arguments(call, 1, "one condition")
        if not bare_names(argument):
            raise self.notes.refused(
                argument,
                f"{call.function} needs a quantity without a detector",
                f"as in {FUNCTIONS[call.function]}",
            )
        return self._voting(call, argument, zones, standing)

    def _voting(
        self, call: Call, argument: Node, zones: tuple[str, ...], standing: Standing
    ) -> tuple[Expression, ...]:
        return tuple(
            self._condition(argument, voter)
            for voter in self._voters.of(call, argument, zones, standing)
        )

    def _at_least(self, call: Call, standing: Standing) -> Counted:
        zones = self._voters.enter(call, standing)
        number, *conditions = call.arguments
        usage = f"as in {FUNCTIONS['at_least']}"
        if not isinstance(number, Number):
            raise self.notes.refused(number, "at_least begins with how many must be true", usage)
        if not conditions:
            raise self.notes.refused(call, "at_least takes a number and conditions", usage)
        if call.zones and not any(map(bare_names, conditions)):
            raise self.notes.refused(
                call.zones[0], "nothing is looked for in the zones", "name a quantity alone"
            )
        members: list[Expression] = []
        noted = len(self.notes.mistakes)
        for condition in conditions:
            with suppress(UnusableError):
                members += self._voting(call, condition, zones, standing)
        if len(self.notes.mistakes) > noted:
            raise UnusableError
        return self._tallied(tuple(members), Comparison.GREATER_OR_EQUAL, number)

    def _held(self, call: Call, standing: Standing) -> Held:
        condition, span = self._arguments(call, 2, "a condition and a time")
        usage = f"as in {FUNCTIONS['held']}"
        operand = self._condition(condition, standing)
        return Held(operand, self._terms.span(span, "the time of held", usage))

    def _verified(self, call: Call, standing: Standing) -> Verified:
        condition, settle, within = self._arguments(call, 3, "a condition and two times")
        usage = f"as in {FUNCTIONS['verified']}"
        return Verified(
            self._condition(condition, standing),
            self._terms.span(settle, "the time to settle", usage, Duration(0), LONGEST_SETTLE),
            self._terms.span(within, "the time to confirm", usage, longest=LONGEST_WITHIN),
        )

    def _heat_class(self, call: Call, standing: Standing) -> Expression:
        value, name = self._arguments(call, 2, "a temperature and a class")
        if not isinstance(value, Named):
            raise self.notes.refused(value, "a heat class is one of a measured temperature")
        point = self._names.point(value, standing)
        if point.quantity != "temperature":
            raise self.notes.refused(value, "a heat class is one of a measured temperature")
        word = self._names.word(name, "the name of a heat class")
        if word not in CLASSES:
            hint = self.notes.near(word.upper(), CLASSES) or "A1 A2 B C D E F G, each with S or R"
            raise self.notes.refused(name, f"there is no heat class {quoted(word)}", hint)
        limits = self._names.detector(point).quantities["temperature"]
        unit = unit_of(point).symbol
        if not limits.lowest < static_of(word) <= limits.highest:
            raise self.notes.refused(
                name,
                f"class {word} alarms at {static_of(word):g} {unit}, and {point.detector} measures "
                f"from {limits.lowest:g} to {limits.highest:g} {unit}",
            )
        if is_rate_of_rise(word):
            self._terms.holds_readings(name, point, RISE_SPAN)
        return heat_class(point, word)

    def _active(self, node: Named, standing: Standing) -> Active:
        point = self._names.point(node, standing)
        if point.quantity != "contact":
            unit = unit_of(point).symbol
            raise self.notes.refused(
                node,
                f"{node.name} is a number, not true or false",
                f"compare it: {node.name} > … {unit}",
            )
        return Active(point)
