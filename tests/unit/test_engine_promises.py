"""Promises that no sequence of inputs may break.

A machine gives a site any inputs in any order, as the wiring gives them: a tick comes at each
instant that the engine asks for. Beside the site lives its shadow, which hears nothing of the other
zones than one whose rules do not look at them.
"""

from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize
from hypothesis.stateful import rule as action
from kept_promises import Kept
from promised_site import (
    ALONE,
    BUSES,
    DELAYED,
    DETECTORS,
    FIRE,
    OUTPUTS,
    QUANTITY,
    SITE,
    SPAN,
    VALUES,
    WITHOUT_TWO,
    ZONES,
)
from scenario import AUTHOR, Life

from rules.condition import Condition, Lane, Mode
from rules.instant import Instant, seconds
from rules.operator import (
    Act,
    BeginTest,
    Disable,
    Disabled,
    Enable,
    EndTest,
    OperatorCommand,
    Target,
)
from rules.output import OutputKind
from rules.part import PartFailed, PartRecovered, Tick, WallTime
from rules.profile import DetectorKind
from rules.reading import BusDown, BusUp, FailedPoll, FaultCause, Reading

CALL_POINTS = [
    each.id for each in DETECTORS.values() if each.kind is DetectorKind.MANUAL_CALL_POINT
]
TARGETS = {
    Disabled.DETECTOR: list(DETECTORS),
    Disabled.ZONE: list(ZONES),
    Disabled.OUTPUT: [*OUTPUTS, *(f"{output}/delay" for output in DELAYED)],
}
DANGEROUS = {"smoke": 9.0, "temperature": 60.0, "gas": 30.0, "contact": 1.0}
NIGHTFALL = 1_000_000 * 86_400 + 15 * 3600
"""22:00 of some day at UTC+7, in seconds since 1970."""

some = st.sampled_from
targets = some(Disabled).flatmap(lambda kind: st.builds(Target, st.just(kind), some(TARGETS[kind])))


class Site(RuleBasedStateMachine):
    """Any inputs in any order."""

    def __init__(self):
        super().__init__()
        self.now = seconds(0)
        self.boots = 1
        self.definition = SITE
        self.levels = dict.fromkeys(DETECTORS, 0.0)
        self.mute = set()

    @initialize(zone=some(ALONE), known=st.booleans())
    def start(self, zone, known):
        self.zone = zone
        self.kept = Kept()
        self.shadow = Life(SITE)
        if known:
            self._give(WallTime(Instant(0), seconds(NIGHTFALL - 30), True))
        self._live(1)

    # -- time -----------------------------------------------------------------------------------

    @action(of_a_second=some([1, 4, 10, 10, 25]))
    def wait(self, of_a_second):
        """Let time pass in which nothing comes but what is due."""
        self._pass(self.now + seconds(of_a_second / 10))

    @action(looks=some([1, 2, 3, 11]))
    def look(self, looks):
        """Let time pass in which nothing comes but a tick every second."""
        for _ in range(looks):
            self._pass(self.now + seconds(1))
            self._give(Tick(self.now))

    @action(minutes=some([0.1, 1, 5, 15]))
    def stand_still(self, minutes):
        """Let nobody look for a long time."""
        self.now = Instant(self.now + seconds(minutes * 60))
        self._give(Tick(self.now))

    @action(rounds=some([1, 2, 3, 5, 12]))
    def live(self, rounds):
        """Let all detectors that are not mute tell what they measure, each second."""
        self._live(rounds)

    @action(name=some(sorted(DETECTORS)), choice=st.integers(0, 8), rounds=some([0, 1, 3, 6]))
    def turn(self, name, choice, rounds):
        """Let a detector measure something else, and tell it."""
        values = VALUES[QUANTITY[name]]
        self.levels[name] = values[choice % len(values)]
        self._live(rounds)

    @action(smoke=some([0.0, 4.0, 9.0]), rounds=some([1, 4]))
    def smoke_in_the_hall(self, smoke, rounds):
        self.levels |= {"s1": smoke, "s2": smoke}
        self._live(rounds)

    @action(name=some([None, *DETECTORS]))
    def mute_or_let_speak(self, name):
        if name is None:
            self.mute.clear()
        else:
            self.mute ^= {name}

    # -- what comes from the wires --------------------------------------------------------------

    @action(
        name=some(sorted(DETECTORS)),
        choice=st.integers(0, 8),
        late=some([0, 0, 0, 0.05, 0.5, 3, 12]),
    )
    def read(self, name, choice, late):
        values = VALUES[QUANTITY[name]]
        at = max(self.kept.started, self.now - seconds(late))
        self._read(name, values[choice % len(values)], at)

    @action(name=some(CALL_POINTS))
    def press(self, name):
        """A manual call point is never late, whatever there is."""
        key = FIRE, f"call-point/{name}"
        zone = DETECTORS[name].zone
        before = self.kept.ledger.in_force.get(key)
        step = self._read(name, 1.0, self.now)
        alarm = self.kept.ledger.in_force[key]
        assert (alarm.standing, alarm.mode, alarm.latched) == (True, Mode.LIVE, True)
        assert not self.kept.ledger.is_under_test(zone)
        if before is None or not before.standing:
            assert [e for e in step.events if e.lane is Lane.ALARM and e.source == key[1]]
            levels = self.kept.present.outputs
            for output in OUTPUTS.values():
                is_meant = output.kind is OutputKind.SIREN and zone in (output.zones or ZONES)
                if is_meant and (Condition.DISABLED, f"output/{output.id}") not in (
                    self.kept.ledger.in_force
                ):
                    assert levels[output.id]

    @action(
        name=some(sorted(DETECTORS)),
        cause=some([FaultCause.NO_REPLY, FaultCause.BAD_CHECKSUM, FaultCause.DEVICE_FAULT]),
        times=some([1, 1, 3]),
    )
    def fail(self, name, cause, times):
        for _ in range(times):
            self._give(FailedPoll(name, cause, "", self.now), {DETECTORS[name].zone})

    @action(bus=some(sorted(BUSES)), up=st.booleans())
    def turn_a_bus(self, bus, up):
        given = BusUp(bus, self.now) if up else BusDown(bus, "", self.now)
        self._give(given, BUSES[bus])

    @action(fails=st.booleans())
    def turn_a_part(self, fails):
        if fails:
            self._give(PartFailed(part="path/lan", cause="down", detail="", at=self.now))
        else:
            self._give(PartRecovered(part="path/lan", at=self.now))

    @action(hours=some([-5, 0, 0, 8]), known=some([True, True, False]))
    def tell_the_wall_time(self, hours, known):
        utc = seconds(NIGHTFALL - 30 + hours * 3600) + self.now
        self._give(WallTime(self.now, utc, known))

    # -- what people order ----------------------------------------------------------------------

    @action(act=some(Act), zone=some([None, *ZONES]))
    def order(self, act, zone):
        self._give(OperatorCommand(act, zone, AUTHOR), None if zone is None else {zone})

    @action(zone=some([None, *ZONES]))
    def reset(self, zone):
        self.order(Act.RESET, zone)

    @action()
    def come_to_rest(self):
        """Let all be well again, until every window is known, and have it reset."""
        self.levels = dict.fromkeys(self.levels, 0.0)
        self.mute.clear()
        for bus in BUSES:
            self.turn_a_bus(bus, up=True)
        self._live(SPAN)
        self.reset(None)

    @action(what=targets, duration=some([1, 7, 60, 700, 3000]))
    def disable(self, what, duration):
        order = Disable(target=what, author=AUTHOR, duration=seconds(duration), whole_site=True)
        self._give(order, _zones_of(what))

    @action(what=targets)
    def enable(self, what):
        self._give(Enable(target=what, author=AUTHOR), _zones_of(what))

    @action(zone=some([None, *ZONES, *ZONES]), duration=some([1, 8, 30, 200]))
    def begin_a_test(self, zone, duration):
        order = BeginTest(zone=zone, author=AUTHOR, duration=seconds(duration), whole_site=True)
        if zone is not None:
            self._give(order, {zone})
            return
        step = self.kept.give(self.now, order)
        if not step.refusals:  # which may be for the sake of another zone
            shadow = self.shadow.step(self.now / 1e9, replace(order, zone=self.zone))
            assert self._of_the_zone(step) == self._of_the_zone(shadow)
        self._tick_what_is_due()

    @action(
        zone=some(ZONES),
        name=some(sorted(DETECTORS)),
        rounds=some([1, 3, 3, 5, 5, 65]),
        rested=st.booleans(),
    )
    def walk(self, zone, name, rounds, rested):
        """Put a zone under test, and smoke a detector: one that is meant, or another."""
        if rested:
            self.come_to_rest()
            self.levels["a1"] = 47.0
        self.begin_a_test(zone, 200)
        self.levels[name] = DANGEROUS[QUANTITY[name]]
        self._live(rounds)
        self.levels[name] = 0.0
        self._live(rounds % 2)

    @action(zone=some([None, *ZONES]))
    def end_a_test(self, zone):
        self._give(EndTest(zone=zone, author=AUTHOR), None if zone is None else {zone})

    # -- restarts -------------------------------------------------------------------------------

    @action(outage=some([0, 0.3, 2, 20, 800]), other=some([False, False, True]))
    def restart(self, outage, other):
        self.now = Instant(self.now + seconds(outage))
        self._begin(other)

    @action(uptime=some([1, 20]), other=some([False, False, True]), minutes=some([0, 0, 11]))
    def reboot(self, uptime, other, minutes):
        self.boots += 1
        self.now = seconds(uptime)
        self._begin(other)
        if minutes:
            self.stand_still(minutes)

    @action(what=targets, duration=some([60, 3000]), minutes=some([1, 11]))
    def leave_out_of_service(self, what, duration, minutes):
        """Disable something, and have the power cut."""
        self.disable(what, duration)
        self.reboot(20, other=False, minutes=minutes)

    @action(other=some([False, True]))
    def change_the_configuration(self, other):
        """Have it changed while all goes on; or have the same one taken up once more."""
        if other:
            self._choose_the_other()
        self._pass(self.now)
        step = self.kept.succeed(self.now, self.definition)
        shadow = self.shadow.succeed(self.definition, self.now / 1e9)
        assert self._of_the_zone(step) == self._of_the_zone(shadow)
        self._tick_what_is_due()

    # -- how ------------------------------------------------------------------------------------

    def _choose_the_other(self):
        self.definition = SITE if self.definition is WITHOUT_TWO else WITHOUT_TWO

    def _begin(self, other):
        if other:
            self._choose_the_other()
        boot = f"boot-{self.boots}"
        step = self.kept.restart(self.now, self.definition, boot)
        shadow = self.shadow.begin(self.definition, boot=boot, now=self.now / 1e9)
        assert self._of_the_zone(step) == self._of_the_zone(shadow)
        self._tick_what_is_due()

    def _live(self, rounds):
        for _ in range(rounds):
            self._pass(self.now + seconds(1))
            for name, level in self.levels.items():
                if name not in self.mute:
                    self._read(name, level, self.now)
            self._give(Tick(self.now))

    def _read(self, name, value, at):
        given = Reading(name, QUANTITY[name], value, Instant(at))
        return self._give(given, {DETECTORS[name].zone})

    def _pass(self, until):
        while (due := self.kept.life.engine.next_due()) is not None and due <= until:
            self.now = max(self.now, due)
            self._give_once(Tick(self.now), None)
        self.now = Instant(until)

    def _give(self, given, zones=None):
        """Give an input that is about some zones, or about all of them where that is None."""
        step = self._give_once(given, zones)
        self._tick_what_is_due()
        return step

    def _tick_what_is_due(self):
        self._pass(self.now)
        self.kept.settled(self.now)

    def _give_once(self, given, zones):
        step = self.kept.give(self.now, given)
        events = self._of_the_zone(step)
        if zones is None or self.zone in zones:
            assert events == self._of_the_zone(self.shadow.step(self.now / 1e9, given))
        else:
            assert events == [], "what happened elsewhere had to do with this zone"
        return step

    def _of_the_zone(self, step):
        return [event for event in step.events if getattr(event, "zone", None) == self.zone]


def _zones_of(target):
    match target.kind:
        case Disabled.DETECTOR:
            return {DETECTORS[target.id].zone}
        case Disabled.ZONE:
            return {target.id}
        case Disabled.OUTPUT:
            return None


Site.TestCase.settings = settings(max_examples=20, stateful_step_count=40, deadline=None)
test_no_sequence_of_inputs_breaks_a_promise = Site.TestCase
