"""Promises that no sequence of inputs may break, and a plain oracle of when conditions are entered.

The oracle keeps every input since the beginning and applies the definitions to all of it, anew at
each step; it shares no code with the engine but the words of the inputs.
"""

from dataclasses import dataclass
from itertools import product
from math import inf, isnan, nan

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition
from hypothesis.stateful import rule as action
from scenario import FAULT_RELAY, RANGES, SIREN, Life, call_point, detector, rule, site

from rules.condition import Condition
from rules.engine import STOOD_STILL
from rules.event import Change, ConditionEvent
from rules.instant import Instant, seconds
from rules.operator import Act, OperatorCommand
from rules.part import Tick
from rules.profile import DetectorKind
from rules.reading import BusDown, BusUp, FailedPoll, FaultCause, Reading
from rules.snapshot import Protection

FIRE, GAS, PRE = Condition.FIRE_ALARM, Condition.GAS_ALARM, Condition.PRE_ALARM
ALARMS = {FIRE, GAS, PRE}

DETECTORS = {
    each.id: each
    for each in (
        detector("s1", "smoke"),
        detector("s2", "smoke"),
        detector("g", "gas", kind=DetectorKind.GAS),
        detector("a1", "temperature", zone="attic", bus="far", kind=DetectorKind.HEAT),
        call_point("mcp", bus="gpio"),
    )
}
QUANTITY = {name: next(iter(each.quantities)) for name, each in DETECTORS.items()}
TWO = rule("two", "count(smoke > 3 %/m) >= 2", hold=3, clear="all(smoke < 2 %/m)")
MEAN = rule("mean", "avg(a1.temperature, 10 s) > 50 °C", PRE, zone="attic", hold=2)
SITE = site(
    *DETECTORS.values(),
    TWO,
    rule("one", "any(smoke > 3 %/m)", PRE),
    rule("gas", "g.gas > 20 %LEL", GAS),
    rule("heat", "a1.temperature > 58 °C", hold=2, zone="attic"),
    rule("warm", "a1.temperature > 50 °C", PRE, zone="attic", clear="a1.temperature < 45 °C"),
    MEAN,
    outputs=[SIREN, FAULT_RELAY],
)
ZONES = ("hall", "attic")
BUSES = {each.bus: each.zone for each in DETECTORS.values()}
VALUES = {
    "smoke": [0.0, 1.0, 2.5, 4.0, 4.0, 25.0, -1.0],
    "gas": [0.0, 19.0, 30.0, 150.0, nan],
    "temperature": [20.0, 47.0, 55.0, 60.0, 60.0, 130.0, -99.0],
    "contact": [0.0, 0.0, 0.0, 1.0],
}


# -- the oracle ------------------------------------------------------------------------------------


def over(name, threshold):
    return lambda values: values[name] > threshold


@dataclass(frozen=True)
class Definition:
    """A rule in plain Python: what its expressions mean where all values are known."""

    condition: Condition
    zone: str
    reads: tuple[str, ...]
    when: object
    clear: object = None
    hold_s: int = 0
    latching: bool = True


PLAIN = {
    "rule/two": Definition(
        FIRE,
        "hall",
        ("s1", "s2"),
        lambda v: (v["s1"] > 3) + (v["s2"] > 3) >= 2,
        lambda v: v["s1"] < 2 and v["s2"] < 2,
        hold_s=3,
    ),
    "rule/one": Definition(
        PRE, "hall", ("s1", "s2"), lambda v: v["s1"] > 3 or v["s2"] > 3, latching=False
    ),
    "rule/gas": Definition(GAS, "hall", ("g",), over("g", 20)),
    "rule/heat": Definition(FIRE, "attic", ("a1",), over("a1", 58), hold_s=2),
    "rule/warm": Definition(
        PRE, "attic", ("a1",), over("a1", 50), lambda v: v["a1"] < 45, latching=False
    ),
    "call-point/mcp": Definition(FIRE, "hall", ("mcp",), over("mcp", 0.5)),
}


def truth(condition, reads, values):
    """Try everything that the unknown values could be; definite where all agree."""
    unknown = [name for name in reads if values[name] is None]
    outcomes = {
        bool(condition({**values, **dict(zip(unknown, guess, strict=True))}))
        for guess in product((-inf, inf), repeat=len(unknown))
    }
    return outcomes.pop() if len(outcomes) == 1 else None


def believed(name, history):  # noqa: C901, PLR0912 - one case an input
    """What the rules may believe of a detector, from all that was heard of it."""
    limits = RANGES[QUANTITY[name]]
    definition = DETECTORS[name]
    value = latched = newest = None
    heard_at = read_at = looked_at = failures = 0
    down = faulty = excused = False
    for now, given in history:
        lost = False
        match given:
            case "restart":
                value = newest = None
                heard_at, failures, read_at, looked_at, down = now, 0, 0, now, False
                excused = False
            case Reading(detector=other, value=read, at=at) if other == name and at >= read_at:
                heard_at, failures, read_at, faulty = max(heard_at, at), 0, at, False
                if isnan(read) or read < limits.lowest:
                    newest = None
                else:
                    newest = inf if read > limits.highest else read
                if QUANTITY[name] == "gas" and newest == inf:
                    latched = inf
                value = newest
            case FailedPoll(detector=other, cause=cause, at=at) if other == name and not down:
                failures += 1
                long_ago = failures > 1 and at - heard_at >= seconds(10)
                lost = failures >= 3 or cause is FaultCause.DEVICE_FAULT or long_ago
                lost, faulty = lost and not faulty, lost or faulty
            case Tick() if now - looked_at >= seconds(1):
                excused, looked_at = now - looked_at > STOOD_STILL and not excused, now
                stale = not (down or excused) and now - heard_at >= definition.stale_after
                lost, faulty = stale and not faulty, stale or faulty
            case BusDown(bus=bus) if bus == definition.bus:
                lost = down = True
            case BusUp(bus=bus) if bus == definition.bus and down:
                down, failures, heard_at = False, 0, max(heard_at, now)
            case OperatorCommand() if is_reset(given, definition.zone):
                if newest != inf and latched is not None:
                    latched, value, read_at = None, newest, max(now, read_at)
        if lost:
            newest = None
            if value is not None and latched is None:
                value, read_at = None, max(now, read_at)
    return value if latched is None else latched


def judgements(definition, history, believed_at):
    """Give each instant at which a rule was judged, with what its expressions said then.

    A measurement counts from when it was measured. At a tick what has run out comes before what
    has fallen silent, so it is judged on both sides.
    """
    before = None
    for (came, given), values in zip(history, believed_at, strict=True):
        now = given.at if isinstance(given, Reading | FailedPoll) else came
        if given == "restart":
            yield now, given, None, None
        else:
            for seen in (before, values) if isinstance(given, Tick) else (values,):
                when = truth(definition.when, definition.reads, seen)
                if definition.clear is None:
                    clear = None if when is None else not when
                else:
                    clear = False if when else truth(definition.clear, definition.reads, seen)
                yield now, given, when, clear
        before = values


def in_force(source, history, believed_at):
    """Tell whether a rule's condition is in force after all that happened, and if it stands."""
    definition = PLAIN[source]
    state = None  # None, "standing" or "cleared"
    true_for, true_since = 0, None
    for now, given, when, clear in judgements(definition, history, believed_at):
        if given == "restart":
            true_for, true_since = 0, None
            continue
        until = now if true_since is None else max(now, true_since)  # late takes nothing back
        if true_since is not None:
            true_for += until - true_since
        true_since = until if when else None
        if when is False:
            true_for = 0
        if when and true_for >= seconds(definition.hold_s):
            state = "standing"
        if state == "standing" and clear:
            state = "cleared" if definition.latching else None
        open_to_reset = state == "cleared" or (state == "standing" and None in (when, clear))
        if definition.latching and open_to_reset and is_reset(given, definition.zone):
            state, true_for = None, 0
    return state


def is_reset(given, zone):
    return (
        isinstance(given, OperatorCommand) and given.act is Act.RESET and given.zone in (None, zone)
    )


# -- the machine -----------------------------------------------------------------------------------


class Site(RuleBasedStateMachine):
    """Any inputs in any order, as the wiring gives them: ticks come when a `for` ends."""

    def __init__(self):
        super().__init__()
        self.now = 0.0
        self.history = []
        self.believed_at = []
        self.told = set()

    @initialize()
    def start(self):
        self.life = Life(SITE)
        self.shadow = Life(SITE)  # hears nothing of the hall
        self._take(self.life.steps[-1], None)
        self._remember("restart")

    def _remember(self, given):
        self.history.append((Instant(seconds(self.now)), given))
        self.believed_at.append({name: believed(name, self.history) for name in DETECTORS})

    def _give(self, given, zone):
        """Give an input that is about a zone, or about both where it is None."""
        step = self.life.step(self.now, given)
        self._take(step, given)
        self._remember(given)
        if zone != "hall":
            shadow = self.shadow.step(self.now, given)
            assert _of_attic(step) == _of_attic(shadow)
        else:
            assert _of_attic(step) == []
        if zone == "attic":
            assert not [event for event in step.events if _zone(event) == "hall"]
        due = self.life.engine.next_due()
        if due is not None and due <= seconds(self.now):  # a late reading's `for` has run out
            self._give(Tick(Instant(seconds(self.now))), None)
        return step

    def _take(self, step, given):
        for event in step.events:
            if not isinstance(event, ConditionEvent):
                continue
            key = event.condition, event.source
            if event.change is Change.ENTERED:
                assert key not in self.told, "entered twice"
                self.told.add(key)
                continue
            assert key in self.told, "told of a condition that was never entered"
            if event.change is Change.LEFT:
                self.told.remove(key)
                ended = isinstance(given, OperatorCommand) and given.act is Act.RESET
                assert (
                    ended
                    or event.source not in PLAIN
                    or not PLAIN[event.source].latching
                    or (event.condition is not PLAIN[event.source].condition)
                ), "an alarm was lost without a reset"
            # A mean can have fallen since the last reading, and is looked at anew at each input.
            if isinstance(given, FailedPoll | BusDown) and event.source != "rule/mean":
                assert event.change not in (Change.LEFT, Change.CLEARED), "a fault cleared an alarm"

    @action(tenths=st.sampled_from([1, 4, 10, 10, 20, 50, 110]))
    def wait(self, tenths):
        until = round(self.now + tenths / 10, 1)
        while (due := self.life.engine.next_due()) is not None and due <= seconds(until):
            self.now = max(self.now, due / 1e9)
            self._give(Tick(due), None)
        self.now = until

    @action(tenths=st.integers(10, 30))
    def wait_and_supervise(self, tenths):
        """After a pause in which nobody looked, only the second look counts."""
        for pause in (tenths, 10):
            self.wait(pause)
            self._give(Tick(Instant(seconds(self.now))), None)

    @action(
        reading=st.sampled_from(sorted(DETECTORS)).flatmap(
            lambda name: st.tuples(st.just(name), st.sampled_from(VALUES[QUANTITY[name]]))
        ),
        late_s=st.sampled_from([0, 0, 0, 0.05, 3]),
    )
    def read(self, reading, late_s):
        name, value = reading
        at = Instant(seconds(max(0, self.now - late_s)))
        self._give(Reading(name, QUANTITY[name], value, at), DETECTORS[name].zone)

    @action(value=st.sampled_from([0.0, 1.0]))
    def press_or_put_back_the_call_point(self, value):
        self._give(Reading("mcp", "contact", value, Instant(seconds(self.now))), "hall")

        if value:
            assert self.life.in_force()[FIRE, "call-point/mcp"].standing, "a call point waited"

    @action(smoke=st.sampled_from([0.0, 4.0]))
    def read_both_smokes(self, smoke):
        for name in ("s1", "s2"):
            self.read((name, smoke), 0)

    @action(
        name=st.sampled_from(sorted(DETECTORS)),
        cause=st.sampled_from([FaultCause.NO_REPLY, FaultCause.DEVICE_FAULT]),
    )
    def fail(self, name, cause):
        given = FailedPoll(name, cause, "", Instant(seconds(self.now)))
        self._give(given, DETECTORS[name].zone)

    @action(bus=st.sampled_from(sorted(BUSES)), up=st.booleans())
    def turn_a_bus(self, bus, up):
        at = Instant(seconds(self.now))
        self._give(BusUp(bus, at) if up else BusDown(bus, "", at), BUSES[bus])

    @action(act=st.sampled_from(Act), zone=st.sampled_from([None, *ZONES]))
    def order(self, act, zone):
        before = self.life.in_force()
        self._give(OperatorCommand(act, zone, "Lan"), zone)
        if zone is not None:
            gone = before.keys() - self.life.in_force().keys()
            assert {before[key].zone for key in gone} <= {zone}

    @precondition(lambda self: len(self.history) > 3)
    @action()
    def restart(self):
        before = self.life.in_force()
        for life in (self.life, self.shadow):
            step = life.begin(SITE, now=self.now)
        step = self.life.steps[-1]
        self._take(step, None)
        self._remember("restart")

        assert self.life.in_force() == before
        assert sorted((event.condition, event.source) for event in step.events) == sorted(
            key for key in before if key[0] in ALARMS
        )
        assert {event.change for event in step.events} <= {Change.STANDING}

    @invariant()
    def what_is_in_force_is_what_was_told(self):
        if self.history:
            assert self.life.in_force().keys() == self.told

    @invariant()
    def values_are_what_may_be_believed(self):
        if self.history:
            shown = {
                each.id: each.values[QUANTITY[each.id]]
                for each in self.life.engine.present().detectors
            }
            assert shown == self.believed_at[-1]

    @invariant()
    def conditions_are_in_force_exactly_when_the_definitions_say(self):
        if not self.history:
            return
        shown = self.life.in_force()
        for source, definition in PLAIN.items():
            found = shown.get((definition.condition, source))
            state = None if found is None else "standing" if found.standing else "cleared"
            assert state == in_force(source, self.history, self.believed_at), source

    @invariant()
    def a_zone_is_degraded_exactly_while_its_rules_lack_an_input(self):
        if not self.history:
            return
        for zone in ZONES:
            degraded = (Condition.DEGRADED, f"zone/{zone}") in self.life.in_force()
            match self.life.protection(zone):
                case Protection.FULL:
                    assert not degraded
                case Protection.DEGRADED | Protection.UNPROTECTED:
                    assert degraded

    @invariant()
    def outputs_follow_the_conditions(self):
        if not self.history:
            return
        present = self.life.engine.present()
        alarms = [each for each in present.conditions if each.condition in (FIRE, GAS)]
        troubles = {Condition.FAULT, Condition.DEGRADED}
        assert present.outputs["relay"] is not any(
            each.condition in troubles for each in present.conditions
        )
        assert present.outputs["siren"] <= bool(alarms)
        if alarms and not present.silenced:
            rows = self.life.rows.values()
            loud = [row for row in rows if '"silenced": false' in row and '"latched": true' in row]
            assert present.outputs["siren"] is bool(loud)


def _zone(event):
    return getattr(event, "zone", None)


def _of_attic(step):
    return [event for event in step.events if _zone(event) == "attic"]


Site.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
test_no_sequence_of_inputs_breaks_a_promise = Site.TestCase


def test_the_oracle_and_the_engine_have_the_same_rules():
    raised = {f"rule/{each.id}": each for each in SITE.rules if each.id != "mean"}

    assert {source for source in PLAIN if source.startswith("rule/")} == set(raised)
    for source, definition in raised.items():
        plain = PLAIN[source]
        assert (definition.raises, definition.zone) == (plain.condition, plain.zone)
        assert (definition.hold, definition.latching) == (seconds(plain.hold_s), plain.latching)
