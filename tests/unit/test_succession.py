"""A configuration changed while the engine runs: what both have goes on as if nothing had been."""

from dataclasses import replace
from random import Random

import pytest
from oracle.cases import Restart, case_of
from scenario import FAULT_RELAY, SIREN, Life, World, call_point, detector, rule, site, told

from rules.condition import Condition, Mode
from rules.engine import Engine
from rules.event import Notice
from rules.health import HealthState
from rules.instant import Instant, seconds
from rules.language.mentions import conditions_of, points_of
from rules.occurrence import ROW_PREFIX, row_of
from rules.operator import Act, BeginTest, OperatorCommand
from rules.output import OutputDefinition, OutputKind
from rules.part import Tick
from rules.profile import DetectorKind
from rules.reading import BusDown, Reading
from rules.schedule import Period, ScheduleDefinition
from rules.snapshot import Protection

FIRED, PRE = Condition.FIRE_ALARM, Condition.PRE_ALARM
S1, S2 = detector("s1", "smoke"), detector("s2", "smoke")
FIRE = rule("fire", "s1.smoke > 3 %/m")
OUTPUTS = [SIREN, FAULT_RELAY]
HALL = site(S1, FIRE, outputs=OUTPUTS)


# -- any site and any stream -----------------------------------------------------------------------

GRAIN = (
    100_000  # ticks for what is due come rounded up to this, as in the trials of the definitions
)
CASES = 150
SOUNDING = (
    SIREN,
    FAULT_RELAY,
    OutputDefinition(id="late", kind=OutputKind.SIREN, delay=seconds(3)),
    OutputDefinition(id="both", kind=OutputKind.SIREN, coincidence=2),
    OutputDefinition(
        id="hall",
        kind=OutputKind.BEACON,
        zones=frozenset({"hall"}),
        conditions=frozenset({Condition.PRE_ALARM, Condition.FIRE_ALARM}),
    ),
)


class Played:
    """A random case, with changes of the configuration before some of its inputs.

    Attributes:
        told: everything that its inputs led to, in their order.
        quiet: of each change, what it led to.
    """

    def __init__(self, case, changes):
        self._case = case
        self._changes = changes
        self._rows = {}
        self._boots = 1
        self.told = []
        self.quiet = []
        self._now = case.inputs[0][0]
        self._definition = case.site
        self.engine = Engine(case.site, "boot-1", {}, self._now)
        self._hear(self.engine.start(self._now))
        for index, (now, given) in enumerate(case.inputs):
            self._tick_until(now)
            self._now = now
            if index in changes:
                self._change(changes[index])
            self._give(given)

    def _tick_until(self, now):
        while (due := self.engine.next_due()) is not None and due <= now:
            due = max(self._now, -(-due // GRAIN) * GRAIN)
            if due > now > self._now:
                return
            self._now = due
            self._hear(self.engine.step(due, Tick(due)))

    def _change(self, definition):
        former, before = self.engine, self.engine._occurrences
        stood = tuple(before)
        self.engine = former.successor(definition, self._now)
        step = self.engine.start(self._now)
        self._keep(step)
        self.quiet.append(step)
        self._definition = definition
        assert tuple(before) == stood, "the former engine has been changed"
        check_that_nothing_is_lost(former, self.engine, step)

    def _give(self, given):
        if type(given) is Restart:
            self._boots += given.is_new_boot
            boot = f"boot-{self._boots}"
            self.engine = Engine(self._definition, boot, dict(self._rows), given.at)
            self._hear(self.engine.start(given.at))
        else:
            self._hear(self.engine.step(self._now, given))

    def _hear(self, step):
        self.told.append((self._now, step))
        self._keep(step)

    def _keep(self, step):
        for key, row in step.changes:
            if row is None:
                self._rows.pop(key, None)
            else:
                self._rows[key] = row
        durable = {key: row for key, row in self._rows.items() if key.startswith(ROW_PREFIX)}
        assert durable == {each.row: row_of(each) for each in self.engine._occurrences}
        pending = {key for key in self._rows if key.startswith("pending/")}
        assert pending == self.engine._judging.pending_rows.keys()
        latched = {key for key in self._rows if key.startswith("over-range/")}
        assert latched == self.engine._detectors.rows.keys()


def check_that_nothing_is_lost(former, engine, step):
    """Hold a change against its promises: alarms that are latched stay, and what sounds sounds."""
    before = {(each.condition, each.source): each for each in former._occurrences}
    after = {(each.condition, each.source): each for each in engine._occurrences}
    assert {key for key, each in before.items() if each.latched} <= after.keys()
    assert [each.output for each in step.outputs] == [
        each.id for each in engine._works.site.outputs
    ]
    outputs = {each.id: each for each in engine._works.site.outputs}
    for command in step.outputs:
        output = outputs[command.output]
        if command.energised or output.kind is OutputKind.FAULT_RELAY:
            continue
        sounded_for = former._annunciation._driven_by.get(output.id, frozenset())
        if output in former._works.site.outputs and output.coincidence > 1:
            continue  # where one of two detectors has gone with its rule, there are no two
        for key in sounded_for & after.keys():
            alarm = after[key]
            is_meant = alarm.condition in output.conditions and (
                not output.zones or alarm.zone in output.zones
            )
            assert not is_meant or alarm.mode is Mode.TEST, f"{output.id} fell silent"


def heard_of(case):
    """Give a case whose site has outputs."""
    return replace(case, site=replace(case.site, outputs=SOUNDING, fingerprint="former"))


def some_of(case, chosen):
    """Choose the inputs before which something is done."""
    indexes = range(len(case.inputs))
    return [index for index in indexes if chosen.random() < chosen.choice((0.1, 0.3, 1.0))]


def test_to_take_up_the_same_configuration_changes_nothing_then_or_later():
    for seed in range(CASES):
        case, chosen = heard_of(case_of(seed)), Random(seed)
        changes = dict.fromkeys(some_of(case, chosen), case.site)

        undisturbed, disturbed = Played(case, {}), Played(case, changes)

        assert disturbed.told == undisturbed.told, seed
        assert disturbed.engine.present() == undisturbed.engine.present(), seed
        assert all((step.events, step.changes) == ((), ()) for step in disturbed.quiet), seed


class Another:
    """Another configuration than a case's, in one way or a few.

    Attributes:
        site: the configuration.
        touched: the zones that have to do with what is different.
    """

    def __init__(self, former, chosen):
        self._chosen = chosen
        self.site = replace(former, fingerprint="another")
        self.touched = set()
        ways = (
            self._drop_a_rule,
            self._change_a_rule,
            self._change_a_detector,
            self._drop_a_detector,
            self._change_an_output,
        )
        for _ in range(chosen.choice((1, 1, 2, 3))):
            chosen.choice(ways)()

    def _one_of(self, kind):
        things = getattr(self.site, kind)
        return self._chosen.randrange(len(things)) if things else None

    def _put(self, kind, index, *new):
        things = getattr(self.site, kind)
        self.site = replace(self.site, **{kind: (*things[:index], *new, *things[index + 1 :])})

    def _drop_a_rule(self):
        if (index := self._one_of("rules")) is not None:
            self.touched.add(self.site.rules[index].zone)
            self._put("rules", index)

    def _change_a_rule(self):
        if (index := self._one_of("rules")) is None:
            return
        former = self.site.rules[index]
        name, values = self._chosen.choice(
            (
                ("hold", (seconds(0), seconds(1), seconds(4))),
                ("latching", (not former.latching,)),
                ("zone", [zone.id for zone in self.site.zones]),
                ("raises", (Condition.FIRE_ALARM, PRE, Condition.SUPERVISORY)),
            )
        )
        new = replace(former, **{name: self._chosen.choice(values)})
        before = self.site
        self._put("rules", index, new)
        if is_circular(self.site):
            self.site = before
        else:
            self.touched |= {former.zone, new.zone}

    def _change_a_detector(self):
        index = self._one_of("detectors")
        former = self.site.detectors[index]
        name, values = self._chosen.choice(
            (
                ("zone", [zone.id for zone in self.site.zones]),
                ("warm_up", (seconds(0), seconds(2))),
                ("stale_after", (seconds(3), seconds(7))),
            )
        )
        new = replace(former, **{name: self._chosen.choice(values)})
        self._put("detectors", index, new)
        self.touched |= {former.zone, new.zone} | self._looking_at(former)

    def _drop_a_detector(self):
        index = self._one_of("detectors")
        gone = self.site.detectors[index]
        if len(self.site.detectors) > 1:
            self.touched |= {gone.zone} | self._looking_at(gone)
            self._put("detectors", index)
            kept = tuple(each for each in self.site.rules if gone.id not in names_in(each))
            self.site = replace(self.site, rules=kept)

    def _change_an_output(self):
        index = self._one_of("outputs")
        delay, least = seconds(self._chosen.choice((0, 2, 9))), self._chosen.choice((1, 2))
        new = replace(self.site.outputs[index], delay=delay, coincidence=least)
        self._put("outputs", index, new)

    def _looking_at(self, changed):
        return {each.zone for each in self.site.rules if changed.id in names_in(each)}


def expressions_of(definition):
    return [each for each in (definition.when, definition.clear) if each is not None]


def names_in(definition):
    return {point.detector for each in expressions_of(definition) for point in points_of(each)}


def is_circular(definition):
    """Tell whether rules ask for each other's conditions in a circle."""
    asked = {(each.zone, each.raises): set() for each in definition.rules}
    for each in definition.rules:
        for expression in expressions_of(each):
            asked[each.zone, each.raises] |= conditions_of(expression)
    reached = {key: set(keys) for key, keys in asked.items()}
    for _ in asked:
        for keys in reached.values():
            keys |= {further for key in keys & reached.keys() for further in reached[key]}
    return any(key in keys for key, keys in reached.items())


def test_no_other_configuration_loses_a_latched_alarm_or_ends_what_sounds():
    for seed in range(CASES):
        case, chosen = heard_of(case_of(seed)), Random(seed)
        sites = [case.site, *(Another(case.site, chosen).site for _ in range(3))]

        Played(case, {index: chosen.choice(sites) for index in some_of(case, chosen)})


def undisturbed_rules(definition, touched):
    """Give the sources of rules that have to do with none of the touched zones."""
    near = {each.id: each.zone for each in definition.detectors}
    sources = {f"call-point/{name}" for name, zone in near.items() if zone not in touched}
    for each in definition.rules:
        zones = {each.zone} | {near[name] for name in names_in(each)}
        asked = {zone for part in expressions_of(each) for zone, _ in conditions_of(part)}
        if not (zones | asked) & touched:
            sources.add(f"rule/{each.id}")
    return sources


def of_sources(played, sources):
    return [
        event
        for _, step in played.told
        for event in step.events
        if getattr(event, "source", None) in sources
    ]


def test_a_change_there_and_back_leaves_undisturbed_what_is_the_same_in_both():
    compared = 0
    for seed in range(3 * CASES):
        case, chosen = heard_of(case_of(seed)), Random(seed)
        another = Another(case.site, chosen)
        sources = undisturbed_rules(case.site, another.touched)
        if len(case.site.zones) < 2 or not sources:
            continue
        there, back = sorted(chosen.choices(range(len(case.inputs)), k=2))
        changes = {there: another.site, back: case.site} if there < back else {there: another.site}

        undisturbed, disturbed = Played(case, {}), Played(case, changes)

        expected = of_sources(undisturbed, sources)
        assert of_sources(disturbed, sources) == expected, seed
        compared += bool(expected)
    assert compared > 10


# -- what is told ----------------------------------------------------------------------------------


def test_a_change_is_told_with_who_made_it_and_nothing_that_stands_is_told_again():
    life = Life(replace(HALL, fingerprint="a" * 64))
    life.read(1, "s1", "smoke", 9.0)

    step = life.succeed(replace(HALL, fingerprint="b" * 64), 2)

    (notice,) = step.events
    assert (notice.notice, notice.author) == (Notice.CONFIGURATION_CHANGED, "Lan")
    assert notice.detail == f"from {'a' * 12} to {'b' * 12}"
    assert dict(step.changes)["configuration"] == "b" * 64
    assert life.succeed(replace(HALL, fingerprint="b" * 64), 3).events == ()


def test_a_technician_edits_while_an_alarm_is_active_and_its_latch_is_kept():
    after = site(S1, S2, FIRE, rule("more", "s2.smoke > 3 %/m"), outputs=OUTPUTS)
    World(before=HALL, after=after).run("""
        0   s1.smoke 0, s2.smoke 0 | siren off, relay on
        3   s1.smoke 4             | alarm: entered fire-alarm rule/fire, siren on
        5   s1.smoke 0             | alarm: cleared fire-alarm rule/fire
        7   apply after            | siren on, relay on
        9   silence                | alarm: silenced fire-alarm rule/fire by Lan, siren off
        11  apply before           | siren off, relay on
        12  s1.smoke 4             | alarm: standing fire-alarm rule/fire, siren on
        14  s1.smoke 0             | alarm: cleared fire-alarm rule/fire
        15  reset                  | alarm: left fire-alarm rule/fire because reset by Lan
                                   | alarm: reset by Lan, siren off
    """)


# -- rules -----------------------------------------------------------------------------------------


def test_a_latched_alarm_of_a_rule_that_is_dropped_stays_until_reset():
    World(before=HALL, after=site(S1, rule("other", "s1.smoke > 9 %/m"), outputs=OUTPUTS)).run("""
        0   s1.smoke 0    | siren off, relay on
        3   s1.smoke 4    | alarm: entered fire-alarm rule/fire, siren on
        5   apply after   | siren on, relay on
        7   apply before  | siren on, relay on
        8   s1.smoke 0    | alarm: cleared fire-alarm rule/fire
        9   apply after   | siren on, relay on
        11  reset         | alarm: left fire-alarm rule/fire because reset by Lan
                          | alarm: reset by Lan, siren off
    """)


def test_what_does_not_latch_ends_with_its_rule():
    before = site(S1, FIRE, rule("haze", "s1.smoke > 2 %/m", PRE))
    World(before=before, after=site(S1, FIRE)).run("""
        2   s1.smoke 2.5  | alarm: entered pre-alarm rule/haze
        4   apply after   | alarm: left pre-alarm rule/haze because configuration-changed
    """)


@pytest.mark.parametrize(("hold", "entered"), [(10, 13), (9, 17)], ids=["same", "another"])
def test_a_running_for_goes_on_in_a_rule_that_is_the_same_and_begins_anew_in_another(hold, entered):
    before = site(S1, rule("slow", "s1.smoke > 3 %/m", hold=10))
    after = site(S1, S2, rule("slow", "s1.smoke > 3 %/m", hold=hold))
    World(before=before, after=after).run(f"""
        0   s1.smoke 0, s2.smoke 0 |
        3   s1.smoke 4             |
        8   apply after            |
        {entered}                  | alarm: entered fire-alarm rule/slow
    """)


def test_the_pending_row_and_the_warning_of_a_rule_that_is_dropped_go_with_it():
    life = Life(site(S1, rule("slow", "s1.smoke > 3 %/m", hold=30)))
    for second in (1, 2):
        life.read(second, "s1", "smoke", 4.0)
    for second in (3, 4, 5):
        life.fail(second, "s1")
    assert (PRE, "rule/slow") in life.in_force()

    step = life.succeed(site(S1, rule("other", "s1.smoke > 3 %/m")), 6)

    assert "alarm: left pre-alarm rule/slow because configuration-changed" in told(step)
    assert not [row for row in life.rows if row.startswith("pending/")]


def test_a_window_goes_on_for_every_rule_that_names_it():
    before = site(S1, rule("mean", "avg(s1.smoke, 60 s) > 5 %/m"))
    after = site(
        S1,
        rule("mean", "avg(s1.smoke, 60 s) > 3 %/m"),  # which begins anew, and knows at once
        rule("fresh", "avg(s1.smoke, 50 s) > 3 %/m"),
    )
    World(before=before, after=after).run("""
        0   s1.smoke 4    |
        70  apply after   | alarm: entered fire-alarm rule/mean
        109               | alarm: entered fire-alarm rule/fresh
    """)


def test_what_a_new_rule_looks_at_is_known_at_once():
    attic = {"zone": "attic"}
    after = site(
        S1, FIRE, rule("more", "s1.smoke > 2 %/m"), rule("above", "s1.smoke > 1 %/m", **attic)
    )
    life = Life(site(S1, FIRE))
    life.read(1, "s1", "smoke", 2.5)

    assert told(life.succeed(after, 1.5)) == [
        "alarm: entered fire-alarm rule/more",
        "alarm: entered fire-alarm rule/above",
    ]


def test_a_new_rule_over_a_condition_that_is_in_force_sees_it():
    after = site(S1, FIRE, rule("above", "condition(hall, fire-alarm)", zone="attic"))
    life = Life(site(S1, FIRE))
    life.read(1, "s1", "smoke", 4.0)

    assert told(life.succeed(after, 2)) == ["alarm: entered fire-alarm rule/above"]


def test_a_new_schedule_is_looked_up_before_a_rule_is_judged_by_it():
    day = ScheduleDefinition(
        id="day", periods=(Period(days=frozenset(range(7)), begins=6 * 60, ends=18 * 60),)
    )
    shift = replace(day, periods=(replace(day.periods[0], ends=24 * 60),))
    by_day = rule("by-day", "s1.smoke > 2 %/m and schedule(day)")
    life = Life(site(S1, FIRE))
    life.wall(0, (20 - 7) * 3600)  # 20:00 in Vietnam
    life.read(1, "s1", "smoke", 2.5)

    assert told(life.succeed(site(S1, FIRE, by_day, schedules=[day]), 2)) == []
    assert told(life.succeed(site(S1, FIRE, by_day, schedules=[shift]), 3)) == [
        "alarm: entered fire-alarm rule/by-day"
    ]


def test_a_latched_alarm_of_a_rule_that_moves_is_told_in_its_new_zone_and_sounds_there():
    outputs = [
        OutputDefinition(id=zone, kind=OutputKind.SIREN, zones=frozenset({zone}))
        for zone in ("hall", "attic")
    ]
    sites = {
        zone: site(
            S1,
            rule("fire", "s1.smoke > 3 %/m", zone=zone),
            outputs=outputs,
            zones=["hall", "attic"],
        )
        for zone in ("hall", "attic")
    }
    World(**sites).run("""
        0   s1.smoke 0    | hall off, attic off
        3   s1.smoke 4    | alarm: entered fire-alarm rule/fire, hall on
        5   silence       | alarm: silenced fire-alarm rule/fire by Lan, hall off
        7   apply attic   | alarm: left fire-alarm rule/fire because configuration-changed
                          | alarm: entered fire-alarm rule/fire, hall off, attic on
        9   restart hall  | alarm: left fire-alarm rule/fire because configuration-changed
                          | alarm: entered fire-alarm rule/fire, hall on, attic off
    """)


# -- detectors -------------------------------------------------------------------------------------


def test_a_new_detector_starts_warms_up_and_is_read():
    fresh = detector("fresh", "smoke", warm_up=30)
    life = Life(HALL)
    life.read(1000, "s1", "smoke", 0.0)

    step = life.succeed(site(S1, fresh, FIRE, rule("more", "fresh.smoke > 3 %/m")), 1001)
    assert told(step) == []
    assert life.health("fresh").state is HealthState.STARTING
    assert life.protection("hall") is Protection.STARTING
    assert life.health("s1").state is HealthState.OK

    life.read(1002, "fresh", "smoke", 9.0)
    assert life.health("fresh").state is HealthState.WARMING_UP
    life.read(1032, "s1", "smoke", 0.0)
    assert "alarm: entered fire-alarm rule/more" in told(life.read(1033, "fresh", "smoke", 9.0))


def test_a_new_detector_that_never_answers_is_a_fault_once_stale():
    life = Life(site(S1, FIRE))
    for second in range(30):
        life.read(second, "s1", "smoke", 0.0)
        if second == 10:
            life.succeed(site(S1, S2, FIRE, rule("more", "s2.smoke > 3 %/m")), 10)
        step = life.tick(second)
        assert bool([line for line in told(step) if "detector/s2" in line]) is (second == 20)


def test_a_detector_that_a_trial_left_out_does_not_warm_up_anew_when_it_is_back():
    warm = detector("s1", "smoke", warm_up=30)
    with_it, without = site(warm, S2, FIRE), site(S2)
    life = Life(with_it)
    life.read(0, "s1", "smoke", 0.0)
    life.read(100, "s1", "smoke", 0.0)

    life.succeed(without, 101)
    life.succeed(with_it, 102)

    assert told(life.read(103, "s1", "smoke", 9.0)) == ["alarm: entered fire-alarm rule/fire"]


def test_the_faults_of_a_detector_that_is_gone_are_over_and_those_of_a_changed_one_stand():
    slower = detector("s1", "smoke", every=2)
    world = World(before=site(S1, S2, FIRE), changed=site(slower, S2, FIRE), without=site(S2))
    world.run("""
        0   s1.smoke 0, s2.smoke 0 |
        2   s1 fails               |
        4                          | trouble: entered fault detector/s1 because no-reply
                                   | trouble: entered degraded zone/hall because unprotected
        6   apply changed          |
        8   apply without          | trouble: left fault detector/s1 because configuration-changed
                                   | trouble: left degraded zone/hall because configuration-changed
    """)


def test_over_range_stays_latched_in_a_detector_that_changes_and_goes_with_one_that_is_gone():
    gas = detector("g", "gas", kind=DetectorKind.GAS)
    leak = rule("leak", "g.gas > 20 %LEL", Condition.GAS_ALARM)
    life = Life(site(S1, gas, leak))
    life.read(1, "g", "gas", 150.0)
    life.read(2, "g", "gas", 3.0)

    life.succeed(site(S1, replace(gas, every=seconds(2)), leak), 3)
    assert life.value("g", "gas") == float("inf")
    life.read(4, "g", "gas", 3.0)
    assert life.in_force()[Condition.GAS_ALARM, "rule/leak"].standing

    life.succeed(site(S1), 5)
    assert "over-range/g/gas" not in life.rows
    assert (Condition.GAS_ALARM, "rule/leak") in life.in_force()


def test_an_alarm_of_a_call_point_that_is_taken_away_stays_until_reset():
    with_it = site(S1, call_point("mcp"), FIRE, outputs=OUTPUTS)
    life = Life(with_it)
    life.read(1, "s1", "smoke", 0.0)
    life.read(1, "mcp", "contact", 1.0)

    assert told(life.succeed(HALL, 2)) == ["siren on", "relay on"]
    assert told(life.succeed(with_it, 3)) == ["siren on", "relay on"]
    assert told(life.read(4, "mcp", "contact", 0.0)) == ["alarm: cleared fire-alarm call-point/mcp"]


def test_a_detector_that_is_new_on_a_bus_that_is_down_is_no_fault_of_its_own():
    life = Life(replace(site(S1, FIRE), buses=frozenset({"line"})))
    life.step(1, BusDown("line", "gone", Instant(seconds(1))))
    down = (Condition.FAULT, "bus/line")

    life.succeed(replace(site(S1, S2, FIRE), buses=frozenset({"line"})), 2)
    for second in range(3, 40):
        assert life.fail(second, "s2").events == ()
        assert life.tick(second).events == ()
    assert down in life.in_force()

    # Its detectors are gone, but something else is on it; then it is gone itself.
    life.succeed(replace(site(S2, bus_of(S2, "far")), buses=frozenset({"line", "far"})), 41)
    assert down in life.in_force()
    life.succeed(replace(site(bus_of(S2, "far")), buses=frozenset({"far"})), 42)
    assert down not in life.in_force()


def bus_of(former, bus):
    return replace(former, id=f"{former.id}-{bus}", bus=bus)


def test_a_service_life_that_ended_is_over_with_a_detector_that_has_none():
    old = replace(S1, service_ends_ns=1)
    life = Life(site(old, FIRE))
    life.read(1, "s1", "smoke", 0.0)
    life.wall(1, 1_000_000)
    assert (Condition.FAULT, "detector/s1/life") in life.in_force()

    life.succeed(HALL, 2)
    life.tick(3)

    assert (Condition.FAULT, "detector/s1/life") not in life.in_force()


# -- outputs ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "more",
    [
        {"zones": frozenset({"store"})},
        {"conditions": frozenset({Condition.GAS_ALARM})},
        {"kind": OutputKind.BEACON, "conditions": frozenset({Condition.FAULT})},
    ],
)
def test_a_siren_is_not_silenced_by_turning_it_to_other_zones_or_conditions(more):
    before = site(S1, FIRE, outputs=[SIREN])
    after = replace(before, outputs=(replace(SIREN, **more),))
    life = Life(before)
    life.step(1, Reading("s1", "smoke", 9.0, seconds(1)))

    assert told(life.succeed(after, 2)) == ["siren on"]
    assert told(life.succeed(before, 3)) == ["siren on"]
    assert told(life.succeed(after, 4)) == ["siren on"]
    life.step(5, Reading("s1", "smoke", 0.0, seconds(5)))
    assert life.engine.present().outputs["siren"]
    assert "siren off" in told(life.step(6, OperatorCommand(Act.RESET, None, "Lan")))
    life.step(7, Reading("s1", "smoke", 9.0, seconds(7)))
    assert not life.engine.present().outputs["siren"]  # what begins now goes by what is in force


def test_what_sounds_in_a_test_drives_no_relay_that_a_change_makes_of_the_siren():
    before = site(S1, FIRE, outputs=[SIREN])
    after = replace(before, outputs=(replace(SIREN, kind=OutputKind.RELAY),))
    life = Life(before)
    life.step(1, BeginTest(zone="hall", author="Lan", duration=seconds(60), whole_site=True))
    life.step(2, Reading("s1", "smoke", 9.0, seconds(2)))
    assert life.engine.present().outputs["siren"]

    assert "siren off" in told(life.succeed(after, 2.5))


@pytest.mark.parametrize("more", [{"delay": seconds(60)}, {"coincidence": 2}, {"delay": 1}])
def test_a_siren_that_sounds_and_is_told_to_wait_goes_on_until_it_is_silenced(more):
    before, after = (site(S1, S2, FIRE, outputs=[each]) for each in (SIREN, replace(SIREN, **more)))
    life = Life(before)
    life.read(1, "s1", "smoke", 4.0)

    assert "siren on" in told(life.succeed(after, 2))
    assert "siren on" in told(life.succeed(before, 3))
    assert "siren on" in told(life.succeed(after, 4))
    life.read(5, "s1", "smoke", 0.0)
    life.tick(6)
    assert life.engine.present().outputs["siren"]


def test_a_delay_goes_on_and_is_told_where_it_is_another():
    late = replace(SIREN, delay=seconds(10))
    life = Life(site(S1, FIRE, outputs=[late]))
    life.read(1, "s1", "smoke", 4.0)

    life.succeed(site(S1, FIRE, outputs=[late, FAULT_RELAY]), 5)
    life.succeed(site(S1, FIRE, outputs=[replace(late, delay=seconds(20))]), 6)

    delay = life.in_force()[Condition.DISABLED, "output/siren/delay"]
    assert "waits 20 s" in delay.detail
    life.tick(11)
    assert life.engine.next_due() == seconds(21)
    assert "siren on" in told(life.tick(21))


# -- what people ordered ---------------------------------------------------------------------------


def test_a_disablement_goes_on_and_ends_with_what_it_is_of():
    before = site(S1, S2, FIRE, rule("more", "s2.smoke > 3 %/m"))
    life = Life(before)
    life.disable(1, "detector/s1", 3600)
    life.disable(1, "detector/s2", 3600)

    step = life.succeed(site(replace(S1, every=seconds(2)), FIRE), 2)

    gone = "trouble: left disabled detector/s2 because configuration-changed by Lan"
    assert gone in told(step)
    assert life.in_force()[Condition.DISABLED, "detector/s1"].ends == seconds(3601)
    life.read(3, "s1", "smoke", 9.0)
    assert (Condition.FIRE_ALARM, "rule/fire") not in life.in_force()


@pytest.mark.parametrize("how", ["succeed", "begin"])
def test_what_becomes_a_manual_call_point_is_disabled_no_more(how):
    contact = detector("c", "contact", kind=DetectorKind.PANEL_ALARM)
    life = Life(site(contact, S1, FIRE))
    life.disable(1, "detector/c", 3600)

    after = site(call_point("c"), S1, FIRE)
    step = life.succeed(after, 2) if how == "succeed" else life.begin(after, now=2)

    assert "trouble: left disabled detector/c because configuration-changed by Lan" in told(step)


def test_a_test_goes_on_and_rules_and_detectors_that_are_new_take_part():
    before = site(S1, FIRE, rule("above", "s1.smoke > 9 %/m", zone="attic"))
    above = rule("above", "s2.smoke > 3 %/m", zone="attic")
    World(before=before, after=site(S1, S2, FIRE, rule("more", "s2.smoke > 2 %/m"), above)).run("""
        0   s1.smoke 0, s2.smoke 0 |
        2   test hall              | trouble: entered test zone/hall by Lan
                                   | trouble: entered degraded zone/attic because unprotected
        4   apply after            |
        6   s2.smoke 4             | status: entered fire-alarm rule/more
                                   | status: detector-tested s2 of hall
        8   s2.smoke 0             | status: left fire-alarm rule/more
        10  end-test               | trouble: left test zone/hall by Lan
                                   | trouble: left degraded zone/attic
    """)


def test_a_test_ends_with_its_zone_and_what_moves_out_of_it_is_in_earnest():
    above = site(replace(S1, zone="attic"), rule("fire", "s1.smoke > 3 %/m", zone="attic"))
    life = Life(HALL)
    life.read(1, "s1", "smoke", 0.0)
    life.begin_test(2, "hall", whole_site=True)
    life.read(3, "s1", "smoke", 4.0)

    step = life.succeed(above, 4)

    assert "trouble: left test zone/hall because configuration-changed by Lan" in told(step)
    assert "trouble: left fault gateway/test" in told(step)
    (alarm,) = [each for each in life.engine.present().conditions if each.condition is FIRED]
    assert (alarm.zone, alarm.mode, alarm.latched) == ("attic", Mode.LIVE, True)


def test_that_every_zone_is_disabled_is_told_where_the_last_other_zone_goes():
    attic = detector("a1", "smoke", zone="attic")
    life = Life(site(S1, attic, FIRE))
    life.disable(1, "zone/hall", 3600)

    step = life.succeed(HALL, 2)

    assert "trouble: entered fault gateway/disablement because whole-site" in told(step)
