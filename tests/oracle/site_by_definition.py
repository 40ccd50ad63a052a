"""A site by its definitions: what is believed, what each rule says of it, and what is told.

It is slow and plain on purpose. It shares no code with the engine but the nouns: definitions,
readings, commands, and the tree of an expression.
"""

from oracle.heard import Heard
from oracle.history import SECOND
from oracle.lives import Life
from oracle.orders import Disablements, Tests
from oracle.truths import Eyes

from rules.condition import Condition, Mode
from rules.instant import Duration
from rules.language.syntax import Active, Point
from rules.operator import Act, BeginTest, Disable, Enable, EndTest, OperatorCommand
from rules.part import Tick, WallTime
from rules.profile import DetectorKind
from rules.reading import BusDown, BusUp, FailedPoll, Reading
from rules.site import OnUnknown, RuleDefinition

STOOD_STILL = 2.5 * SECOND
"""Where nobody looked for so long, the first look finds nobody silent."""


class OracleSite:
    """The whole site, through restarts."""

    def __init__(self, definition, now):
        self.definition = definition
        self.detectors = {}
        self.lives = {}
        self.now = now
        self.tests = Tests(self)
        self.disablements = Disablements(self)
        self.boot = 1
        self._begin(now, is_new_boot=True)
        self._judge_all(now)
        self._settle(now)

    def _begin(self, now, *, is_new_boot):
        old_detectors, old_lives = self.detectors, self.lives
        self.detectors = {
            each.id: Heard(each, now, warming=is_new_boot, old=old_detectors.get(each.id))
            for each in self.definition.detectors
        }
        self.wall = None
        self._in_force, self._is_on, self._instants = {}, {}, [now, now]
        self._eyes = {zone.id: self._seen_from(zone.id) for zone in self.definition.zones}
        self.lives = {}
        for source, rule in rules_of(self.definition):
            old = old_lives.get(source)
            self.lives[source] = Life(rule, source, self._eyes[rule.zone], old)
        self._naming = {}
        for life in self.lives.values():
            for name in life.names:
                self._naming.setdefault(name, []).append(life)
        self._in_force.update((name, False) for name in self._naming if type(name) is tuple)
        self._is_on.update((name, None) for name in self._naming if type(name) is str)
        self._looked_at, self._was_excused = now, False
        self.turned = []  # points that orders hid or showed, whose rules are yet to be judged

    def _seen_from(self, zone):
        histories = {
            Point(name, quantity): state.near if each.definition.zone == zone else state.afar
            for name, each in self.detectors.items()
            for quantity, state in each.quantities.items()
        }
        return Eyes(histories, self._in_force, self._is_on, self._instants)

    def next_due(self):
        """Give when something may change though nothing comes in, or None."""
        dues = [life.due for life in self.lives.values() if life.due is not None]
        dues += self.tests.dues() + self.disablements.dues()
        return min(dues) if dues else None

    # -- inputs --------------------------------------------------------------------------------

    def restart(self, now, *, is_new_boot):
        """A new life; give what is told."""
        self.now = now
        self.boot += is_new_boot
        self._begin(now, is_new_boot=is_new_boot)
        told, entered = self.tests.restart(now, is_new_boot=is_new_boot)
        self.disablements.restart(now)
        for life in self.lives.values():
            if life not in entered:
                told += life.tell_again(now)
        told += self._judge_all(now)
        return told + self._settle(now)

    def take(self, now, given):
        """Take one input; give what is told of the rules' conditions."""
        self.now = max(self.now, now)
        at = getattr(given, "at", self.now)
        now = min(at, self.now)
        self._instants += (now, self.now)
        return TAKE[type(given)](self, given, now) + self._settle(now)

    def _reading(self, given, now):
        detector = self.detectors.get(given.detector)
        if detector is None or not detector.reading(given):
            return []
        naming = self._naming.get(Point(given.detector, given.quantity), ())
        return self.judge(naming, now, given.detector)

    def _failed_poll(self, given, now):
        detector = self.detectors.get(given.detector)
        if detector is None or not detector.failed(given):
            return []
        return self._lose([detector], now)

    def _bus_down(self, given, now):
        wired = [each for each in self.detectors.values() if each.definition.bus == given.bus]
        for detector in wired:
            detector.bus_is_down = True
        return self._lose(wired, now)

    def _bus_up(self, given, now):
        for detector in self.detectors.values():
            if detector.definition.bus == given.bus:
                detector.bus_went_up(now)
        return []

    def _tick(self, _given, now):
        due = [life for life in self.lives.values() if life.due is not None and life.due <= now]
        told = self.judge(due, now)
        self.disablements.look(now)
        told += self.tests.look(now)[0]
        if now - self._looked_at < SECOND:
            return told
        self._was_excused = now - self._looked_at > STOOD_STILL and not self._was_excused
        self._looked_at = now
        if not self._was_excused:
            told += self._lose([each for each in self.detectors.values() if each.silent(now)], now)
        told += self._look_at_wall(now)
        told += self.judge([life for life in self.lives.values() if self._empties(life)], now)
        return told + self.judge([life for life in self.lives.values() if life.is_timed], now)

    def _wall_time(self, given, now):
        self.wall = given
        self.disablements.wall_told(now)
        return self._look_at_wall(now)

    def _look_at_wall(self, now):
        """Turn the schedules; none is on or off while the wall clock is unknown."""
        told = []
        known = self.wall is not None and self.wall.is_known
        local = self.wall.utc_ns + now - self.wall.at + self.definition.utc_offset if known else 0
        turned = []
        for schedule in self.definition.schedules:
            is_on = schedule.is_on(local) if known else None
            if schedule.id in self._is_on and self._is_on[schedule.id] is not is_on:
                self._is_on[schedule.id] = is_on
                turned.append(schedule.id)
        for name in turned:
            told += self.judge(self._naming[name], now)
        return told

    def _operator(self, given, now):
        if given.act is not Act.RESET:
            return []
        named = {
            point.detector
            for life in self.lives.values()
            if given.zone in (None, life.definition.zone)
            for point in life.points
        }
        freed = []
        for name, detector in self.detectors.items():
            if given.zone in (None, detector.definition.zone) or name in named:
                freed += [Point(name, quantity) for quantity in detector.unlatch(now)]
        told = self.judge_points(freed, now)
        waiting = [life for life in self.lives.values() if life.due is not None]
        for life in self.lives.values():
            if given.zone in (None, life.definition.zone):
                told += life.reset(now)
        return told + self.judge(waiting, now)  # a `for` that the reset has stopped begins anew

    def _disable(self, given, now):
        self.disablements.disable(given, now)
        return []

    def _enable(self, given, _now):
        self.disablements.enable(given)
        return []

    def _begin_test(self, given, now):
        self.tests.begin(given, now)
        return []

    def _end_test(self, given, now):
        return self.tests.end(given, now)

    # -- judging -------------------------------------------------------------------------------

    def judge_points(self, points, now):
        naming = {life.source: life for point in points for life in self._naming.get(point, ())}
        return self.judge(naming.values(), now)

    def _judge_all(self, now):
        """Judge all rules at the start of a life, knowing what is in force."""
        told = self._follow_conditions(now)
        return told + self.judge(self.lives.values(), now)

    def judge(self, lives, now, reader=None):
        """Judge rules, and then those that name a condition that has changed by it."""
        told = []
        for life in lives:
            told += life.judge(now, self, reader)
        return told + self._follow_conditions(now)

    def _follow_conditions(self, now):
        told = []
        while True:
            turned = [key for key in self._in_force if self._in_force[key] is not self._truth(key)]
            if not turned:
                return told
            for key in turned:
                self._in_force[key] = self._truth(key)
            naming = {life.source: life for key in turned for life in self._naming[key]}
            for life in naming.values():
                told += life.judge(now, self)

    def _truth(self, key):
        """Tell whether a condition is in force in earnest; unknown where a rule cannot tell."""
        zone, condition = key
        if condition is Condition.FAULT:
            mine = [each for each in self.detectors.values() if each.definition.zone == zone]
            return any(each.reply_fault or each.range_fault for each in mine)
        mine = [life for life in self.lives.values() if life.definition.zone == zone]
        raising = [life for life in mine if life.definition.raises is condition]
        if any(life.raised and life.raised.mode is Mode.LIVE for life in raising):
            return True
        if any(life.said is None or life.mode is Mode.TEST for life in raising):
            return None
        return False

    def _settle(self, now):
        """Let orders take effect on the rules."""
        told = []
        while True:
            turned, self.turned = self.turned, []
            told += self.judge_points(turned, now)
            ended, over = self.tests.look(now)
            told += ended
            if not over:
                return told

    def _lose(self, detectors, now):
        lost = [
            Point(each.definition.id, quantity)
            for each in detectors
            for quantity in each.definition.quantities
        ]
        for detector in detectors:
            detector.lose(now)
        return self.judge_points(lost, now)

    def _empties(self, life):
        """Tell whether it may turn though an input stays unknown.

        A window of it empties; or unknown counts as true, once a lost detector has warmed up.
        """
        seen = life.eyes.histories
        if not life.has_windows and life.definition.on_unknown is OnUnknown.DEGRADE:
            return False
        return any(seen[point].now is None for point in life.points)

    # -- what rules ask ------------------------------------------------------------------------

    def lacks(self, life):
        """Tell whether a point of a rule is unknown because its detector is faulty."""
        return any(map(self._is_lost, life.points))

    def unknown_is_true(self, life):
        """Tell whether a rule takes what is unknown for true: faulty, and not only starting."""
        if life.definition.on_unknown is OnUnknown.DEGRADE:
            return False
        unknown = [point for point in life.points if life.eyes.histories[point].now is None]
        return any(map(self._is_lost, unknown)) and not any(map(self._settles, unknown))

    def _is_lost(self, point):
        detector = self.detectors[point.detector]
        if detector.disabled or self._starts(point):
            return False
        return detector.quantities[point.quantity].near.now is None and detector.is_faulty(self.now)

    def _starts(self, point):
        detector = self.detectors[point.detector]
        if detector.disabled or detector.does_not_answer:
            return False
        return detector.quantities[point.quantity].awaited

    def _settles(self, point):
        detector = self.detectors[point.detector]
        is_warming = not detector.disabled and detector.is_warming(self.now)
        return is_warming or self._starts(point)


TAKE = {
    Reading: OracleSite._reading,
    FailedPoll: OracleSite._failed_poll,
    BusDown: OracleSite._bus_down,
    BusUp: OracleSite._bus_up,
    Tick: OracleSite._tick,
    WallTime: OracleSite._wall_time,
    OperatorCommand: OracleSite._operator,
    Disable: OracleSite._disable,
    Enable: OracleSite._enable,
    BeginTest: OracleSite._begin_test,
    EndTest: OracleSite._end_test,
}


def rules_of(site):
    """Give the source and definition of each rule, the call points' among them."""
    for rule in site.rules:
        yield f"rule/{rule.id}", rule
    for detector in site.detectors:
        if detector.kind is DetectorKind.MANUAL_CALL_POINT:
            yield (
                f"call-point/{detector.id}",
                RuleDefinition(
                    id=detector.id,
                    zone=detector.zone,
                    raises=Condition.FIRE_ALARM,
                    when=Active(Point(detector.id, "contact")),
                    clear=None,
                    hold=Duration(0),
                    latching=True,
                ),
            )
