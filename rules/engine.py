"""The engine: one ordered stream of inputs, and what each leads to.

`step` is a function of the state and the input. Nothing in it waits, asks the clock or fails on a
device's nonsense, so a recorded stream of inputs replays to the same events.
"""

from collections.abc import Iterable, Mapping
from operator import itemgetter
from typing import Final

from rules.alarm import Phase
from rules.annunciation import Annunciation
from rules.condition import Condition
from rules.event import Change, NoticeEvent
from rules.health import HealthState
from rules.instant import Instant, Moment, seconds
from rules.language.syntax import Point
from rules.occurrence import (
    ROW_PREFIX,
    Occurrence,
    Occurrences,
    Outcome,
    Step,
    StepFailedError,
    event_of,
    occurrence_of,
)
from rules.operation import operate
from rules.operator import Act, OperatorCommand
from rules.part import Noted, PartFailed, PartRecovered, Tick
from rules.profile import DetectorKind
from rules.protection import RAISING, ZoneProtection
from rules.reading import BusDown, BusUp, FailedPoll, FaultCause, Reading
from rules.running_detector import LATCH_PREFIX, RunningDetector
from rules.running_rule import PENDING_PREFIX, RunningRule, call_point_rule
from rules.site import SiteDefinition, ZoneDefinition
from rules.snapshot import ConditionNow, DetectorNow, SiteNow, ZoneNow
from rules.values import Values

Input = (
    Reading
    | FailedPoll
    | BusDown
    | BusUp
    | Tick
    | OperatorCommand
    | PartFailed
    | PartRecovered
    | Noted
)

SUPERVISION_EVERY: Final = seconds(1)
"""How often silent detectors are looked for."""

STOOD_STILL: Final = seconds(2.5)
"""Where no tick came for so long, the process was held up, and what detectors said meanwhile may
still wait behind it: they are silent only if they are so at the next look too."""

BOOT_ROW: Final = "boot"
PRECEDENCE: Final = tuple(Condition)  # declared gravest first


class Engine:
    """The state of a site and its law. Made anew from the durable rows at each start."""

    def __init__(
        self, site: SiteDefinition, boot_id: str, rows: Mapping[str, str], started: Instant
    ) -> None:
        self._site = site
        self._boot_id = boot_id
        self._rows = dict(rows)
        self._now = started
        self._supervised_at = started
        self._is_excused = False  # from the newest look: see STOOD_STILL
        self._values = Values({each.id: each.zone for each in site.detectors})
        self._occurrences = Occurrences()
        self._zones = {zone.id: zone for zone in site.zones}
        warming = rows.get(BOOT_ROW) != boot_id
        self._detectors = {
            detector.id: RunningDetector(
                detector, self._values, boot_id, started=started, warming=warming
            )
            for detector in site.detectors
        }
        self._rules = self._make_rules()
        self._windowed = tuple(rule for rule in self._rules.values() if rule.has_windows)
        self._rules_of: dict[Point, list[RunningRule]] = {}
        for rule in self._rules.values():
            for point in rule.points:
                self._rules_of.setdefault(point, []).append(rule)
        # Rules whose `for` runs. A dictionary, since the order of a set differs between two runs.
        self._running: dict[RunningRule, None] = {}
        self._protection = ZoneProtection(
            self._rules.values(), self._values, boot_id, self._is_starting
        )
        self._annunciation = Annunciation(site.outputs)
        self._restore()

    # -- the stream ---------------------------------------------------------------------------

    def start(self, now: Instant) -> Step:
        """Tell what survived the restart, and set every output; the first step of a life."""
        outcome = Outcome()
        self._now = max(self._now, now)
        outcome.changes[BOOT_ROW] = self._boot_id
        for occurrence in self._occurrences:
            if not self._is_known(occurrence) and not occurrence.latched:
                self._occurrences.leave(occurrence, now, outcome, cause="configuration-changed")
            elif occurrence.condition in RAISING:
                outcome.events.append(event_of(occurrence, Change.STANDING, now))
        kept = {rule.row for rule in self._rules.values() if rule.life.phase is Phase.PENDING}
        kept.update(*(detector.rows for detector in self._detectors.values()))
        for row in self._rows:
            if row.startswith((PENDING_PREFIX, LATCH_PREFIX)) and row not in kept:
                outcome.changes[row] = None
        self._review(self._rules_of, now, outcome)
        self._annunciation.follow(self._occurrences, outcome)
        return outcome.step()

    def step(self, now: Instant, given: Input) -> Step:
        """Take one input, and give what it leads to.

        Time runs by when things happened: a measurement counts from the instant at which it was
        measured, whenever it came here.

        Raises:
            StepFailedError: a mistake in here broke it off.
        """
        outcome = Outcome()
        self._now = max(self._now, now)
        now = self._now if isinstance(given, OperatorCommand) else min(self._now, given.at)
        try:
            self._take(given, now, outcome)
        except Exception as mistake:
            raise StepFailedError(self._finish(outcome)) from mistake
        return self._finish(outcome)

    def _finish(self, outcome: Outcome) -> Step:
        if outcome.changes:
            self._annunciation.follow(self._occurrences, outcome)
        return outcome.step()

    def _take(self, given: Input, now: Instant, outcome: Outcome) -> None:  # noqa: C901 - one case an input
        match given:
            case Reading():
                self._reading(given, now, outcome)
            case FailedPoll():
                self._failed_poll(given, now, outcome)
            case Tick():
                self._tick(now, outcome)
            case BusDown():
                self._bus_down(given, now, outcome)
            case BusUp():
                self._bus_up(given, now, outcome)
            case OperatorCommand():
                self._operator(given, now, outcome)
            case PartFailed():
                self._part_failed(given, now, outcome)
            case PartRecovered():
                occurrence = self._occurrences.get(given.condition, given.part)
                if occurrence is not None:
                    self._occurrences.leave(occurrence, now, outcome)
            case Noted():
                outcome.events.append(NoticeEvent(notice=given.notice, at=now, detail=given.detail))

    def next_due(self) -> Instant | None:
        """Give the instant at which the next running `for` ends: a tick is wanted then."""
        dues = [due for rule in self._running if (due := rule.life.due()) is not None]
        return min(dues, default=None)

    # -- inputs -------------------------------------------------------------------------------

    def _reading(self, reading: Reading, now: Instant, outcome: Outcome) -> None:
        detector = self._detectors.get(reading.detector)
        if detector is None:
            return
        measured = detector.measured(reading, self._occurrences, outcome)
        if measured is None:
            return
        point, turned = measured
        self._judge(self._rules_of.get(point, ()), now, outcome)
        if turned:
            self._review((point,), now, outcome)

    def _failed_poll(self, failed: FailedPoll, now: Instant, outcome: Outcome) -> None:
        detector = self._detectors.get(failed.detector)
        if detector is None:
            return
        change = detector.supervision.failed(failed.cause, failed.detail, failed.at)
        detector.note(change, now, self._occurrences, outcome)
        if change is not None:
            self._lose((detector,), now, outcome)

    def _tick(self, now: Instant, outcome: Outcome) -> None:
        due = [
            (at, rule)
            for rule in self._running
            if (at := rule.life.due()) is not None and at <= now
        ]
        due.sort(key=itemgetter(0))  # where a tick came late: in the order in which they ran out
        self._judge([rule for _, rule in due], now, outcome)
        if now - self._supervised_at < SUPERVISION_EVERY:
            return
        self._is_excused = now - self._supervised_at > STOOD_STILL and not self._is_excused
        self._supervised_at = now
        if not self._is_excused:
            self._look_for_silent(now, outcome)
        # A window goes on emptying while nothing comes in.
        self._judge([rule for rule in self._windowed if rule.has_unknown], now, outcome)

    def _look_for_silent(self, now: Instant, outcome: Outcome) -> None:
        silent: list[RunningDetector] = []
        for detector in self._detectors.values():
            change = detector.supervision.tick(now)
            if change is not None:
                detector.note(change, now, self._occurrences, outcome)
                silent.append(detector)
        self._lose(silent, now, outcome)

    def _bus_down(self, down: BusDown, now: Instant, outcome: Outcome) -> None:
        occurrence = self._part(f"bus/{down.bus}", FaultCause.BUS_DOWN, down.detail, now)
        self._occurrences.enter(occurrence, outcome)
        wired = [each for each in self._detectors.values() if each.definition.bus == down.bus]
        for detector in wired:
            detector.supervision.bus_went(down=True, at=now)
        self._lose(wired, now, outcome)

    def _bus_up(self, up: BusUp, now: Instant, outcome: Outcome) -> None:
        for detector in self._detectors.values():
            if detector.definition.bus == up.bus:
                detector.supervision.bus_went(down=False, at=now)
        fault = self._occurrences.get(Condition.FAULT, f"bus/{up.bus}")
        if fault is not None:
            self._occurrences.leave(fault, now, outcome)

    def _part_failed(self, failed: PartFailed, now: Instant, outcome: Outcome) -> None:
        occurrence = self._part(failed.part, failed.cause, failed.detail, now, failed.condition)
        self._occurrences.enter(occurrence, outcome)

    def _operator(self, command: OperatorCommand, now: Instant, outcome: Outcome) -> None:
        if command.zone is not None and command.zone not in self._zones:
            outcome.refusals.append(
                f"there is no zone {command.zone!r}; zones are {', '.join(self._zones)}"
            )
            return
        freed = self._unlatch(command.zone, now, outcome) if command.act is Act.RESET else []
        self._judge_points(freed, now, outcome)
        self._review(freed, now, outcome)
        operate(command, now, self._occurrences, self._rules, outcome)
        # A reset may have stopped the `for` of a cause that is about to come back: it starts anew.
        self._judge(tuple(self._running), now, outcome)

    # -- shared -------------------------------------------------------------------------------

    def _judge(self, rules: Iterable[RunningRule], now: Instant, outcome: Outcome) -> None:
        for rule in rules:
            rule.judge(now, self._occurrences, outcome, self._is_lost)
            if rule.life.due() is None:
                self._running.pop(rule, None)
            else:
                self._running[rule] = None

    def _lose(self, detectors: Iterable[RunningDetector], now: Instant, outcome: Outcome) -> None:
        """Make points unknown, judge what names them, and review their zones."""
        points: list[Point] = []
        for detector in detectors:
            detector.lose(now)
            points += [point for point, _ in detector.points.values()]
        self._judge_points(points, now, outcome)
        self._review(points, now, outcome)

    def _unlatch(self, zone: str | None, now: Instant, outcome: Outcome) -> list[Point]:
        """Give up latched over-range values in a zone, and those that the zone's rules look at."""
        named = {
            point.detector
            for rule in self._rules.values()
            if rule.definition.zone == zone
            for point in rule.points
        }
        freed: list[Point] = []
        for detector in self._detectors.values():
            if zone in (None, detector.definition.zone) or detector.definition.id in named:
                freed += detector.unlatch(now, outcome)
        return freed

    def _judge_points(self, points: Iterable[Point], now: Instant, outcome: Outcome) -> None:
        rules = {rule.source: rule for point in points for rule in self._rules_of.get(point, ())}
        self._judge(rules.values(), now, outcome)

    def _review(self, points: Iterable[Point], now: Instant, outcome: Outcome) -> None:
        zones = {zone for point in points for zone in self._protection.zones_of.get(point, ())}
        self._protection.review(zones, now, self._occurrences, outcome)

    def _is_lost(self, point: Point) -> bool:
        if self._values.point(point).value is not None or self._is_starting(point):
            return False
        health = self._detectors[point.detector].supervision.health(self._now)
        return health.state is HealthState.FAULTY

    def _is_starting(self, point: Point) -> bool:
        detector = self._detectors[point.detector]
        return point.quantity in detector.awaited and not detector.supervision.silent

    def _part(
        self,
        source: str,
        cause: str,
        detail: str,
        now: Instant,
        condition: Condition = Condition.FAULT,
    ) -> Occurrence:
        return Occurrence(
            condition=condition,
            zone=None,
            source=source,
            incident=Moment(self._boot_id, now),
            latched=False,
            standing=True,
            cause=cause,
            detail=detail,
        )

    # -- life and present ---------------------------------------------------------------------

    def _make_rules(self) -> dict[str, RunningRule]:
        rules = [RunningRule(rule, self._values, self._boot_id) for rule in self._site.rules]
        rules += [
            RunningRule(call_point_rule(detector), self._values, self._boot_id, call_point=True)
            for detector in self._site.detectors
            if detector.kind is DetectorKind.MANUAL_CALL_POINT
        ]
        return {rule.source: rule for rule in rules}

    def _restore(self) -> None:
        for key, row in self._rows.items():
            if key.startswith(ROW_PREFIX):
                occurrence = occurrence_of(key, row)
                if occurrence is not None:
                    self._occurrences.restore(occurrence)
        for rule in self._rules.values():
            rule.restore(self._rows, self._occurrences)
        for detector in self._detectors.values():
            detector.restore(self._rows, self._occurrences, self._now)

    def _is_known(self, occurrence: Occurrence) -> bool:
        """Tell whether the configuration still has what a condition is about."""
        kind, _, name = occurrence.source.partition("/")
        match kind:
            case "rule" | "call-point":
                rule = self._rules.get(occurrence.source)
                return rule is not None and rule.keeps(occurrence)
            case "detector":
                return name.removesuffix("/range") in self._detectors
            case "bus":
                return any(detector.bus == name for detector in self._site.detectors)
            case "zone":
                return name in self._zones and self._protection.watches(name)
            case _:
                return True  # parts of the gateway: the wiring knows which there are

    def present(self) -> SiteNow:
        """Give the whole present."""
        return SiteNow(
            at=self._now,
            zones=tuple(self._zone_now(zone) for zone in self._site.zones),
            conditions=tuple(
                sorted(
                    map(_condition_now, self._occurrences),
                    key=lambda each: (PRECEDENCE.index(each.condition), each.incident.at),
                )
            ),
            detectors=tuple(map(self._detector_now, self._detectors.values())),
            outputs=dict(self._annunciation.levels),
            silenced=self._is_silenced(),
        )

    def _zone_now(self, zone: ZoneDefinition) -> ZoneNow:
        conditions = {each.condition for each in self._occurrences if each.zone == zone.id}
        return ZoneNow(
            id=zone.id,
            name=zone.name,
            protection=self._protection.of(zone.id),
            conditions=tuple(sorted(conditions, key=PRECEDENCE.index)),
        )

    def _detector_now(self, detector: RunningDetector) -> DetectorNow:
        return DetectorNow(
            id=detector.definition.id,
            zone=detector.definition.zone,
            health=detector.supervision.health(self._now),
            values={quantity: state.value for quantity, (_, state) in detector.points.items()},
        )

    def _is_silenced(self) -> bool:
        alarms = [each for each in self._occurrences if each.condition in RAISING]
        return bool(alarms) and all(alarm.silenced for alarm in alarms)


def _condition_now(occurrence: Occurrence) -> ConditionNow:
    return ConditionNow(
        condition=occurrence.condition,
        zone=occurrence.zone,
        source=occurrence.source,
        incident=occurrence.incident,
        standing=occurrence.standing,
        latched=occurrence.latched,
        acknowledged=occurrence.acknowledged,
        cause=occurrence.cause,
        detail=occurrence.detail,
    )
