"""The engine: one ordered stream of inputs, and what each leads to.

`step` is a function of the state and the input. Nothing in it waits, asks the clock or fails on a
device's nonsense, so a recorded stream of inputs replays to the same events.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from rules.annunciation import Annunciation
from rules.condition import Condition
from rules.detectors import Detectors
from rules.disablement import Disablements
from rules.event import NoticeEvent
from rules.instant import Instant, Moment, seconds
from rules.judging import Judging
from rules.language.syntax import Point
from rules.occurrence import Occurrence, Occurrences
from rules.operation import operate
from rules.operator import Act, BeginTest, Command, Disable, Enable, EndTest, OperatorCommand
from rules.part import Noted, PartFailed, PartRecovered, Tick, WallTime
from rules.present import Parts, present_of
from rules.profile import DetectorKind
from rules.protection import ZoneProtection
from rules.reading import BusDown, BusUp, FailedPoll, FaultCause, Reading
from rules.restart import Restart
from rules.running_rule import RunningRule, Surroundings, call_point_rule
from rules.site import SiteDefinition
from rules.snapshot import SiteNow
from rules.step import Outcome, Step, StepFailedError
from rules.trace import RuleNow
from rules.values import Values
from rules.walk_test import WalkTests
from rules.wall import Wall

Measured = Reading | FailedPoll | BusDown | BusUp
Input = Measured | Tick | Command | PartFailed | PartRecovered | Noted | WallTime

SUPERVISION_EVERY: Final = seconds(1)
"""How often silent detectors are looked for."""

STOOD_STILL: Final = seconds(2.5)
"""Where no tick came for so long, the process was held up, and what detectors said meanwhile may
still wait behind it: they are silent only if they are so at the next look too."""

BOOT_ROW: Final = "boot"


class Engine:
    """The state of a site and its law. Made anew from the durable rows at each start."""

    def __init__(
        self, site: SiteDefinition, boot_id: str, rows: Mapping[str, str], started: Instant
    ) -> None:
        self._site = site
        self._boot_id = boot_id
        self._now = started
        self._supervised_at = started
        self._is_excused = False  # from the newest look: see STOOD_STILL
        self._turned: list[Point] = []  # what orders and tests hid or showed in this step
        self._values = Values({detector.id: detector.zone for detector in site.detectors})
        self._occurrences = Occurrences()
        self._wall = Wall(site.schedules, site.utc_offset, self._values)
        self._detectors = Detectors(
            site,
            self._values,
            self._occurrences,
            boot_id,
            started=started,
            warming=rows.get(BOOT_ROW) != boot_id,
        )
        self._judging = Judging(self._make_rules(), self._values, self._occurrences)
        rules = self._judging.rules.values()
        self._protection = ZoneProtection(
            rules, self._occurrences, self._moment, self._detectors.is_starting, started
        )
        self._restart = Restart(
            rows, self._occurrences, self._judging.rules, self._detectors, self._protection
        )
        self._restart.restore(started)
        zones = [zone.id for zone in site.zones]
        self._tests = WalkTests(zones, rules, self._occurrences, boot_id, self._hide)
        self._disablements = Disablements(
            site, boot_id, self._occurrences, self._wall, self._apply_disablements
        )
        self._annunciation = Annunciation(site.outputs, self._occurrences)

    # -- the stream ---------------------------------------------------------------------------

    def start(self, now: Instant) -> Step:
        """Tell what survived the restart, and set every output; the first step of a life."""
        outcome = Outcome()
        self._now = max(self._now, now)
        outcome.changes[BOOT_ROW] = self._boot_id
        self._restart.compare_configuration(self._site.fingerprint, now, outcome)
        self._tests.start(now, outcome)
        self._disablements.start(now, outcome)
        self._restart.tell(self._moment(now), outcome)
        self._restart.drop_rows(outcome)
        # Unknown may count as true, and nothing else would make such a rule look again. What the
        # rules name comes first: none may take a condition that is in force for one that is over.
        self._judging.follow_conditions(now, outcome)
        self._judging.judge(self._judging.rules.values(), now, outcome)
        self._protection.review(self._protection.zones, now, outcome)
        self._settle(now, outcome)
        self._follow(now, outcome)
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
        if isinstance(given, Reading) or not isinstance(given, Command):  # the many ones first
            now = min(self._now, given.at)
        else:
            now = self._now
        try:
            self._take(given, now, outcome)
        except Exception as mistake:
            raise StepFailedError(self._finish(now, outcome)) from mistake
        return self._finish(now, outcome)

    def _finish(self, now: Instant, outcome: Outcome) -> Step:
        if outcome.changes:
            self._follow(now, outcome)
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
            case PartFailed():
                self._part_failed(given, now, outcome)
            case PartRecovered():
                occurrence = self._occurrences.get(given.condition, given.part)
                if occurrence is not None:
                    self._occurrences.leave(occurrence, now, outcome)
            case Noted():
                outcome.events.append(
                    NoticeEvent(
                        notice=given.notice, at=now, detail=given.detail, author=given.author
                    )
                )
            case WallTime():
                self._wall.take(given)
                self._disablements.wall_told(now, outcome)
                self._look_at_wall(now, outcome)
            case _:
                self._command(given, now, outcome)
        if outcome.changes or self._turned:
            self._settle(now, outcome)

    def next_due(self) -> Instant | None:
        """Give the instant at which a tick is wanted: a `for`, a delay or a disablement ends."""
        dues = (
            self._judging.next_due(),
            self._annunciation.due(),
            self._disablements.due(),
            self._tests.due() if self._tests.any else None,
        )
        return min((due for due in dues if due is not None), default=None)

    # -- inputs -------------------------------------------------------------------------------

    def _reading(self, reading: Reading, now: Instant, outcome: Outcome) -> None:
        measured = self._detectors.measured(reading, outcome)
        if measured is None:
            return
        point, turned = measured
        self._judging.judge_reading(point, now, outcome)
        if turned:
            self._review((point,), now, outcome)
        if self._tests.any:
            zone = self._detectors.by_id[reading.detector].definition.zone
            if self._tests.has(zone):
                self._tests.responded(reading.detector, zone, now, outcome)

    def _failed_poll(self, failed: FailedPoll, now: Instant, outcome: Outcome) -> None:
        lost = self._detectors.failed(failed, now, outcome)
        if lost:
            self._judge_turned(lost, now, outcome)

    def _tick(self, now: Instant, outcome: Outcome) -> None:
        self._judging.judge_due(now, outcome)
        self._disablements.look(now, outcome)
        self._tests.look(now, outcome)
        self._annunciate_due(now, outcome)
        if now - self._supervised_at < SUPERVISION_EVERY:
            return
        self._is_excused = now - self._supervised_at > STOOD_STILL and not self._is_excused
        self._supervised_at = now
        if not self._is_excused:
            self._judge_turned(self._detectors.look_for_silent(now, outcome), now, outcome)
        self._look_at_wall(now, outcome)
        self._judging.judge([r for r in self._judging.changing if r.has_unknown], now, outcome)
        self._judging.judge(self._judging.timed, now, outcome)
        self._protection.look(now, outcome)

    def _look_at_wall(self, now: Instant, outcome: Outcome) -> None:
        """Turn schedules, and end service lives."""
        self._judging.judge_schedules(self._wall.look(now), now, outcome)
        utc_ns = self._wall.utc_ns(now)
        if utc_ns is not None:
            self._detectors.end_service_lives(utc_ns, now, outcome)

    def _annunciate_due(self, now: Instant, outcome: Outcome) -> None:
        due = self._annunciation.due()
        if due is not None and due <= now:
            self._follow(now, outcome)

    def _bus_down(self, down: BusDown, now: Instant, outcome: Outcome) -> None:
        occurrence = self._part(f"bus/{down.bus}", FaultCause.BUS_DOWN, down.detail, now)
        self._occurrences.enter(occurrence, outcome)
        self._judge_turned(self._detectors.bus_down(down.bus, now), now, outcome)

    def _bus_up(self, up: BusUp, now: Instant, outcome: Outcome) -> None:
        self._detectors.bus_up(up.bus, now)
        fault = self._occurrences.get(Condition.FAULT, f"bus/{up.bus}")
        if fault is not None:
            self._occurrences.leave(fault, now, outcome)

    def _part_failed(self, failed: PartFailed, now: Instant, outcome: Outcome) -> None:
        occurrence = self._part(failed.part, failed.cause, failed.detail, now, failed.condition)
        self._occurrences.enter(occurrence, outcome)

    def _command(self, given: Command, now: Instant, outcome: Outcome) -> None:
        match given:
            case OperatorCommand():
                self._operator(given, now, outcome)
            case Disable():
                self._disablements.disable(given, now, outcome)
            case Enable():
                self._disablements.enable(given, now, outcome)
            case BeginTest():
                self._tests.begin(given, now, outcome)
            case EndTest():
                self._tests.end(given, now, outcome)

    def _operator(self, command: OperatorCommand, now: Instant, outcome: Outcome) -> None:
        zones = [zone.id for zone in self._site.zones]
        if command.zone is not None and command.zone not in zones:
            outcome.refusals.append(
                f"there is no zone {command.zone!r}; zones are {', '.join(zones)}"
            )
            return
        freed = self._unlatch(command.zone, now, outcome) if command.act is Act.RESET else []
        self._judge_turned(freed, now, outcome)
        operate(command, now, self._occurrences, self._judging.rules, outcome)
        if command.act is Act.RESET:
            # A cause may be about to come back, its `for` stopped by the reset: it starts anew.
            self._judging.judge_pending(now, outcome)

    # -- shared -------------------------------------------------------------------------------

    def _settle(self, now: Instant, outcome: Outcome) -> None:
        """Follow what this step has changed until the zones, the rules and the tests agree."""
        for _ in range(len(self._site.zones) + 1):  # each round but the last ends a test
            turned, self._turned = self._turned, []
            self._judge_turned(turned, now, outcome)
            self._judging.follow_conditions(now, outcome)
            if not self._tests.look(now, outcome):
                return

    def _follow(self, now: Instant, outcome: Outcome) -> None:
        self._annunciation.follow(self._occurrences, self._disablements.outputs, now, outcome)

    def _unlatch(self, zone: str | None, now: Instant, outcome: Outcome) -> list[Point]:
        """Give up latched over-range values in a zone, and those that the zone's rules look at."""
        named = {
            point.detector
            for rule in self._judging.rules.values()
            if rule.definition.zone == zone
            for point in rule.points
        }
        return self._detectors.unlatch(zone, named, now, outcome)

    def _judge_turned(self, points: list[Point], now: Instant, outcome: Outcome) -> None:
        """Judge what names points that became known or unknown, and review their zones."""
        self._judging.judge_points(points, now, outcome)
        self._review(points, now, outcome)

    def _review(self, points: Iterable[Point], now: Instant, outcome: Outcome) -> None:
        zones = {zone for point in points for zone in self._protection.zones_of.get(point, ())}
        self._protection.review(zones, now, outcome)

    def _hide(self, zone: str, now: Instant, hidden: bool) -> None:
        self._turned += self._detectors.hide(zone, now, hidden=hidden)

    def _apply_disablements(self) -> None:
        self._turned += self._detectors.disable(self._now, self._disablements.has_detector)
        for rule in self._judging.rules.values():
            blocked = not rule.is_call_point and self._disablements.has_zone(rule.definition.zone)
            if blocked is not rule.blocked:
                rule.blocked = blocked
                self._turned += sorted(rule.points, key=str)

    def _is_lost(self, point: Point) -> bool:
        return self._detectors.is_lost(point, self._now)

    def _is_settling(self, point: Point) -> bool:
        return self._detectors.is_settling(point, self._now)

    def _moment(self, at: Instant) -> Moment:
        return Moment(self._boot_id, at)

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
            incident=self._moment(now),
            latched=False,
            standing=True,
            cause=cause,
            detail=detail,
        )

    # -- life and present ---------------------------------------------------------------------

    def _make_rules(self) -> list[RunningRule]:
        around = Surroundings(
            boot_id=self._boot_id,
            occurrences=self._occurrences,
            is_lost=self._is_lost,
            is_settling=self._is_settling,
        )
        rules = [RunningRule(rule, self._values, around) for rule in self._site.rules]
        return rules + [
            RunningRule(call_point_rule(detector), self._values, around, call_point=True)
            for detector in self._site.detectors
            if detector.kind is DetectorKind.MANUAL_CALL_POINT
        ]

    def rule_now(self, source: str) -> RuleNow | None:
        """Give what a rule is now, branch by branch; None where there is no such rule."""
        rule = self._judging.rules.get(source)
        return None if rule is None else rule.now(self._now)

    def present(self) -> SiteNow:
        """Give the whole present."""
        return present_of(
            Parts(
                site=self._site,
                occurrences=self._occurrences,
                detectors=self._detectors.by_id,
                protection=self._protection,
                annunciation=self._annunciation,
                disablements=self._disablements,
                tests=self._tests,
            ),
            self._now,
        )
