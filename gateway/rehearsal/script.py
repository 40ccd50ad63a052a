"""A test of rules as data: what happens, and what is to come of it.

Times are durations from the start of the test.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.rehearsal.series import Series
from rules.condition import Condition, Mode
from rules.event import Change, Notice
from rules.instant import Duration
from rules.language.syntax import Point
from rules.operator import Command
from rules.problem import Place
from rules.reading import FaultCause


@dataclass(frozen=True, slots=True)
class Behaves:
    """How a detector answers from now on.

    Attributes:
        detector: which.
        cause: why each attempt to read it fails; None where it measures.
        silent: whether nothing at all is heard of it.
    """

    detector: str
    cause: FaultCause | None = None
    silent: bool = False


@dataclass(frozen=True, slots=True)
class BusGoes:
    """A bus goes down or comes up."""

    bus: str
    down: bool


@dataclass(frozen=True, slots=True)
class PartGoes:
    """A part of the gateway fails or recovers."""

    part: str
    failed: bool


@dataclass(frozen=True, slots=True)
class PowerGoes:
    """The gateway loses its power, or gets it back."""

    on: bool


@dataclass(frozen=True, slots=True)
class ClockSet:
    """The wall clock is set (UTC, nanoseconds since 1970), or cannot be trusted any more."""

    utc_ns: int | None


@dataclass(frozen=True, slots=True)
class Ordered:
    """A person orders something; `act` is the word of the test file."""

    act: str
    command: Command


Deed = Behaves | BusGoes | PartGoes | PowerGoes | ClockSet | Ordered


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A deed at a time; `late` where what is read at that time comes before it."""

    at: Duration
    deed: Deed
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionExpected:
    """Something is to happen to a condition; None stands for any."""

    change: Change
    condition: Condition
    source: str | None = None
    zone: str | None = None
    mode: Mode = Mode.LIVE
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class OutputExpected:
    """An output is to be set."""

    output: str
    energised: bool


@dataclass(frozen=True, slots=True)
class RefusalExpected:
    """An act, by its word in the test file, is to be refused."""

    act: str


@dataclass(frozen=True, slots=True)
class NoticeExpected:
    """A notice is to be told; of any zone where that is None."""

    notice: Notice
    zone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What is to come from `at` to `until`, both included."""

    at: Duration
    until: Duration
    what: ConditionExpected | OutputExpected | RefusalExpected | NoticeExpected


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTest:
    """A test.

    Attributes:
        name: what it claims.
        place: where it stands.
        series: what each point of the site measures.
        given: what else happens, in the order of time.
        expected: what is to come of it, in the order of time.
        until: when it ends.
        utc_ns: the wall clock at its start; None where that is unknown.
        is_cold: whether the detectors have just been powered.
        is_complete: whether every event is checked.
    """

    name: str
    place: Place
    series: Mapping[Point, Series]
    given: tuple[Given, ...]
    expected: tuple[Expected, ...]
    until: Duration
    utc_ns: int | None = None
    is_cold: bool = False
    is_complete: bool = False
