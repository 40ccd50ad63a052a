"""A life on the promised site, with what must hold after each of its steps."""

from dataclasses import dataclass, replace

from ledger import Heard, Ledger, is_reset
from promised_site import DELAYED, DETECTORS, LOOKS, OUTPUTS, SITE, SPAN, ZONES
from scenario import Life
from sight import WINDOWED, Sight
from wanted_outputs import is_wanted

from rules.condition import Condition, Mode
from rules.disablement import GRACE
from rules.engine import STOOD_STILL
from rules.event import Change, ConditionEvent
from rules.instant import Instant, seconds
from rules.operator import LONGEST_DISABLEMENT
from rules.part import Tick, WallTime
from rules.reading import BusDown, BusUp, FailedPoll
from rules.running_rule import ALARMS
from rules.snapshot import Protection
from rules.walk_test import STANDS_AT_MOST

ENDED = {Condition.DISABLED, Condition.TEST}
HINDRANCES = {Condition.FAULT, *ENDED}
WAITS = {(Condition.DISABLED, f"output/{output}/delay") for output in DELAYED}
LONG_AGO = -(10**18)


@dataclass(frozen=True)
class End:
    """By when a disablement or a test must be over."""

    at: int
    utc_ns: int | None  # of the same, where the wall clock was known
    is_of_another_boot: bool = False
    is_known: bool = True  # whatever the wall clock says from now on


class Kept:
    """Takes inputs, and holds what they lead to against the promises.

    Instants are in nanoseconds.
    """

    def __init__(self):
        self.life = Life(SITE)
        self.ledger = Ledger({each.id: each.zone for each in DETECTORS.values()})
        self._wall = None
        self._ends = {}
        self._began = {}  # conditions in force by when their outputs' delays began
        self._start(0)
        self._hear(self.life.steps[-1], None, 0)

    # -- inputs ---------------------------------------------------------------------------------

    def give(self, now, given):
        """Take an input; give the step."""
        at = given.at if hasattr(given, "at") else now
        is_silent = isinstance(given, FailedPoll | BusDown | Tick)
        going = self._going(at) if is_silent else set()
        holding = self._holding(at) if is_reset(given) else set()
        before = dict(self.ledger.in_force)
        step = self.life.step(now / 1e9, given)
        self._hear(step, given, now)
        if is_silent:
            self._no_silence_ended(step, before, going)
        if holding:
            held = holding & self._holding(at)
            assert {key for key in before if key[1] in held} <= self.ledger.in_force.keys()
        self._check_commands(step, now)
        self._sight.note(at, self.present.detectors, self.ledger)
        self._put_ends(step, given, now)
        self._check_zones(now, has_looked=self._has_looked(given, now))
        return step

    def restart(self, now, definition, boot):
        """Begin anew, in this boot or another; give the step."""
        is_reboot = boot != self.life.boot
        before, former = dict(self.ledger.in_force), self.life.definition
        step = self.life.begin(definition, boot=boot, now=now / 1e9)
        self._start(now)
        self._wall = None
        if is_reboot:
            for key, end in self._ends.items():
                at = now if key[0] is Condition.TEST else now + GRACE
                self._ends[key] = replace(end, at=at, is_of_another_boot=True)
        self._ends = {
            key: replace(end, is_known=not end.is_of_another_boot)
            for key, end in self._ends.items()
        }
        self._began = dict.fromkeys(before, LONG_AGO)
        self._hear(step, None, now)
        self._sight.note(now, self.present.detectors, self.ledger)
        if not {key for key in before if key[0] in HINDRANCES and key not in WAITS}:
            entered = {e.condition for e in step.events if isinstance(e, ConditionEvent)}
            assert Condition.DEGRADED not in entered, "it has only just begun to ask"
        for key in before.keys() - self.ledger.in_force.keys():
            assert self._may_end_with_a_restart(key, before[key], former, definition), key
        self._check_ends(now)
        self._check_commands(step, now)
        self._check_zones(now, has_looked=False)
        return step

    def succeed(self, now, definition):
        """Change the configuration; give the step."""
        before, former = dict(self.ledger.in_force), self.life.definition
        step = self.life.succeed(definition, now / 1e9)
        self._hear(step, None, now)
        self._sight.note(now, self.present.detectors, self.ledger)
        for key in before.keys() - self.ledger.in_force.keys():
            assert self._may_end_with_a_change(key, before[key], former, definition), key
        if former is definition:
            assert (step.events, step.changes) == ((), ())
        assert {each.output for each in step.outputs} == OUTPUTS.keys()
        self._check_commands(step, now)
        self._check_zones(now, has_looked=False)
        return step

    def settled(self, now):
        """Hold what is in force against the time, when nothing is due any more."""
        self._check_ends(now)
        self._check_tests(now)
        self._check_outputs(now)

    # -- what is told ---------------------------------------------------------------------------

    def _hear(self, step, given, now):
        self.ledger.take(step, given)
        self.present = present = self.life.engine.present()
        for each in present.conditions:
            self.ledger.name((each.condition, each.source), frozenset(each.detectors))
        assert self.ledger.in_force == {
            (each.condition, each.source): Heard(
                each.zone,
                each.mode,
                each.latched,
                each.incident.at,
                each.standing,
                each.silenced,
                each.acknowledged,
                frozenset(each.detectors),
            )
            for each in present.conditions
        }
        in_force = self.ledger.in_force
        self._began = {key: self._began.get(key, in_force[key].since) for key in in_force}
        if any(_is_entered(event, "rule/upstairs") for event in step.events):
            assert self._burns("hall"), "nothing in earnest was below"

    def _burns(self, zone):
        return any(
            condition is Condition.FIRE_ALARM and heard.zone == zone and heard.mode is Mode.LIVE
            for (condition, _), heard in self.ledger.in_force.items()
        )

    def _going(self, at):
        """Give the rules whose cause has gone by all that is known, before anything is lost."""
        gone = set()
        for source, rule in self.life.engine._judging.rules.items():
            if (rule.definition.raises, source) in self.ledger.in_force:
                now = rule.now(Instant(at))
                if now.when.truth is False if now.clear is None else now.clear.truth:
                    gone.add(source)
        return gone

    def _holding(self, at):
        """Give the rules whose cause is known to hold."""
        rules = self.life.engine._judging.rules.items()
        return {source for source, rule in rules if not rule.blocked and rule.now(at).when.truth}

    def _no_silence_ended(self, step, before, going):
        """Nothing ends a condition but what is known: no fault does, and no silence."""
        events = [event for event in step.events if isinstance(event, ConditionEvent)]
        left = {event.condition for event in events if event.change is Change.LEFT}
        if left & ENDED:
            return  # detectors have come back to the rules
        for event in events:
            look = LOOKS.get(event.source)
            if event.change not in (Change.LEFT, Change.CLEARED) or look is None:
                continue
            if event.condition is look.raises:
                assert event.source in going or look.by_schedule, "a fault cleared an alarm"
            elif (look.raises, event.source) not in self.ledger.in_force:
                # a warning ends with the alarm that it was of, or with its cause
                assert event.source not in {source for _, source in before}

    def _may_end_with_a_restart(self, key, heard, former, definition):
        condition, source = key
        if condition in ENDED or heard.mode is Mode.TEST or source.startswith("gateway/"):
            return True
        return self._may_end_with_a_change(key, heard, former, definition)

    def _may_end_with_a_change(self, key, heard, former, definition):
        return former is not definition and key[1] == "rule/two" and not heard.latched

    # -- ends -----------------------------------------------------------------------------------

    def _put_ends(self, step, given, now):
        for event in step.events:
            if isinstance(event, ConditionEvent) and event.condition in ENDED:
                key = event.condition, event.source
                if event.change is Change.ENTERED and event.ends is not None:
                    assert event.ends == now + given.duration
                    self._ends[key] = End(event.ends, self._utc(now, event.ends))
                elif event.change is Change.LEFT:
                    self._ends.pop(key, None)
        if isinstance(given, WallTime):
            self._wall = given
            for key, end in self._ends.items():
                self._ends[key] = self._corrected(end, given)

    def _corrected(self, end, wall):
        if not end.is_of_another_boot:
            return replace(end, utc_ns=end.utc_ns or self._utc(wall.at, end.at))
        if end.is_known or end.utc_ns is None:
            return end
        at = wall.at + max(0, min(LONGEST_DISABLEMENT, end.utc_ns - wall.utc_ns))
        return replace(end, at=at if wall.is_known else min(at, end.at), is_known=wall.is_known)

    def _utc(self, now, ends):
        if self._wall is None or not self._wall.is_known:
            return None
        return self._wall.utc_ns + ends - self._wall.at

    def _check_ends(self, now):
        for key in self._ends:
            if key in self.ledger.in_force:
                assert now < self._ends[key].at, f"{key} outlives its end"

    def _check_tests(self, now):
        """What one person with a smoke pole cannot have done is no test any more."""
        for zone in ZONES:
            alarms = [
                heard
                for (condition, _), heard in self.ledger.in_force.items()
                if condition in ALARMS and heard.zone == zone and heard.mode is Mode.TEST
            ]
            if self.ledger.is_under_test(zone):
                assert (Condition.FIRE_ALARM, f"call-point/{zone}-mcp") not in self.ledger.in_force
            assert all(now - heard.since < STANDS_AT_MOST for heard in alarms)
            assert len({name for heard in alarms for name in heard.detectors}) <= 1

    # -- zones ----------------------------------------------------------------------------------

    def _start(self, now):
        self.started = self._woken = now
        self._looked = [now]
        self._sight = Sight()

    def _has_looked(self, given, now):
        """Tell whether an input has made the engine look at all that comes with time."""
        if isinstance(given, BusUp):
            self._woken = now
        if isinstance(given, Tick) and now - self._looked[-1] >= seconds(1):
            self._looked.append(now)
            return True
        return False

    def _check_zones(self, now, *, has_looked):
        """A zone is degraded exactly while its raising rules lack an input; or it is starting."""
        protections = {zone.id: zone.protection for zone in self.present.zones}
        for zone in ZONES:
            protection = protections[zone]
            is_degraded = (Condition.DEGRADED, f"zone/{zone}") in self.ledger.in_force
            if not has_looked and WINDOWED[zone]:
                continue  # a window fills and empties from look to look
            assert (protection is Protection.FULL) is not self._sight.lacks(zone, now)
            if protection is not Protection.STARTING:
                assert is_degraded is (protection is not Protection.FULL)
            elif has_looked and len(self._looked) > 2 and not self._was_held_up():
                waited = now - max(self._woken, self.started)
                assert waited < seconds(SPAN) + STOOD_STILL, "a start has no end"

    def _was_held_up(self):
        return self._looked[-1] - self._looked[-3] > 2 * STOOD_STILL

    # -- outputs --------------------------------------------------------------------------------

    def _check_outputs(self, now):
        for output in OUTPUTS.values():
            wanted = is_wanted(output, self.ledger.in_force, self._began, now)
            assert self.present.outputs[output.id] is wanted, output.id
        assert self.ledger.in_force.keys() >= WAITS

    def _check_commands(self, step, now):
        """Nothing is set to what it is not to be, not for an instant either."""
        for command in step.outputs:
            output = OUTPUTS[command.output]
            wanted = is_wanted(output, self.ledger.in_force, self._began, now)
            assert command.energised is wanted, output.id


def _is_entered(event, source):
    return (
        isinstance(event, ConditionEvent)
        and event.change is Change.ENTERED
        and event.source == source
        and event.mode is Mode.LIVE
    )
