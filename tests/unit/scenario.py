"""Sites in a few words, and tables of what happens in them and what is told.

A table has rows of seconds, what changes in the world, a bar, what is told then. A row without
seconds goes on with what is told.

    5   s1.smoke 4          | alarm: entered pre-alarm rule/one
    12                      | alarm: entered fire-alarm rule/two
                            | siren on

The detectors behave: at every whole second each tells what it measures, or fails, or is mute, and a
tick follows. A table is complete: what is told and not written fails, to the last row's instant.
After every step the durable rows are held against the conditions in force.
"""

from dataclasses import dataclass, field

from rules.condition import Condition
from rules.engine import Engine
from rules.event import Change, ConditionEvent, Notice
from rules.instant import Instant, seconds
from rules.language.compile import Scope, compile_expression
from rules.occurrence import ROW_PREFIX, row_of
from rules.operator import (
    DISABLED_FOR,
    LONGEST_TEST,
    Act,
    BeginTest,
    Disable,
    Disabled,
    Enable,
    EndTest,
    OperatorCommand,
    Target,
)
from rules.output import OutputDefinition, OutputKind
from rules.part import PartFailed, PartRecovered, Tick, WallTime
from rules.profile import CONTACT_RANGE, DetectorKind, HazardousSide, QuantityRange
from rules.reading import BusDown, BusUp, FailedPoll, FaultCause, Reading
from rules.site import (
    DetectorDefinition,
    OnUnknown,
    RuleDefinition,
    SiteDefinition,
    ZoneDefinition,
)
from rules.step import Step

RANGES = {
    "contact": CONTACT_RANGE,
    "temperature": QuantityRange(lowest=-40, highest=120),
    "smoke": QuantityRange(lowest=0, highest=20),
    "co": QuantityRange(lowest=0, highest=500),
    "gas": QuantityRange(lowest=0, highest=100),
    "humidity": QuantityRange(lowest=0, highest=100, hazardous_side=HazardousSide.NEITHER),
}
SIREN = OutputDefinition(id="siren", kind=OutputKind.SIREN)
FAULT_RELAY = OutputDefinition(id="relay", kind=OutputKind.FAULT_RELAY)
AUTHOR = "Lan"


def detector(
    name,
    *quantities,
    zone="hall",
    bus="line",
    kind=DetectorKind.SMOKE,
    every=1,
    stale_after=10,
    warm_up=0,
    ranges=RANGES,
):
    return DetectorDefinition(
        id=name,
        zone=zone,
        bus=bus,
        kind=kind,
        quantities={quantity: ranges[quantity] for quantity in quantities},
        every=seconds(every),
        stale_after=seconds(stale_after),
        warm_up=seconds(warm_up),
    )


def call_point(name, zone="hall", **more):
    return detector(name, "contact", zone=zone, kind=DetectorKind.MANUAL_CALL_POINT, **more)


@dataclass(frozen=True)
class WrittenRule:
    name: str
    when: str
    raises: Condition
    zone: str
    hold: float
    clear: str | None
    latching: bool | None
    on_unknown: OnUnknown = OnUnknown.DEGRADE

    def compiled(self, scope):
        latching = self.raises in (Condition.FIRE_ALARM, Condition.GAS_ALARM)
        return RuleDefinition(
            id=self.name,
            zone=self.zone,
            raises=self.raises,
            when=compile_expression(self.when, scope),
            clear=(
                None if self.clear is None else compile_expression(self.clear, scope, clears=True)
            ),
            hold=seconds(self.hold),
            latching=latching if self.latching is None else self.latching,
            on_unknown=self.on_unknown,
        )


def rule(
    name,
    when,
    raises=Condition.FIRE_ALARM,
    *,
    zone="hall",
    hold=0,
    clear=None,
    latching=None,
    on_unknown=OnUnknown.DEGRADE,
):
    return WrittenRule(name, when, raises, zone, hold, clear, latching, on_unknown)


def site(*parts, outputs=(), zones=None, schedules=()):
    """Make a site of detectors and rules; its zones are those that they name, in their order."""
    detectors = [part for part in parts if isinstance(part, DetectorDefinition)]
    rules = [part for part in parts if isinstance(part, WrittenRule)]
    named = zones or dict.fromkeys(part.zone for part in (*detectors, *rules))
    known = {each.id: each for each in detectors}
    ids = frozenset(each.id for each in schedules)
    return SiteDefinition(
        zones=tuple(ZoneDefinition(id=zone, name=zone) for zone in named),
        detectors=tuple(detectors),
        rules=tuple(
            each.compiled(Scope(each.zone, known, zones=frozenset(named), schedules=ids))
            for each in rules
        ),
        outputs=tuple(outputs),
        schedules=tuple(schedules),
    )


def told(step: Step) -> list[str]:
    """Give what a step leads to in the words of the tables."""
    lines = [_event(event) for event in step.events]
    lines += [f"{each.output} {'on' if each.energised else 'off'}" for each in step.outputs]
    return lines + [f"refused: {refusal}" for refusal in step.refusals]


def _event(event) -> str:
    by = f" by {event.author}" if event.author else ""
    if not isinstance(event, ConditionEvent):
        zone = f" of {event.zone}" if event.zone else ""
        about = f" {event.detail}" if event.notice is Notice.DETECTOR_TESTED else ""
        return f"{event.lane}: {event.notice}{about}{zone}{by}"
    because = ""
    if (event.change is Change.ENTERED and event.cause not in ("rule", "disable", "test")) or (
        (event.change is Change.LEFT and event.cause in ENDED_BY)
        or (event.change is Change.STANDING and event.cause in WORSE)
    ):
        because = f" because {event.cause}"
    return f"{event.lane}: {event.change} {event.condition} {event.source}{because}{by}"


WORSE = ("unprotected",)
ENDED_BY = (
    "reset",
    "configuration-changed",
    "expired",
    "restarted",
    "call-point",
    "second-detector",
    "alarm-stands",
    "test-ended",
)


class Life:
    """An engine over its rows, through restarts."""

    def __init__(self, definition: SiteDefinition, rows=None, *, boot="boot-1", now=0) -> None:
        self.definition = definition
        self.rows = {} if rows is None else rows
        self.boot = boot
        self.steps: list[Step] = []
        self.begin(definition, now=now)

    def begin(self, definition, *, boot=None, now=0) -> Step:
        """Start the engine, of a new configuration or boot."""
        self.definition = definition
        self.boot = boot or self.boot
        self.engine = Engine(definition, self.boot, dict(self.rows), Instant(seconds(now)))
        return self._kept(self.engine.start(Instant(seconds(now))))

    def succeed(self, definition, now) -> Step:
        """Change the configuration while the engine runs."""
        self.definition = definition
        instant = Instant(seconds(now))
        self.engine = self.engine.successor(definition, instant, author=AUTHOR)
        return self._kept(self.engine.start(instant))

    def step(self, now, given) -> Step:
        return self._kept(self.engine.step(Instant(seconds(now)), given))

    def read(self, now, name, quantity, value, at=None) -> Step:
        instant = Instant(seconds(now if at is None else at))
        return self.step(now, Reading(name, quantity, value, instant))

    def fail(self, now, name, cause=FaultCause.NO_REPLY) -> Step:
        return self.step(now, FailedPoll(name, cause, "no luck", Instant(seconds(now))))

    def tick(self, now) -> Step:
        return self.step(now, Tick(Instant(seconds(now))))

    def order(self, now, act, zone=None) -> Step:
        return self.step(now, OperatorCommand(act, zone, AUTHOR))

    def disable(self, now, source, duration=None, **more) -> Step:
        kind, _, name = source.partition("/")
        target = Target(Disabled(kind), name)
        for_ = DISABLED_FOR if duration is None else seconds(duration)
        return self.step(now, Disable(target=target, author=AUTHOR, duration=for_, **more))

    def enable(self, now, source) -> Step:
        kind, _, name = source.partition("/")
        return self.step(now, Enable(target=Target(Disabled(kind), name), author=AUTHOR))

    def begin_test(self, now, zone=None, duration=None, *, whole_site=False) -> Step:
        for_ = LONGEST_TEST if duration is None else seconds(duration)
        order = BeginTest(zone=zone, author=AUTHOR, duration=for_, whole_site=whole_site)
        return self.step(now, order)

    def end_test(self, now, zone=None) -> Step:
        return self.step(now, EndTest(zone=zone, author=AUTHOR))

    def wall(self, now, utc_s, *, known=True) -> Step:
        return self.step(now, WallTime(Instant(seconds(now)), round(utc_s * 1e9), known))

    def in_force(self):
        return {(each.condition, each.source): each for each in self.engine.present().conditions}

    def protection(self, zone):
        return next(each.protection for each in self.engine.present().zones if each.id == zone)

    def health(self, name):
        return next(each.health for each in self.engine.present().detectors if each.id == name)

    def value(self, name, quantity):
        present = self.engine.present().detectors
        return next(each.values[quantity] for each in present if each.id == name)

    def _kept(self, step: Step) -> Step:
        for key, row in step.changes:
            if row is None:
                self.rows.pop(key, None)
            else:
                self.rows[key] = row
        durable = {key: row for key, row in self.rows.items() if key.startswith(ROW_PREFIX)}
        assert durable == {each.row: row_of(each) for each in self.engine._occurrences}
        self.steps.append(step)
        return step


@dataclass
class _Fake:
    """A detector that behaves: it measures, fails with a cause, or is mute."""

    bus: str
    values: dict[str, float] = field(default_factory=dict)
    fails: FaultCause | None = None
    mute: bool = False


class World:
    """Fake detectors, a hand clock and an engine; runs a table."""

    def __init__(self, **sites: SiteDefinition) -> None:
        self._sites = sites
        self._now = 0.0
        self._boots = 1
        self._booted_at = 0.0
        first = next(iter(sites.values()))
        detectors = [each for some in reversed(sites.values()) for each in some.detectors]
        self._fakes = {each.id: _Fake(each.bus) for each in detectors}
        self._down: set[str] = set()
        self._told: list[tuple[float, str]] = []
        self.life = Life(first)
        self._hear(self.life.steps[-1])

    def run(self, table: str) -> "World":
        """Play a table, and hold what is told against it."""
        expected: list[tuple[float, str]] = []
        for instant, actions, tellings in _rows(table):
            self._pass(instant)
            for action in actions:
                self._act(action.split())
            expected += [(instant, telling) for telling in tellings]
        self._pass(self._now + 0.001)
        shown = [(at, _as_written(line, at, expected)) for at, line in self._told]
        self._told.clear()
        assert _lines(shown) == _lines(expected)
        return self

    def _pass(self, until: float) -> None:
        """Let every whole second before an instant go by, once its changes have been made."""
        second = int(self._now) if self._now == int(self._now) else int(self._now) + 1
        while second < until:
            self._ring_until(second)
            self._now = float(second)
            self._poll()
            second += 1
        self._ring_until(until)
        self._now = until

    def _ring_until(self, until: float) -> None:
        """Tick at each instant between the whole seconds at which the engine asks for it."""
        while (due := self.life.engine.next_due()) is not None:
            at = due / 1e9 + self._booted_at
            if not self._now < at < until:
                return
            self._now = at
            self._hear(self.life.tick(self._clock))

    def _poll(self) -> None:
        for name, fake in self._fakes.items():
            if fake.mute or fake.bus in self._down:
                continue
            if fake.fails is not None:
                self._hear(self.life.fail(self._clock, name, fake.fails))
                continue
            for quantity, value in fake.values.items():
                self._hear(self.life.read(self._clock, name, quantity, value))
        self._hear(self.life.tick(self._clock))

    @property
    def _clock(self) -> float:
        return self._now - self._booted_at

    def _act(self, words: list[str]) -> None:  # noqa: C901, PLR0912 - one case an act
        match words:
            case ["restart", *name]:
                chosen = self._sites[name[0]] if name else self.life.definition
                self._hear(self.life.begin(chosen, now=self._clock))
            case ["apply", name]:
                self._hear(self.life.succeed(self._sites[name], self._clock))
            case ["reboot"]:
                self._boots += 1
                self._booted_at = self._now
                self._hear(self.life.begin(self.life.definition, boot=f"boot-{self._boots}"))
            case ["acknowledge" | "silence" | "reset" as act, *zone]:
                self._hear(self.life.order(self._clock, Act(act), zone[0] if zone else None))
            case ["disable", source, *duration]:
                until = float(duration[0]) if duration else None
                self._hear(self.life.disable(self._clock, source, until))
            case ["enable", source]:
                self._hear(self.life.enable(self._clock, source))
            case ["test", zone, *duration]:
                until = float(duration[0]) if duration else None
                self._hear(self.life.begin_test(self._clock, zone, until))
            case ["test-all"]:
                self._hear(self.life.begin_test(self._clock, None, whole_site=True))
            case ["end-test", *zone]:
                self._hear(self.life.end_test(self._clock, *zone))
            case ["wall", "unknown"]:
                self._hear(self.life.wall(self._clock, 0, known=False))
            case ["wall", utc_s]:
                self._hear(self.life.wall(self._clock, float(utc_s)))
            case ["bus" | "part", _, _]:
                self._hear(self.life.step(self._clock, self._equipment(words)))
            case _:
                self._turn(words)

    def _equipment(self, words: list[str]):
        instant = self._instant
        match words:
            case ["bus", name, "down"]:
                self._down.add(name)
                return BusDown(name, "gone", instant)
            case ["bus", name, "up"]:
                self._down.discard(name)
                return BusUp(name, instant)
            case ["part", name, "failed"]:
                return PartFailed(part=name, cause="down", detail="", at=instant)
            case ["part", name, "recovered"]:
                return PartRecovered(part=name, at=instant)

    def _turn(self, words: list[str]) -> None:
        """Change what a detector measures, or how it behaves."""
        match words:
            case [name, "fails", *cause]:
                self._fakes[name].fails = FaultCause(cause[0] if cause else "no-reply")
            case [name, "mute"]:
                self._fakes[name].mute = True
            case [name, "answers"]:
                self._fakes[name].fails, self._fakes[name].mute = None, False
            case [point, value]:
                name, _, quantity = point.partition(".")
                self._fakes[name].values[quantity] = float(value)
            case _:
                raise AssertionError(f"a table cannot say {words}")

    @property
    def _instant(self) -> Instant:
        return Instant(seconds(self._clock))

    def _hear(self, step: Step) -> None:
        self._told += [(self._now, line) for line in told(step)]


def _rows(table: str):
    instant = ""
    for line in table.splitlines():
        left, bar, right = line.partition("|")
        if not line.strip():
            continue
        assert bar, f"a row has a bar: {line!r}"
        following, _, actions = left.strip().partition(" ")
        instant = following or instant
        yield (
            float(instant),
            [each.strip() for each in actions.split(",") if each.strip()],
            [each.strip() for each in right.split(",") if each.strip()],
        )


def _lines(tellings: list[tuple[float, str]]) -> list[str]:
    return [f"{at:g} {line}" for at, line in tellings]


def _as_written(line: str, at: float, expected: list[tuple[float, str]]) -> str:
    """Let a table end a long refusal with …"""
    for instant, written in expected:
        if instant == at and written.endswith("…") and line.startswith(written[:-1]):
            return written
    return line
