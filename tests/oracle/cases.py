"""Random cases: a small site, and what happens to it.

All comes from one seeded generator, so a case is its seed. Values are whole halves and instants
whole tenths of a second, so that sums of them are exact; thresholds lie between the values.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from math import nan
from random import Random

from rules.condition import Condition
from rules.instant import seconds
from rules.language.compile import compile_expression
from rules.language.mistake import ExpressionError
from rules.language.render import written
from rules.language.scope import Scope
from rules.language.syntax import (
    Active,
    AllOf,
    AnyOf,
    Compared,
    Comparison,
    Counted,
    Held,
    InForce,
    Not,
    OnSchedule,
    Point,
    Verified,
    Window,
)
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
from rules.part import Tick, WallTime
from rules.profile import CONTACT_RANGE, DetectorKind, HazardousSide, QuantityRange
from rules.quantity import QUANTITIES
from rules.reading import BusDown, BusUp, FailedPoll, FaultCause, Reading
from rules.schedule import HOLIDAY, Period, ScheduleDefinition
from rules.site import (
    DetectorDefinition,
    OnUnknown,
    RuleDefinition,
    SiteDefinition,
    ZoneDefinition,
)

TENTH = 100_000_000
RANGES = {
    "contact": CONTACT_RANGE,
    "temperature": QuantityRange(lowest=-40, highest=120),
    "smoke": QuantityRange(lowest=0, highest=20),
    "co": QuantityRange(lowest=0, highest=500),
    "gas": QuantityRange(lowest=0, highest=100),
    "humidity": QuantityRange(lowest=10, highest=90, hazardous_side=HazardousSide.LOW),
}
LEVELS = {
    "contact": (0.0, 0.0, 1.0, 1.0, 1.0),
    "temperature": (20.0, 50.5, 58.5, 60.0, 70.0, 125.0, -99.0),
    "smoke": (0.0, 1.0, 2.5, 4.0, 4.0, 6.0, 25.0, -1.0),
    "co": (0.0, 25.0, 60.0, 120.0, 320.0, 450.0, 600.0, -1.0),
    "gas": (0.0, 12.0, 19.0, 30.0, 45.0, 150.0, nan),
    "humidity": (20.0, 35.5, 50.0, 85.0, 5.0, 95.0),
}
THRESHOLDS = {
    "temperature": (45.3, 54.2, 58.7),
    "smoke": (0.7, 1.7, 3.3),
    "co": (30.3, 61.7, 110.3),
    "gas": (10.3, 20.7, 40.3),
    "humidity": (30.3, 41.7, 80.3),
}
KINDS = {
    "contact": DetectorKind.PANEL_ALARM,
    "temperature": DetectorKind.HEAT,
    "smoke": DetectorKind.SMOKE,
    "co": DetectorKind.CO,
    "gas": DetectorKind.GAS,
    "humidity": DetectorKind.SENSOR,
}
MEASURED = (
    "smoke",
    "smoke",
    "smoke",
    "temperature",
    "temperature",
    "contact",
    "co",
    "gas",
    "gas",
    "humidity",
)
SIGNS = (
    Comparison.GREATER,
    Comparison.GREATER,
    Comparison.GREATER_OR_EQUAL,
    Comparison.LESS,
    Comparison.LESS_OR_EQUAL,
)
FUNCTIONS = (
    *[None] * 11,
    "avg",
    "avg",
    "rate",
    "min",
    "max",
    "change",
    "age",
    "co_dose",
    "co_dose",
)
OF_FUNCTION = {
    "rate": (0.133, 0.733, 3.337, -0.733),
    "change": (-1.3, 0.7, 5.3, 20.7),
    "age": (0.5, 1.5, 2.0, 4.0),
    "co_dose": (0.7, 4.3, 37.3, 99.3),
}
CONDITIONS = (
    Condition.FIRE_ALARM,
    Condition.FIRE_ALARM,
    Condition.FIRE_ALARM,
    Condition.GAS_ALARM,
    Condition.PRE_ALARM,
    Condition.SUPERVISORY,
)
PAUSES = (0, 1, 5, 10, 10, 10, 10, 20, 20, 30, 50, 110)  # tenths of a second
SCHEDULES = (
    ScheduleDefinition(
        id="night",
        periods=(Period(days=frozenset(range(8)), begins=22 * 60, ends=6 * 60),),
    ),
    ScheduleDefinition(
        id="weekend",
        periods=(Period(days=frozenset({5, 6, HOLIDAY}), begins=0, ends=24 * 60),),
        holidays=frozenset({date(1970, 1, 9)}),
    ),
)
HOURS = (15, 23, 15 + 24, 23 + 48, 17 + 24, 17 + 48, 17 + 24 * 3, 17 + 24 * 7)
"""Hours since 1970, UTC, at which a schedule turns, 7 h further east; and some at which none do."""

CAUSES = (
    FaultCause.NO_REPLY,
    FaultCause.NO_REPLY,
    FaultCause.DEVICE_FAULT,
    FaultCause.INHIBITED,
)


@dataclass(frozen=True, slots=True)
class Restart:
    """The gateway starts anew, of the same boot or of a new one."""

    at: int
    is_new_boot: bool


@dataclass(slots=True)
class Case:
    """A site and what happens to it.

    Attributes:
        seed: it came from this.
        site: the site.
        inputs: (when it comes in, the input), in order; what ticks end `for` and the like is not
            among them, the trial adds it.
    """

    seed: int
    site: SiteDefinition
    inputs: list = field(default_factory=list)


def case_of(seed):
    return _Maker(seed).case()


class _Maker:
    def __init__(self, seed):
        self._seed = seed
        self._random = Random(seed)
        self._chance = self._random.random
        self._asked = set()

    def _one_of(self, choices):
        return choices[int(self._chance() * len(choices))]

    def case(self):
        zones = ("hall", "attic", "yard")[: self._one_of((1, 1, 1, 2, 2, 3))]
        buses = ("line", "far")[: self._one_of((1, 2))]
        detectors = tuple(
            self._detector(f"d{number}", zones, buses)
            for number in range(self._one_of((1, 1, 1, 2, 2, 2, 3, 4, 5)))
        )
        self._points = [Point(each.id, name) for each in detectors for name in each.quantities]
        self._detectors = {each.id: each for each in detectors}
        self._schedules = SCHEDULES[: self._one_of((0, 0, 0, 1, 2))]
        self._raised = [(zone, Condition.FAULT) for zone in zones]
        rules = tuple(
            self._rule(f"r{number}", zones) for number in range(self._one_of((1, 1, 1, 2, 3)))
        )
        site = SiteDefinition(
            zones=tuple(ZoneDefinition(id=zone, name=zone) for zone in zones),
            detectors=detectors,
            rules=rules,
            outputs=(),
            schedules=self._schedules,
        )
        return Case(self._seed, site, self._inputs(site, zones, buses))

    def _detector(self, name, zones, buses):
        quantity = self._one_of(MEASURED)
        kind = KINDS[quantity]
        quantities = {quantity: RANGES[quantity]}
        if quantity == "contact" and self._chance() < 0.4:
            kind = DetectorKind.MANUAL_CALL_POINT
        elif self._chance() < 0.15:
            more = self._one_of(MEASURED)
            quantities[more] = RANGES[more]
        return DetectorDefinition(
            id=name,
            zone=self._one_of(zones),
            bus=self._one_of(buses),
            kind=kind,
            quantities=quantities,
            every=seconds(1),
            stale_after=seconds(self._one_of((3, 5, 5, 10))),
            warm_up=seconds(self._one_of((0, 0, 0, 0, 2))),
        )

    def _rule(self, name, zones):
        chance = self._chance
        raises, zone = self._one_of(CONDITIONS), self._one_of(zones)
        latching = raises in (Condition.FIRE_ALARM, Condition.GAS_ALARM)
        if chance() < 0.15:
            latching = not latching
        # Rules that ask for each other's conditions in a circle have no meaning.
        self._asks = (zone, raises) not in self._asked
        self._raises = (zone, raises)
        rule = RuleDefinition(
            id=name,
            zone=zone,
            raises=raises,
            when=self._condition(2, zone),
            clear=self._condition(1, zone) if chance() < 0.3 else None,
            hold=seconds(self._one_of((0, 0, 0, 1, 2, 3, 5))),
            latching=latching,
            on_unknown=OnUnknown.ALARM if chance() < 0.25 else OnUnknown.DEGRADE,
        )
        self._raised.append((zone, raises))
        return rule

    def _condition(self, depth, zone):
        """Give an expression; some are written and read, those of all voters of a zone are."""
        chance = self._chance()
        if chance > 0.3:
            return self._expression(depth)
        text = self._written(zone) if chance < 0.2 else written(self._expression(depth))
        scope = Scope(
            zone,
            self._detectors,
            frozenset(each.zone for each in self._detectors.values()),
            frozenset(each.id for each in self._schedules),
        )
        try:
            return compile_expression(text, scope)
        except ExpressionError:  # of other units, or always the same
            return self._expression(depth)

    def _written(self, zone):
        """Write a condition of all that measure a quantity in some zones."""
        one_of = self._one_of
        quantity = one_of(self._points).quantity
        below = quantity
        if quantity != "contact":
            unit = QUANTITIES[quantity].unit.symbol
            below = f"{quantity} {one_of(SIGNS)} {one_of(THRESHOLDS[quantity])} {unit}"
        below = one_of(("{}", "{}", "{}", "held({}, 3 s)", "verified({}, 1 s, 5 s)")).format(below)
        if self._chance() < 0.4:
            zones = dict.fromkeys(each.zone for each in self._detectors.values())
            below = f"{', '.join(zones)}: {below}"
        forms = ("any({})", "all({})", "count({}) >= 2", "count({}) >= 1", "count({}) < 2")
        return one_of((*forms, "not count({}) == 1", "held(any({}), 2 s)")).format(below)

    def _expression(self, depth):
        chance = self._chance() if depth else 0
        if chance < 0.42:
            return self._leaf()
        if chance < 0.52:
            return Not(self._expression(depth - 1))
        if chance < 0.60:
            span = seconds(self._one_of((1, 2, 2, 3, 5, 10)))
            return Held(self._expression(depth - 1), span)
        if chance < 0.68:
            settle, within = self._one_of(((0, 5), (1, 1), (1, 3), (2, 5), (2, 10), (5, 10)))
            return Verified(self._expression(depth - 1), seconds(settle), seconds(within))
        members = self._members(depth)
        if chance < 0.79:
            return AllOf(members)
        if chance < 0.9:
            return AnyOf(members)
        sign = self._one_of(tuple(Comparison) if self._chance() < 0.4 else SIGNS[:3])
        return Counted(members, sign, self._one_of((1, 1, 2, 2)))

    def _members(self, depth):
        if self._chance() < 0.06:  # many are counted in another way than few
            return tuple(self._leaf() for _ in range(8 + int(self._chance() * 4)))
        few = 2 if self._chance() < 0.7 else 3
        return tuple(self._expression(depth - 1) for _ in range(few))

    def _leaf(self):
        other = self._chance()
        if other < 0.05 and self._schedules:
            return OnSchedule(self._one_of(self._schedules).id, self._one_of((True, False, None)))
        if other < 0.15 and self._asks:
            key = self._one_of(self._raised)
            if key != self._raises:
                self._asked.add(key)
                return InForce(*key)
        point = self._one_of(self._points)
        sign = self._one_of(SIGNS)
        function = self._one_of(FUNCTIONS)
        if function == "co_dose" and point.quantity != "co":
            function = "age"
        if point.quantity == "contact":
            if function != "age":
                return Active(point)
        elif function is None:
            return Compared(point, sign, self._one_of(THRESHOLDS[point.quantity]))
        thresholds = OF_FUNCTION.get(function) or THRESHOLDS[point.quantity]
        span = 0 if function in ("age", "co_dose") else self._one_of((2, 2, 3, 5, 10))
        return Compared(Window(function, point, seconds(span)), sign, self._one_of(thresholds))

    def _order(self, site, now, zones):
        chance, one_of = self._chance, self._one_of
        duration = seconds(one_of((1, 2, 5, 10, 30)))
        kind = chance()
        if kind < 0.3:
            return BeginTest(
                zone=one_of((*zones, *zones, None)),
                author="Lan",
                duration=duration,
                whole_site=chance() < 0.7,
            )
        if kind < 0.45:
            return EndTest(zone=one_of((*zones, None)), author="Lan")
        if kind < 0.85:
            target = Target(Disabled.DETECTOR, one_of(site.detectors).id)
            if chance() < 0.4:
                target = Target(Disabled.ZONE, one_of(zones))
            if kind < 0.7:
                return Disable(
                    target=target, author="Lan", duration=duration, whole_site=chance() < 0.7
                )
            return Enable(target=target, author="Lan")
        # Near an hour at which a schedule turns, most times.
        off = int(chance() * 40 - 30) * 10 * TENTH
        return WallTime(now, one_of(HOURS) * 3600 * 10 * TENTH + off, chance() < 0.75)

    def _inputs(self, site, zones, buses):
        now, inputs = 10 * TENTH, []
        chance, one_of = self._chance, self._one_of
        detectors = site.detectors
        levels = {}
        self._orders = one_of((0.0, 0.1, 0.3))  # how many of the inputs are orders
        for _ in range(8 + int(chance() ** 4 * 18)):
            now += one_of(PAUSES) * TENTH
            kind = chance()
            if kind < 0.66:
                point = one_of(self._points)
                if point not in levels or chance() < 0.6:
                    levels[point] = one_of(LEVELS[point.quantity])
                at = now - (one_of((1, 5, 30)) * TENTH if chance() < 0.08 else 0)
                given = Reading(point.detector, point.quantity, levels[point], max(at, TENTH))
            elif kind < 0.78:
                given = Tick(now)
            elif kind < 0.86:
                given = FailedPoll(one_of(detectors).id, one_of(CAUSES), "", now)
            elif kind < 0.91:
                bus = one_of(buses)
                given = BusDown(bus, "", now) if chance() < 0.6 else BusUp(bus, now)
            elif kind < 0.97:
                act = Act.RESET if chance() < 0.8 else one_of((Act.ACKNOWLEDGE, Act.SILENCE))
                given = OperatorCommand(act, one_of((None, *zones)), "Lan")
            else:
                given = Restart(now, chance() < 0.4)
            if chance() < self._orders:
                given = self._order(site, now, zones)
            inputs.append((now, given))
        return inputs


def without(case, index):
    """Give a case that lacks one input."""
    return replace(case, inputs=case.inputs[:index] + case.inputs[index + 1 :])
