"""The engine: one ordered stream of inputs, and what each leads to.

`step` is a function of the state and the input. Nothing in it waits, asks the clock or fails on a
device's nonsense, so a recorded stream of inputs replays to the same events.
"""

from collections.abc import Iterable, Mapping
from copy import copy
from typing import Final

from rules.condition import Condition
from rules.event import NoticeEvent
from rules.instant import Instant, seconds
from rules.language.syntax import Point
from rules.occurrence import Occurrence
from rules.operation import operate
from rules.operator import Act, BeginTest, Command, Disable, Enable, EndTest, OperatorCommand
from rules.part import Noted, PartFailed, PartRecovered, Tick, WallTime
from rules.present import present_of
from rules.reading import BusDown, BusUp, FailedPoll, FaultCause, Reading
from rules.restart import BOOT_ROW, Restart
from rules.site import SiteDefinition
from rules.snapshot import SiteNow
from rules.step import Outcome, Step, StepFailedError
from rules.succession import Succession
from rules.trace import RuleNow
from rules.works import Works

Measured = Reading | FailedPoll | BusDown | BusUp
Input = Measured | Tick | Command | PartFailed | PartRecovered | Noted | WallTime

SUPERVISION_EVERY: Final = seconds(1)
"""How often silent detectors are looked for."""

STOOD_STILL: Final = seconds(2.5)
"""Where no tick came for so long, the process was held up, and what detectors said meanwhile may
still wait behind it: they are silent only if they are so at the next look too."""


class Engine:
    """The state of a site and its law. Made anew from the durable rows at each start.

    One that succeeds another in the same life of the gateway is made by the other.
    """

    def __init__(
        self, site: SiteDefinition, boot_id: str, rows: Mapping[str, str], started: Instant
    ) -> None:
        works = Works(site, boot_id, started, warming=rows.get(BOOT_ROW) != boot_id)
        self._take_up(works, Restart(rows, works))
        self._supervised_at = started
        self._is_excused = False  # from the newest look: see STOOD_STILL

    def _take_up(self, works: Works, beginning: Restart | Succession) -> None:
        self._works = works
        self._beginning: Restart | Succession | None = beginning
        self._occurrences = works.occurrences
        self._detectors = works.detectors
        self._judging = works.judging
        self._tests = works.tests
        self._disablements = works.disablements
        self._annunciation = works.annunciation

    def successor(
        self, site: SiteDefinition, now: Instant, *, author: str | None = None
    ) -> "Engine":
        """Make the engine that goes on from here by another configuration.

        Its first step is `start`, before any other input comes to either. This one is not changed:
        where the other is thrown away, this one goes on. To go back is to succeed once more.

        Args:
            site: the other configuration.
            now: the instant.
            author: who has the configuration changed, where somebody does: told with it.
        """
        engine = copy(self)
        former = self._works
        works = Works(site, former.boot_id, max(former.now, now), former=former)
        engine._take_up(works, Succession(former, works, author))  # noqa: SLF001 - of its own kind
        return engine

    # -- the stream ---------------------------------------------------------------------------

    def start(self, now: Instant) -> Step:
        """Set every output; tell what survived the restart, or what the configuration changes."""
        outcome = Outcome()
        works = self._works
        now = works.now = max(works.now, now)
        beginning, self._beginning = self._beginning, None  # let go of what it began from
        if beginning is not None:
            beginning.begin(now, outcome)
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
        works = self._works
        works.now = max(works.now, now)
        if isinstance(given, Reading) or not isinstance(given, Command):  # the many ones first
            now = min(works.now, given.at)
        else:
            now = works.now
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
                self._works.wall.take(given)
                self._disablements.wall_told(now, outcome)
                self._look_at_wall(now, outcome)
            case _:
                self._command(given, now, outcome)
        if outcome.changes or self._works.turned:
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
        self._works.protection.look(now, outcome)

    def _look_at_wall(self, now: Instant, outcome: Outcome) -> None:
        """Turn schedules, and end service lives."""
        wall = self._works.wall
        self._judging.judge_schedules(wall.look(now), now, outcome)
        utc_ns = wall.utc_ns(now)
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
        zones = [zone.id for zone in self._works.site.zones]
        if command.zone is not None and command.zone not in zones:
            outcome.refusals.append(
                f"there is no zone {command.zone!r}; zones are {', '.join(zones)}"
            )
            return
        freed = self._unlatch(command.zone, now, outcome) if command.act is Act.RESET else []
        self._judge_turned(freed, now, outcome)
        heard = self._annunciation.heard
        operate(command, now, self._occurrences, self._judging.rules, heard, outcome)
        if command.act is Act.RESET:
            # A cause may be about to come back, its `for` stopped by the reset: it starts anew.
            self._judging.judge_pending(now, outcome)

    # -- shared -------------------------------------------------------------------------------

    def _settle(self, now: Instant, outcome: Outcome) -> None:
        """Follow what this step has changed until the zones, the rules and the tests agree."""
        works = self._works
        for _ in range(len(works.site.zones) + 1):  # each round but the last ends a test
            turned, works.turned = works.turned, []
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
        protection = self._works.protection
        zones = {zone for point in points for zone in protection.zones_of.get(point, ())}
        protection.review(zones, now, outcome)

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
            incident=self._works.moment(now),
            latched=False,
            standing=True,
            cause=cause,
            detail=detail,
        )

    # -- the present ------------------------------------------------------------------------

    def rule_now(self, source: str) -> RuleNow | None:
        """Give what a rule is now, branch by branch; None where there is no such rule."""
        rule = self._judging.rules.get(source)
        return None if rule is None else rule.now(self._works.now)

    def present(self) -> SiteNow:
        """Give the whole present."""
        return present_of(self._works, self._works.now)
