"""Zones under test: what they raise is told as a test, sounds briefly, and resets by itself.

A test is for one person with a smoke pole. What that person cannot have done ends it, and goes out
live: a manual call point, a second detector in alarm at the same time, an alarm that stands longer
than a puff of smoke does. So does the end of the test, whoever or whatever brings it. A rule that
asks for two detectors is therefore proved detector by detector: each is told as it responds. Both
at once are a fire. Equipment that stood as a rule asks for before the test, a door that is open,
is no second detector.

A reboot ends every test, since nobody can say how long the gateway was away.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Final

from rules.condition import Condition, Mode
from rules.disablement import in_words, whole_site_fault
from rules.event import Notice, NoticeEvent
from rules.instant import Instant, Moment, later, seconds
from rules.occurrence import Occurrence, Occurrences
from rules.operator import LONGEST_TEST, BeginTest, EndTest
from rules.responses import Responses
from rules.running_rule import ALARMS, RAISING, RunningRule
from rules.step import Outcome

STANDS_AT_MOST: Final = seconds(60)
"""An alarm under test that stands longer is taken in earnest."""

WHOLE_SITE: Final = "gateway/test"


class WalkTests:
    """The zones under test."""

    def __init__(  # noqa: PLR0913 - what a test looks at
        self,
        zones: Iterable[str],
        rules: Iterable[RunningRule],
        occurrences: Occurrences,
        boot_id: str,
        *,
        apply: Callable[[str, Instant, bool], None],
        responses_in: Callable[[str], Responses],
        equipment: Collection[str],
    ) -> None:
        self._zones = tuple(zones)
        self._rules: dict[str, list[RunningRule]] = {zone: [] for zone in self._zones}
        self._call_points: dict[str, list[RunningRule]] = {zone: [] for zone in self._zones}
        for rule in rules:
            if rule.definition.raises not in RAISING:
                continue  # faults and the like are told in earnest
            chosen = self._call_points if rule.is_call_point else self._rules
            if rule.definition.zone in chosen:
                chosen[rule.definition.zone].append(rule)
        self._occurrences = occurrences
        self._boot_id = boot_id
        self._apply = apply
        self._responses_in = responses_in
        self._equipment = equipment
        self._responding: dict[str, set[str]] = {}  # by zone, detectors that respond now
        self._responses: dict[str, Responses] = {}  # by zone under test, made when first asked for
        self._at_rest: dict[str, frozenset[str]] = {}  # by zone, equipment as the test found it

    # -- what is under test ---------------------------------------------------------------------

    def has(self, zone: str) -> bool:
        """Tell whether a zone is under test."""
        return zone in self._responding

    @property
    def any(self) -> bool:
        """Whether any zone is under test."""
        return bool(self._responding)

    # -- orders ---------------------------------------------------------------------------------

    def begin(self, order: BeginTest, now: Instant, outcome: Outcome) -> None:
        """Put zones under test, or refuse it in words."""
        chosen = self._zones if order.zone is None else (order.zone,)
        refusals = self._why_not(order, chosen)
        if refusals:
            outcome.refusals.extend(refusals)
            return
        for zone in chosen:
            if self.has(zone):
                continue
            test = self._test(zone, order, now)
            self._occurrences.enter(test, outcome)
            self._take_up(zone, now)
        self._changed(now, outcome)

    def end(self, order: EndTest, now: Instant, outcome: Outcome) -> None:
        """End tests, or refuse it in words."""
        chosen = self._zones if order.zone is None else (order.zone,)
        ended = [zone for zone in chosen if self.has(zone)]
        for zone in ended:
            self._stop(zone, now, outcome, "end-test", order.author)
        if not ended:
            outcome.refusals.append("nothing is under test there")
        self._changed(now, outcome)

    # -- the stream -----------------------------------------------------------------------------

    def start(self, now: Instant, outcome: Outcome) -> None:
        """Take up the tests of this boot; end those of another."""
        for test in self._occurrences.of(Condition.TEST):
            zone = test.zone or ""
            if zone not in self._rules:
                self._occurrences.leave(test, now, outcome, cause="configuration-changed")
                continue
            self._take_up(zone, now)
            if test.ends_boot != self._boot_id:
                self._stop(zone, now, outcome, "restarted")
        self._changed(now, outcome)

    def inherit(self, former: "WalkTests") -> None:
        """Take over the tests of the zones that are still there."""
        for zone, responding in former.responding.items():
            if zone in self._rules:
                self._responding[zone] = set(responding)
                self._at_rest[zone] = former.at_rest(zone)

    @property
    def responding(self) -> Mapping[str, Collection[str]]:
        """The zones under test, each with the detectors that respond now."""
        return self._responding

    def at_rest(self, zone: str) -> frozenset[str]:
        """Give the equipment that is no second detector in alarm, since the test found it so."""
        return self._at_rest.get(zone, frozenset())

    def succeed(self, anew: Iterable[RunningRule], now: Instant, outcome: Outcome) -> None:
        """End the tests of zones that are gone; have rules that begin anew take part in theirs."""
        for test in self._occurrences.of(Condition.TEST):
            if test.zone not in self._rules:
                self._occurrences.leave(test, now, outcome, cause="configuration-changed")
        for rule in anew:
            if rule.is_call_point or rule.definition.raises not in RAISING:
                continue
            if self.has(rule.definition.zone):
                rule.begin_test()
            else:
                rule.end_test(now, outcome)
        for zone, before in self._responding.items():
            still = before & set(self._responses_of(zone).detectors)
            self._responding[zone] = still | (self._responding_now(zone, now) if anew else set())
        self._changed(now, outcome)

    def responded(self, detector: str, zone: str, now: Instant, outcome: Outcome) -> None:
        """Look whether a detector of a zone under test responds; tell it once each time.

        One that did so before the test tells nothing until it has been at rest.
        """
        responding = self._responding[zone]
        if self._responses_of(zone).has(detector, now):
            if detector not in responding:
                responding.add(detector)
                outcome.events.append(
                    NoticeEvent(
                        notice=Notice.DETECTOR_TESTED,
                        at=now,
                        detail=detector,
                        zone=zone,
                        mode=Mode.TEST,
                    )
                )
        else:
            responding.discard(detector)

    def due(self) -> Instant | None:
        """Give when a test ends, or an alarm under test has stood for too long."""
        dues = [each.ends for each in self._occurrences.of(Condition.TEST)]
        for zone in self._responding:
            dues += [later(each.incident.at, STANDS_AT_MOST) for each in self._alarms(zone)]
        return min((due for due in dues if due is not None), default=None)

    def look(self, now: Instant, outcome: Outcome) -> bool:
        """End each test whose time is over, or that something in earnest has overtaken.

        Returns:
            Whether one was ended.
        """
        over = [(zone, cause) for zone in self._responding if (cause := self._why_over(zone, now))]
        for zone, cause in over:
            self._stop(zone, now, outcome, cause)
        if over:
            self._changed(now, outcome)
        return bool(over)

    # -- inside ---------------------------------------------------------------------------------

    def _alarms(self, zone: str) -> list[Occurrence]:
        """Give the fire and gas alarms that a zone has raised under test and that stand."""
        found = [rule.occurrence for rule in self._rules[zone] if rule.definition.raises in ALARMS]
        return [each for each in found if each is not None and each.mode is Mode.TEST]

    def _why_not(self, order: BeginTest, chosen: tuple[str, ...]) -> list[str]:
        unknown = [zone for zone in chosen if zone not in self._rules]
        if unknown:
            return [f"there is no zone {unknown[0]!r}; zones are {', '.join(self._zones)}"]
        if not 0 < order.duration <= LONGEST_TEST:
            return [f"a test is for {in_words(LONGEST_TEST)} at most"]
        if all(map(self.has, chosen)):
            return [f"zone {chosen[0]} is under test already"]
        if not order.whole_site and all(self.has(zone) or zone in chosen for zone in self._zones):
            return ["with it every zone would be under test: say that the whole site is meant"]
        return [
            f"{each.condition} of {each.source} is in force in zone {each.zone}: reset it first"
            for each in self._occurrences
            if each.zone in chosen and each.condition in RAISING and each.mode is Mode.LIVE
        ]

    def _test(self, zone: str, order: BeginTest, now: Instant) -> Occurrence:
        return Occurrence(
            condition=Condition.TEST,
            zone=zone,
            source=f"zone/{zone}",
            incident=Moment(self._boot_id, now),
            latched=False,
            standing=True,
            cause="test",
            detail="",
            author=order.author,
            ends=later(now, order.duration),
            ends_boot=self._boot_id,
        )

    def _take_up(self, zone: str, now: Instant) -> None:
        self._responding[zone] = self._responding_now(zone, now)
        self._at_rest[zone] = frozenset(
            name
            for name in self._equipment
            if any(rule.leans(name, now) for rule in self._rules[zone])
        )
        for rule in self._rules[zone]:
            rule.begin_test()
        self._apply(zone, now, True)

    def _responses_of(self, zone: str) -> Responses:
        if zone not in self._responses:
            self._responses[zone] = self._responses_in(zone)
        return self._responses[zone]

    def _responding_now(self, zone: str, now: Instant) -> set[str]:
        responses = self._responses_of(zone)
        return {name for name in responses.detectors if responses.has(name, now)}

    def _why_over(self, zone: str, now: Instant) -> str:
        test = self._occurrences.get(Condition.TEST, f"zone/{zone}")
        if test is None or (test.ends is not None and test.ends <= now):
            return "expired"
        if any(rule.occurrence is not None for rule in self._call_points[zone]):
            return "call-point"
        alarms = self._alarms(zone)
        in_alarm = {name for alarm in alarms for name in alarm.detectors}
        if len(in_alarm - self.at_rest(zone)) > 1:
            return "second-detector"
        if any(now - alarm.incident.at >= STANDS_AT_MOST for alarm in alarms):
            return "alarm-stands"
        return ""

    def _stop(
        self, zone: str, now: Instant, outcome: Outcome, cause: str, author: str | None = None
    ) -> None:
        del self._responding[zone]
        del self._at_rest[zone]
        self._responses.pop(zone, None)
        test = self._occurrences.get(Condition.TEST, f"zone/{zone}")
        if test is not None:
            self._occurrences.leave(test, now, outcome, cause=cause, author=author)
        for rule in self._rules[zone]:
            rule.end_test(now, outcome)
        self._apply(zone, now, False)

    def _changed(self, now: Instant, outcome: Outcome) -> None:
        fault = self._occurrences.get(Condition.FAULT, WHOLE_SITE)
        everything = bool(self._zones) and all(map(self.has, self._zones))
        if everything and fault is None:
            entered = whole_site_fault(WHOLE_SITE, "under test", now, self._boot_id)
            self._occurrences.enter(entered, outcome)
        elif fault is not None and not everything:
            self._occurrences.leave(fault, now, outcome)
