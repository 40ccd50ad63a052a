"""Runs a test: the engine of the daemon, fed reading by reading, on a clock moved by hand.

At one instant come first the deeds, then what is read, detector by detector in the order of the
site file, then the tick of the second, then the deeds that stand behind a value. Between them the
clock stops wherever the engine asks for it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from heapq import heapify, heappop, heappush
from typing import Final

from gateway.rehearsal.script import (
    Behaves,
    BusGoes,
    ClockSet,
    ConditionExpected,
    Deed,
    Ordered,
    PartGoes,
    PowerGoes,
    RuleTest,
)
from gateway.rehearsal.series import Series
from rules.engine import Engine, Input
from rules.event import Event
from rules.instant import Duration, Instant, seconds
from rules.language.syntax import Point
from rules.output import OutputCommand
from rules.part import PartFailed, PartRecovered, Tick, WallTime
from rules.reading import BusDown, BusUp, FailedPoll, Reading
from rules.restart import BOOT_ROW
from rules.site import DetectorDefinition, SiteDefinition
from rules.step import Step
from rules.trace import RuleNow

TICK_EVERY: Final = seconds(1)
AS_WRITTEN: Final = "as the test has it"


@dataclass(frozen=True, slots=True)
class Refused:
    """A person's act was refused; `act` is its word in the test file."""

    act: str
    words: str


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that came of a test, at a time from its start."""

    at: Duration
    what: Event | OutputCommand | Refused


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What came of a test.

    Attributes:
        happenings: in their order.
        rules: each rule that was to act, as it was when its time ran out, by source and that time.
    """

    happenings: tuple[Happening, ...]
    rules: Mapping[tuple[str, Duration], RuleNow]


class _Rank(IntEnum):
    """What comes first at one instant."""

    DEED = 0
    READING = 1
    TICK = 2
    LATE_DEED = 3
    LOOK = 4
    END = 5


@dataclass(slots=True)
class _Device:
    """A detector as the world has it."""

    definition: DetectorDefinition
    series: tuple[tuple[str, Series], ...]
    behaviour: Behaves


def rehearse(site: SiteDefinition, test: RuleTest) -> Rehearsed:
    """Run a test over a site."""
    return _Rehearsal(site, test).run()


class _Rehearsal:
    """One run."""

    def __init__(self, site: SiteDefinition, test: RuleTest) -> None:
        self._site = site
        self._test = test
        self._devices = [_device(each, test.series) for each in site.detectors]
        self._by_id = {each.definition.id: each for each in self._devices}
        self._down: set[str] = set()
        self._boots = 1
        self._rows: dict[str, str] = {} if test.is_cold else {BOOT_ROW: self._boot_id}
        self._levels: dict[str, bool] = {}
        self._happenings: list[Happening] = []
        self._rules: dict[tuple[str, Duration], RuleNow] = {}
        self._engine: Engine | None = None
        # The clock counts from the boot: warm detectors have all had time to warm up since then.
        warm_ups = () if test.is_cold else (each.warm_up for each in site.detectors)
        self._started = Instant(max(warm_ups, default=0))

    @property
    def _boot_id(self) -> str:
        return f"test-{self._boots}"

    def _instant(self, at: Duration) -> Instant:
        return Instant(self._started + at)

    def run(self) -> Rehearsed:
        """Let all happen, in the order of time."""
        self._begin(self._started)
        self._take(self._started, _wall_time(self._test.utc_ns, self._started))
        waiting = self._schedule()
        while waiting:
            at, rank, number = waiting[0]
            if self._ring(at):
                continue
            if rank == _Rank.END:
                break
            self._happen(at, _Rank(rank), number)
            again = self._again(at, _Rank(rank), number)
            heappop(waiting)
            if again is not None:
                heappush(waiting, (again, rank, number))
        return Rehearsed(tuple(self._happenings), self._rules)

    def _schedule(self) -> list[tuple[Duration, int, int]]:
        """Give the first instant of everything: when, of which rank, the how manieth of those."""
        test = self._test
        waiting = [(Duration(0), int(_Rank.READING), n) for n in range(len(self._devices))]
        waiting.append((Duration(0), int(_Rank.TICK), 0))
        for number, given in enumerate(test.given):
            rank = _Rank.LATE_DEED if given.late else _Rank.DEED
            waiting.append((given.at, int(rank), number))
        waiting += [(each.until, int(_Rank.LOOK), n) for n, each in enumerate(test.expected)]
        waiting.append((test.until, int(_Rank.END), 0))
        heapify(waiting)
        return waiting

    def _again(self, at: Duration, rank: _Rank, number: int) -> Duration | None:
        if rank is _Rank.READING:
            return Duration(at + self._devices[number].definition.every)
        return Duration(at + TICK_EVERY) if rank is _Rank.TICK else None

    def _happen(self, at: Duration, rank: _Rank, number: int) -> None:
        match rank:
            case _Rank.READING:
                self._poll(self._devices[number], at)
            case _Rank.TICK:
                self._take(self._instant(at), Tick(self._instant(at)))
            case _Rank.LOOK:
                self._look(number)
            case _:
                self._do(self._test.given[number].deed, self._instant(at))

    def _ring(self, before: Duration) -> bool:
        """Stop the clock where the engine asks for it, if that is earlier."""
        due = None if self._engine is None else self._engine.next_due()
        if due is None or due >= self._instant(before):
            return False
        self._take(due, Tick(due))
        after = None if self._engine is None else self._engine.next_due()
        return after is None or after > due  # else it would ring for ever

    def _poll(self, device: _Device, at: Duration) -> None:
        name, now = device.definition.id, self._instant(at)
        if device.behaviour.silent or device.definition.bus in self._down:
            return
        if device.behaviour.cause is not None:
            self._take(now, FailedPoll(name, device.behaviour.cause, AS_WRITTEN, now))
            return
        for quantity, series in device.series:
            self._take(now, Reading(name, quantity, series.reading(at), now))

    def _do(self, deed: Deed, now: Instant) -> None:
        match deed:
            case Behaves():
                self._by_id[deed.detector].behaviour = deed
            case BusGoes():
                self._bus_goes(deed, now)
            case PartGoes(part, failed):
                gone = PartFailed(part=part, cause="test", detail=AS_WRITTEN, at=now)
                self._take(now, gone if failed else PartRecovered(part=part, at=now))
            case ClockSet(utc_ns):
                self._take(now, _wall_time(utc_ns, now))
            case PowerGoes():
                self._power_goes(deed, now)
            case Ordered(act, command):
                self._take(now, command, act)

    def _bus_goes(self, deed: BusGoes, now: Instant) -> None:
        if deed.down:
            self._down.add(deed.bus)
            self._take(now, BusDown(deed.bus, AS_WRITTEN, now))
        else:
            self._down.discard(deed.bus)
            self._take(now, BusUp(deed.bus, now))

    def _power_goes(self, deed: PowerGoes, now: Instant) -> None:
        """Lose what is in memory; a boot later the wall clock is not known yet."""
        self._engine = None
        self._levels = {}
        if deed.on:
            self._boots += 1
            self._begin(now)
            self._take(now, _wall_time(None, now))
            for bus in sorted(self._down):
                self._take(now, BusDown(bus, AS_WRITTEN, now))

    def _begin(self, now: Instant) -> None:
        self._engine = Engine(self._site, self._boot_id, dict(self._rows), now)
        self._note(now, self._engine.start(now), "")

    def _take(self, now: Instant, given: Input, act: str = "") -> None:
        if self._engine is not None:
            self._note(now, self._engine.step(now, given), act)

    def _note(self, now: Instant, step: Step, act: str) -> None:
        if not (step.events or step.outputs or step.changes or step.refusals):
            return
        for key, row in step.changes:
            if row is None:
                self._rows.pop(key, None)
            else:
                self._rows[key] = row
        self._tell(now, step.events)
        for command in step.outputs:
            if self._levels.get(command.output, False) is not command.energised:
                self._tell(now, (command,))
            self._levels[command.output] = command.energised
        self._tell(now, (Refused(act, words) for words in step.refusals))

    def _tell(self, now: Instant, what: Iterable[Event | OutputCommand | Refused]) -> None:
        self._happenings += [Happening(Duration(now - self._started), each) for each in what]

    def _look(self, number: int) -> None:
        """Keep what a rule is that was to act by now."""
        expected = self._test.expected[number]
        if not isinstance(expected.what, ConditionExpected) or expected.what.source is None:
            return
        source = expected.what.source
        rule = None if self._engine is None else self._engine.rule_now(source)
        if rule is not None:
            self._rules[source, expected.until] = rule


def _device(definition: DetectorDefinition, series: Mapping[Point, Series]) -> _Device:
    return _Device(
        definition,
        tuple(
            (quantity, series[Point(definition.id, quantity)]) for quantity in definition.quantities
        ),
        Behaves(definition.id),
    )


def _wall_time(utc_ns: int | None, now: Instant) -> WallTime:
    """Give what the wall clock says; an unknown one says no more than that it is after 1970."""
    return WallTime(now, utc_ns or 0, is_known=utc_ns is not None)
