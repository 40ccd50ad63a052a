"""A site with a rule of every kind, on which the engine's promises are tried.

What happens in the hall and in the yard is nobody else's business; the attic's rules look at the
hall too, at its detectors and at its alarms.
"""

from math import nan

from scenario import FAULT_RELAY, SIREN, call_point, detector, rule, site

from rules.condition import Condition
from rules.instant import seconds
from rules.language.mentions import points_of, schedules_of, windows_of
from rules.output import OutputDefinition, OutputKind
from rules.profile import DetectorKind
from rules.running_rule import RAISING
from rules.schedule import Period, ScheduleDefinition
from rules.site import OnUnknown

FIRE, GAS, PRE = Condition.FIRE_ALARM, Condition.GAS_ALARM, Condition.PRE_ALARM
SUPERVISORY = Condition.SUPERVISORY
SPAN = 10
"""Seconds of each window: of `avg`."""

DETECTORS = {
    each.id: each
    for each in (
        detector("s1", "smoke"),
        detector("s2", "smoke"),
        detector("s3", "smoke", warm_up=5),
        call_point("hall-mcp", bus="pins"),
        detector("a1", "temperature", zone="attic", bus="roof", kind=DetectorKind.HEAT),
        call_point("attic-mcp", zone="attic", bus="pins"),
        detector("g", "gas", zone="yard", bus="roof", kind=DetectorKind.GAS),
        detector("y1", "smoke", zone="yard", bus="far"),
        call_point("yard-mcp", zone="yard", bus="pins"),
    )
}
QUANTITY = {name: next(iter(each.quantities)) for name, each in DETECTORS.items()}
VALUES = {
    "smoke": [0.0, 1.0, 2.5, 4.0, 4.0, 9.0, 25.0, -1.0, nan],
    "gas": [0.0, 15.0, 30.0, 150.0, -1.0, nan],
    "temperature": [20.0, 47.0, 55.0, 60.0, 60.0, 130.0, -99.0],
    "contact": [0.0, 0.0, 1.0],
}
ZONES = ("hall", "attic", "yard")
ALONE = ("hall", "yard")
"""Zones whose rules look at nothing of another zone."""

BUSES = {
    bus: {each.zone for each in DETECTORS.values() if each.bus == bus}
    for bus in sorted({each.bus for each in DETECTORS.values()})
}
TWO = rule("two", "count(smoke > 3 %/m) >= 2", hold=3, clear="all(smoke < 2 %/m)")
RULES = (
    rule("one", "any(smoke > 3 %/m)", PRE),
    rule("thick", "any(smoke > 8 %/m)"),
    rule("checked", "verified(s1.smoke > 3 %/m, 4 s, 20 s)"),
    rule("within", "count(held(smoke > 6 %/m, 5 s)) >= 2"),
    rule("blind", "s2.smoke > 8 %/m", hold=2, on_unknown=OnUnknown.ALARM),
    rule("night", "any(smoke > 2 %/m) and schedule(night)", PRE),
    rule("heat", "a1.temperature > 58 °C", zone="attic", hold=2),
    rule("warm", "a1.temperature > 50 °C", PRE, zone="attic", clear="a1.temperature < 45 °C"),
    rule("mean", f"avg(a1.temperature, {SPAN} s) > 50 °C", zone="attic", hold=2),
    rule("drift", f"avg(s2.smoke, {SPAN} s) > 2 %/m", PRE, zone="attic"),
    rule("across", "s1.smoke > 8 %/m or a1.temperature > 100 °C", zone="attic"),
    rule("upstairs", "condition(hall, fire-alarm) and a1.temperature > 40 °C", zone="attic"),
    rule("gas", "g.gas > 20 %LEL", GAS, zone="yard"),
    rule("leak", "held(g.gas > 10 %LEL, 3 s)", SUPERVISORY, zone="yard", latching=True),
    rule("haze", f"avg(y1.smoke, {SPAN} s) > 2 %/m", PRE, zone="yard", hold=2),
    rule("barn", "y1.smoke > 3 %/m", zone="yard", hold=2),
)
LATE = OutputDefinition(
    id="late", kind=OutputKind.SIREN, zones=frozenset({"yard"}), delay=seconds(5)
)
TYPE_C = OutputDefinition(
    id="type-c", kind=OutputKind.SIREN, zones=frozenset({"hall"}), coincidence=2
)
DOOR = OutputDefinition(id="door", kind=OutputKind.RELAY)
LAMPS = [
    OutputDefinition(id=f"{name}-lamp", kind=OutputKind.LAMP, conditions=frozenset(shown))
    for name, shown in {
        "fire": (FIRE, GAS),
        "fault": (Condition.FAULT, Condition.DEGRADED),
        "disabled": (Condition.DISABLED,),
        "test": (Condition.TEST,),
    }.items()
]
BUZZER = OutputDefinition(
    id="buzzer", kind=OutputKind.BUZZER, conditions=frozenset({FIRE, GAS, PRE, Condition.FAULT})
)
OUTPUTS = {each.id: each for each in (SIREN, LATE, TYPE_C, DOOR, FAULT_RELAY, *LAMPS, BUZZER)}
DELAYED = [each.id for each in OUTPUTS.values() if each.delay]
NIGHT = ScheduleDefinition(
    id="night", periods=(Period(days=frozenset(range(7)), begins=22 * 60, ends=6 * 60),)
)


def _site(*rules):
    return site(
        *DETECTORS.values(), *rules, outputs=OUTPUTS.values(), zones=ZONES, schedules=[NIGHT]
    )


SITE = _site(TWO, *RULES)
WITHOUT_TWO = _site(*RULES)


class Looks:
    """What a rule of the site looks at."""

    def __init__(self, definition):
        self.zone = definition.zone
        self.raises = definition.raises
        expressions = [definition.when, definition.clear or definition.when]
        self.points = frozenset().union(*map(points_of, expressions))
        windows = frozenset().union(*map(windows_of, expressions))
        self.windowed = frozenset(window.point for window in windows)
        self.by_schedule = any(map(schedules_of, expressions))


LOOKS = {f"rule/{each.id}": Looks(each) for each in SITE.rules}
RAISERS = {source: each for source, each in LOOKS.items() if each.raises in RAISING}
