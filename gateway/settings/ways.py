"""By which ways a phenomenon makes an expression true, and how long each takes at worst.

An expression of several alternatives is as quick as the one that the phenomenon makes true: smoke
alone is told by the alternative of smoke. So there is no one time, but a fastest and a slowest way;
each is the worst case of its own: just missed by the poll, the line full, the window wholly to be
filled. What must come together (`and`, `count`) takes the time of its last part.

Schedules and what people do take no time here: no phenomenon brings them about.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from drivers.times import Wait
from rules.comparing import COMPARE
from rules.condition import Condition
from rules.instant import Duration, seconds
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
    Window,
)

LOOK_EVERY: Final = seconds(1)
"""How often the core looks at what changes though nothing comes in."""

FULL_DOSE: Final = seconds(150 * 60)
"""The longest that a dose of carbon monoxide takes to 100 %: at 30 ppm."""

DOSE_FORGOTTEN: Final = seconds(240 * 60)
"""How long a full dose takes to be gone, in clean air."""

_RISING: Final = (Comparison.GREATER, Comparison.GREATER_OR_EQUAL)


class Step(StrEnum):
    """What a reading waits for until it is told."""

    WINDOW = "window"  # a function of the last while: until all of it is of the phenomenon
    NEXT_READING = "next-reading"  # a window is looked at when a reading comes
    AGE = "age"
    DOSE = "dose"
    HELD = "held"
    SETTLE = "settle"  # verification: for so long the first signal counts nothing
    WITHIN = "within"  # then the second may come so late
    LOOK = "look"  # the core's next look
    FOR = "for"
    FAULT = "fault"  # a detector that fell silent is a fault
    PUBLICATION = "publication"  # decided, written and sent


@dataclass(frozen=True, slots=True)
class Term:
    """A part of the time of a way: what is waited for, what of, and for how long."""

    what: Wait | Step
    of: str
    takes: Duration


@dataclass(frozen=True, slots=True)
class Way:
    """What is waited for, one after another."""

    terms: tuple[Term, ...]

    @property
    def takes(self) -> Duration:
        """How long it takes."""
        return Duration(sum(term.takes for term in self.terms))

    def then(self, *terms: Term) -> "Way":
        """Give the way that goes on."""
        return Way((*self.terms, *(term for term in terms if term.takes)))


@dataclass(frozen=True, slots=True)
class Ways:
    """The fastest way and the slowest."""

    fastest: Way
    slowest: Way

    def then(self, *terms: Term) -> "Ways":
        """Let both go on."""
        return Ways(self.fastest.then(*terms), self.slowest.then(*terms))


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a site.

    Attributes:
        readings: by detector, what a change waits for until it is a reading.
        raising: gives the ways in which a condition comes to be in force in a zone, or None where
            no phenomenon raises it.
    """

    readings: Mapping[str, tuple[Term, ...]]
    raising: Callable[[str, Condition], Ways | None]


def ways_to(  # noqa: C901 - one case a kind of expression
    expression: Expression, truth: bool, known: Known
) -> Ways | None:
    """Give the ways in which an expression takes a truth; None where no phenomenon brings it."""
    match expression:
        case Compared(left=left):
            if isinstance(left, Window):
                return _window(expression, left, truth, known)
            return _both(Way(known.readings[left.detector]))
        case Active(point=point):
            return _both(Way(known.readings[point.detector]))
        case Not(operand=operand):
            return ways_to(operand, not truth, known)
        case AllOf(members=members) | AnyOf(members=members):
            needed = len(members) if isinstance(expression, AllOf) is truth else 1
            return _together([ways_to(member, truth, known) for member in members], needed)
        case Counted():
            return _counted(expression, truth, known)
        case Held(operand=operand, span=span):
            ways = ways_to(operand, truth, known)
            return ways if ways is None or truth else ways.then(Term(Step.HELD, "", span), _look())
        case Verified():
            return _verified(expression, truth, known)
        case InForce(zone=zone, condition=condition):
            return known.raising(zone, condition) if truth else None
        case OnSchedule():
            return None


def either(ways: Iterable[Ways | None]) -> Ways | None:
    """Give the ways of what comes about by any of several."""
    return _together(list(ways), 1)


def _both(way: Way) -> Ways:
    return Ways(way, way)


def _look() -> Term:
    return Term(Step.LOOK, "", LOOK_EVERY)


def _together(ways: Sequence[Ways | None], needed: int) -> Ways | None:
    """Give the ways in which so many of several come about.

    Those that no phenomenon brings may have come about before. The phenomenon decides which of the
    others do: at best the quickest, and at worst one that needs the slowest.
    """
    found = [each for each in ways if each is not None]
    if not found:
        return None
    place = max(1, needed - (len(ways) - len(found)))
    fastest = sorted((each.fastest for each in found), key=_length)
    slowest = max((each.slowest for each in found), key=_length)
    return Ways(fastest[min(place, len(found)) - 1], slowest)


def _length(way: Way) -> int:
    return way.takes


def _counted(counted: Counted, truth: bool, known: Known) -> Ways | None:
    """Where no member is true at rest, some have to become true; or else some to become false."""
    compare = COMPARE[counted.comparison]
    total = len(counted.members)
    wanted = [count for count in range(total + 1) if compare(count, counted.threshold) is truth]
    if not wanted:
        return None
    rises = wanted[0] > 0
    last = next((count for count in wanted if count + 1 not in wanted), total)
    needed = wanted[0] if rises else total - last
    ways = [ways_to(member, rises, known) for member in counted.members]
    return _together(ways, max(1, needed))


def _verified(verified: Verified, truth: bool, known: Known) -> Ways | None:
    """What lasts is confirmed when it has settled; what comes and goes, by the end of `within`."""
    ways = ways_to(verified.operand, truth, known)
    if ways is None or not truth:
        return ways
    settle = Term(Step.SETTLE, "", verified.settle)
    within = Term(Step.WITHIN, "", verified.within)
    return Ways(ways.fastest.then(settle, _look()), ways.slowest.then(settle, within, _look()))


def _window(compared: Compared, window: Window, truth: bool, known: Known) -> Ways:
    """Give the ways of a function over the last while.

    min and max turn at once on one side; an average, a slope or a change that just passes its
    threshold does so only when the phenomenon fills the span.
    """
    detector = window.point.detector
    reading = Way(known.readings[detector])
    rises = (compared.comparison in _RISING) is truth
    match window.function:
        case "age":
            waited = Term(Step.AGE, detector, seconds(max(0.0, compared.threshold)))
            return _both(Way(()).then(waited, _look())) if rises else _both(reading)
        case "co_dose":
            whole = FULL_DOSE if rises else DOSE_FORGOTTEN
            part = compared.threshold if rises else 100.0 - compared.threshold
            dose = Duration(round(whole * min(max(part, 0.0), 100.0) / 100.0))
            return Ways(reading, reading.then(Term(Step.DOSE, detector, dose), _look()))
        case "max" if rises:
            return _both(reading)
        case "min" if not rises:
            return _both(reading)
        case _:
            again = Duration(reading.takes)
            return _both(
                reading.then(
                    Term(Step.WINDOW, window.function, window.span),
                    Term(Step.NEXT_READING, detector, again),
                )
            )
