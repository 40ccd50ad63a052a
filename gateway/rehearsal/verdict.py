"""Whether what came of a test is what was expected: each event against each expectation."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from gateway.rehearsal.rehearse import Happening, Refused, Rehearsed
from gateway.rehearsal.script import (
    ConditionExpected,
    Expected,
    NoticeExpected,
    OutputExpected,
    RefusalExpected,
    RuleTest,
)
from rules.condition import Condition
from rules.event import Change, ConditionEvent, NoticeEvent
from rules.instant import Duration
from rules.output import OutputCommand

ALARMS: Final = frozenset({Condition.FIRE_ALARM, Condition.GAS_ALARM, Condition.PRE_ALARM})
LIFE: Final = frozenset({Change.ENTERED, Change.SPREAD, Change.CLEARED, Change.LEFT})


class Finding(Enum):
    """What became of an expectation or an event."""

    MET = auto()
    MISSING = auto()
    UNEXPECTED = auto()


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the comparison; one of the two is None unless the expectation was met."""

    at: Duration
    expected: Expected | None
    happening: Happening | None

    @property
    def finding(self) -> Finding:
        """What became of it."""
        if self.expected is None:
            return Finding.UNEXPECTED
        return Finding.MISSING if self.happening is None else Finding.MET


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a test came to: its rows in the order of time, and what was looked at."""

    test: RuleTest
    rows: tuple[Row, ...]
    rehearsed: Rehearsed

    @property
    def passed(self) -> bool:
        """Whether all that was checked is as it was expected."""
        return all(row.finding is Finding.MET for row in self.rows)


def judge(test: RuleTest, rehearsed: Rehearsed) -> Verdict:
    """Hold what happened against what was expected.

    Events are taken in the order of time; each goes to the open expectation that it fits and whose
    time runs out first, and among those to the one that says most.
    """
    open_ones = list(test.expected)
    rows = []
    for happening in rehearsed.happenings:
        fitting = [each for each in open_ones if _is_met(each, happening)]
        if fitting:
            met = min(fitting, key=lambda each: (each.until, -_narrowness(each)))
            open_ones.remove(met)
            rows.append(Row(happening.at, met, happening))
        elif _is_checked(test, happening):
            rows.append(Row(happening.at, None, happening))
    rows += [Row(each.at, each, None) for each in open_ones]
    rows.sort(key=lambda row: row.at)
    return Verdict(test, tuple(rows), rehearsed)


def _is_met(expected: Expected, happening: Happening) -> bool:
    return expected.at <= happening.at <= expected.until and _fits(expected, happening)


def _fits(expected: Expected, happening: Happening) -> bool:
    match expected.what, happening.what:
        case ConditionExpected() as wanted, ConditionEvent() as event:
            return (
                (wanted.change, wanted.condition, wanted.mode)
                == (event.change, event.condition, event.mode)
                and wanted.source in (None, event.source)
                and wanted.zone in (None, event.zone)
                and wanted.cause in (None, event.cause)
            )
        case OutputExpected(output, energised), OutputCommand() as command:
            return (output, energised) == (command.output, command.energised)
        case RefusalExpected(act), Refused() as refused:
            return act == refused.act
        case NoticeExpected(notice, zone), NoticeEvent() as event:
            return notice is event.notice and zone in (None, event.zone)
        case _:
            return False


def _narrowness(expected: Expected) -> int:
    """Tell how much an expectation says: the one that says more is met first."""
    what = expected.what
    if not isinstance(what, ConditionExpected):
        return 0
    return sum(each is not None for each in (what.source, what.zone, what.cause))


def _is_checked(test: RuleTest, happening: Happening) -> bool:
    """Tell whether an event that nobody expected fails the test."""
    what = happening.what
    if isinstance(what, ConditionEvent):
        always = what.condition in ALARMS and what.change in LIFE
        return always or test.is_complete or _is_named(test.expected, what)
    if isinstance(what, NoticeEvent):
        named = any(
            isinstance(each.what, NoticeExpected) and each.what.notice is what.notice
            for each in test.expected
        )
        return test.is_complete or named
    if isinstance(what, OutputCommand):
        return any(
            isinstance(each.what, OutputExpected) and each.what.output == what.output
            for each in test.expected
        )
    return True  # a refusal


def _is_named(expected: Iterable[Expected], event: ConditionEvent) -> bool:
    """Tell whether an expectation speaks of an event's condition and source.

    One that speaks of its entering speaks of its whole life; what a person does to it, and that it
    stands again, is named by itself.
    """
    for each in expected:
        wanted = each.what
        if (
            isinstance(wanted, ConditionExpected)
            and wanted.condition is event.condition
            and wanted.source in (None, event.source)
            and (wanted.change is event.change or {wanted.change, event.change} <= LIFE)
        ):
            return True
    return False
