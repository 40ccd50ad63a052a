"""Zones under test: nothing goes out in earnest, but what cannot be the tester does."""

from dataclasses import replace

import pytest
from scenario import FAULT_RELAY, SIREN, Life, World, call_point, detector, rule, site, told

from rules.condition import Condition, Lane, Mode
from rules.event import ConditionEvent
from rules.instant import seconds
from rules.output import OutputDefinition, OutputKind
from rules.profile import DetectorKind

S1, S2 = detector("s1", "smoke"), detector("s2", "smoke")
A1 = detector("a1", "smoke", zone="attic")
MCP = call_point("mcp")
FIRE = rule("fire", "any(smoke > 3 %/m)")
ATTIC = rule("attic", "a1.smoke > 3 %/m", zone="attic")
DOOR = OutputDefinition(id="door", kind=OutputKind.RELAY)
HALL = site(S1, S2, A1, MCP, FIRE, ATTIC, outputs=[SIREN])
QUIET = "0 s1.smoke 0, s2.smoke 0, a1.smoke 0, mcp.contact 0 | siren off"
HOUR = 3600


def test_a_tested_detector_sounds_briefly_resets_by_itself_and_is_told_as_a_test():
    World(hall=HALL).run(f"""
        {QUIET}
        1    test hall      | trouble: entered test zone/hall by Lan
        5    s1.smoke 4     | status: entered fire-alarm rule/fire
                            | status: detector-tested s1 of hall
                            | siren on
        7                   | siren off
        9    s1.smoke 0     | status: left fire-alarm rule/fire
        12   s2.smoke 4     | status: entered fire-alarm rule/fire
                            | status: detector-tested s2 of hall
                            | siren on
        14                  | siren off
        15   s2.smoke 0     | status: left fire-alarm rule/fire
        20   end-test hall  | trouble: left test zone/hall by Lan
    """)


def test_what_is_told_of_a_test_is_in_the_status_lane_and_of_mode_test():
    life = Life(HALL)
    life.begin_test(1, "hall")
    events = life.read(2, "s1", "smoke", 4.0).events

    assert events
    assert {(event.lane, event.mode) for event in events} == {(Lane.STATUS, Mode.TEST)}


def test_a_call_point_is_never_under_test_and_ends_it():
    World(hall=HALL).run(f"""
        {QUIET}
        1    test hall      | trouble: entered test zone/hall by Lan
        5    mcp.contact 1  | alarm: entered fire-alarm call-point/mcp because call-point
                            | status: detector-tested mcp of hall
                            | trouble: left test zone/hall because call-point by Lan
                            | siren on
    """)


def test_a_second_detector_ends_the_test_and_goes_out_live():
    World(hall=HALL).run(f"""
        {QUIET}
        1    test hall      | trouble: entered test zone/hall by Lan
        5    s1.smoke 4     | status: entered fire-alarm rule/fire
                            | status: detector-tested s1 of hall
                            | siren on
        7                   | siren off
        9    s2.smoke 4     | status: spread fire-alarm rule/fire
                            | status: detector-tested s2 of hall
                            | trouble: left test zone/hall because second-detector by Lan
                            | status: left fire-alarm rule/fire because test-ended
                            | alarm: entered fire-alarm rule/fire
                            | siren on
    """)


def test_an_alarm_under_test_that_stands_for_a_minute_goes_out_live():
    World(hall=HALL).run(f"""
        {QUIET}
        1    test hall      | trouble: entered test zone/hall by Lan
        5    s1.smoke 4     | status: entered fire-alarm rule/fire
                            | status: detector-tested s1 of hall
                            | siren on
        7                   | siren off
        65                  | trouble: left test zone/hall because alarm-stands by Lan
                            | status: left fire-alarm rule/fire because test-ended
                            | alarm: entered fire-alarm rule/fire
                            | siren on
    """)


def test_a_test_ends_by_itself_and_what_stands_then_is_in_earnest():
    World(hall=HALL).run(f"""
        {QUIET}
        1    test hall 30   | trouble: entered test zone/hall by Lan
        30   s1.smoke 4     | status: entered fire-alarm rule/fire
                            | status: detector-tested s1 of hall
                            | siren on
        31                  | trouble: left test zone/hall because expired by Lan
                            | status: left fire-alarm rule/fire because test-ended
                            | alarm: entered fire-alarm rule/fire
    """)


@pytest.mark.parametrize(("duration", "refused"), [(2 * HOUR, 0), (2 * HOUR + 1, 1), (0, 1)])
def test_a_test_is_for_two_hours_at_most(duration, refused):
    life = Life(HALL)

    assert len(life.begin_test(1, "hall", duration).refusals) == refused


def test_a_test_is_for_two_hours_unless_told_otherwise():
    life = Life(HALL)
    life.begin_test(1, "hall")
    left = "trouble: left test zone/hall because expired by Lan"

    assert life.engine.next_due() == seconds(1 + 2 * HOUR)
    assert left not in told(life.tick(2 * HOUR))
    assert left in told(life.tick(2 * HOUR + 1))


def test_a_zone_with_an_alarm_in_force_is_not_put_under_test():
    life = Life(HALL)
    life.read(1, "s1", "smoke", 4.0)

    assert told(life.begin_test(2, "hall")) == [
        "refused: fire-alarm of rule/fire is in force in zone hall: reset it first"
    ]


def test_the_whole_site_is_tested_only_where_that_is_meant_and_is_a_fault():
    World(hall=HALL).run(f"""
        {QUIET}
        1    test hall      | trouble: entered test zone/hall by Lan
        2    test attic     | refused: with it every zone would be under test: say that the whole…
        3    test-all       | trouble: entered test zone/attic by Lan
                            | trouble: entered fault gateway/test because whole-site
        9    end-test hall  | trouble: left test zone/hall by Lan
                            | trouble: left fault gateway/test
        10   end-test hall  | refused: nothing is under test there
        11   test nowhere   | refused: there is no zone 'nowhere'; zones are hall…
        12   test attic     | refused: zone attic is under test already
    """)


def test_detectors_under_test_are_unknown_to_the_rules_of_other_zones():
    across = rule("across", "s1.smoke > 3 %/m or a1.smoke > 3 %/m", zone="attic")
    World(hall=site(S1, A1, FIRE, across)).run("""
        0    s1.smoke 0, a1.smoke 0 |
        1    test hall      | trouble: entered test zone/hall by Lan
                            | trouble: entered degraded zone/attic because unknown
        5    s1.smoke 4     | status: entered fire-alarm rule/fire
                            | status: detector-tested s1 of hall
        9    s1.smoke 0     | status: left fire-alarm rule/fire
        20   end-test hall  | trouble: left test zone/hall by Lan
                            | trouble: left degraded zone/attic
        25   s1.smoke 4     | alarm: entered fire-alarm rule/fire
                            | alarm: entered fire-alarm rule/across
    """)


def test_a_test_drives_no_relay():
    World(hall=site(S1, A1, FIRE, outputs=[DOOR])).run("""
        0    s1.smoke 0, a1.smoke 0 | door off
        1    test hall      | trouble: entered test zone/hall by Lan
        5    s1.smoke 4     | status: entered fire-alarm rule/fire
                            | status: detector-tested s1 of hall
        9    s1.smoke 0     | status: left fire-alarm rule/fire
    """)


def test_the_other_zones_stay_in_earnest():
    World(hall=HALL).run(f"""
        {QUIET}
        1    test hall      | trouble: entered test zone/hall by Lan
        5    a1.smoke 4     | alarm: entered fire-alarm rule/attic
                            | siren on
    """)


def test_a_test_goes_on_over_a_restart_and_ends_with_a_reboot():
    World(hall=HALL).run(f"""
        {QUIET}
        1    test hall 60   | trouble: entered test zone/hall by Lan
        5    s1.smoke 4     | status: entered fire-alarm rule/fire
                            | status: detector-tested s1 of hall
                            | siren on
        6    restart        | trouble: standing test zone/hall by Lan
                            | status: standing fire-alarm rule/fire
                            | siren off
                            | status: detector-tested s1 of hall
        10   s1.smoke 0     | status: left fire-alarm rule/fire
        20   reboot         | trouble: left test zone/hall because restarted by Lan
                            | siren off
        30   s1.smoke 4     | alarm: entered fire-alarm rule/fire
                            | siren on
    """)


def test_an_alarm_that_was_latched_before_is_not_touched_by_a_test():
    life = Life(HALL)
    life.read(1, "a1", "smoke", 4.0)
    life.read(2, "a1", "smoke", 0.0)
    life.begin_test(3, "hall")
    life.end_test(4, "hall")

    (alarm,) = [each for each in life.engine.present().conditions if each.zone == "attic"]
    assert (alarm.condition, alarm.latched, alarm.mode) == (Condition.FIRE_ALARM, True, Mode.LIVE)


def test_a_test_event_carries_who_and_until_when():
    life = Life(HALL)
    (event,) = life.begin_test(1, "hall", 60).events

    assert isinstance(event, ConditionEvent)
    assert (event.author, event.ends, event.lane) == ("Lan", seconds(61), Lane.TROUBLE)


def test_a_fault_under_test_is_told_as_ever():
    World(hall=site(S1, A1, FIRE, outputs=[FAULT_RELAY])).run("""
        0    s1.smoke 0, a1.smoke 0 | relay on
        1    test hall      | trouble: entered test zone/hall by Lan
        5    s1 fails       |
        7                   | trouble: entered fault detector/s1 because no-reply
                            | trouble: entered degraded zone/hall because unprotected
                            | relay off
    """)


def test_an_alarm_that_builds_up_unseen_outlives_the_test_as_a_warning_in_earnest():
    slow = rule("slow", "s1.smoke > 3 %/m", hold=60)
    World(hall=site(S1, A1, slow)).run("""
        0    s1.smoke 0, a1.smoke 0 |
        1    test hall      | trouble: entered test zone/hall by Lan
        5    s1.smoke 4     | status: detector-tested s1 of hall
        7    s1 fails       |
        9                   | trouble: entered fault detector/s1 because no-reply
                            | status: entered pre-alarm rule/slow because unknown
                            | trouble: entered degraded zone/hall because unprotected
        20   end-test hall  | trouble: left test zone/hall by Lan
                            | status: left pre-alarm rule/slow because test-ended
                            | alarm: entered pre-alarm rule/slow because unknown
    """)


# -- what responds ---------------------------------------------------------------------------------

VALVE = detector("valve", "contact", kind=DetectorKind.SUPERVISED_EQUIPMENT)


def ticked(told_lines):
    return [line.split()[2] for line in told_lines if "detector-tested" in line]


@pytest.mark.parametrize(
    "when",
    [
        "count(smoke > 3 %/m) >= 2",
        "count(smoke > 3 %/m) == 2",
        "s1.smoke > 3 %/m and s2.smoke > 3 %/m",
        "verified(all(smoke > 3 %/m), 5 s, 20 s)",
        "count(held(smoke > 3 %/m, 30 s)) >= 2",
        "not (s1.smoke < 3 %/m or s2.smoke < 3 %/m)",
    ],
)
@pytest.mark.parametrize("raises", [Condition.FIRE_ALARM, Condition.SUPERVISORY])
def test_where_two_are_asked_for_each_is_ticked_off_alone_and_no_test_ends(when, raises):
    World(hall=site(S1, S2, A1, rule("both", when, raises), ATTIC)).run("""
        0    s1.smoke 0, s2.smoke 0, a1.smoke 0 |
        1    test hall      | trouble: entered test zone/hall by Lan
        5    s1.smoke 4     | status: detector-tested s1 of hall
        9    s1.smoke 0     |
        50   s2.smoke 4     | status: detector-tested s2 of hall
        54   s2.smoke 0     |
        90   s1.smoke 4     | status: detector-tested s1 of hall
        94   s1.smoke 0     |
    """)


@pytest.mark.parametrize("when", ["avg(s1.smoke, 5 s) > 3 %/m", "rate(s1.smoke, 5 s) > 9 %/m/min"])
@pytest.mark.parametrize("zone", ["hall", "attic"])
def test_a_function_over_a_while_ticks_its_detector_off_once_it_says_so(when, zone):
    life = Life(
        site(S1, S2, A1, rule("slow", when, zone=zone), ATTIC, rule("s2", "s2.smoke > 3 %/m"))
    )
    life.begin_test(0, "hall")
    responded = []
    for second in range(1, 30):
        smoke = 9.0 if second >= 10 else 0.0
        responded += [second] * len(ticked(told(life.read(second, "s1", "smoke", smoke))))

    assert len(responded) == 1
    assert 10 <= responded[0] <= 15


def test_a_valve_is_ticked_off_by_the_supervisory_rule_that_is_told_in_earnest():
    rules = rule("shut", "not valve.contact", Condition.SUPERVISORY), FIRE, ATTIC
    World(hall=site(S1, A1, VALVE, *rules)).run("""
        0    s1.smoke 0, a1.smoke 0, valve.contact 1 |
        1    test hall        | trouble: entered test zone/hall by Lan
        5    valve.contact 0  | trouble: entered supervisory rule/shut
                              | status: detector-tested valve of hall
        9    valve.contact 1  | trouble: left supervisory rule/shut
        12   valve.contact 0  | trouble: entered supervisory rule/shut
                              | status: detector-tested valve of hall
    """)


def test_a_detector_that_only_another_zone_asks_for_is_ticked_off_and_does_nothing_there():
    World(hall=site(S1, A1, VALVE, rule("above", "s1.smoke > 3 %/m", zone="attic"), ATTIC)).run("""
        0    s1.smoke 0, a1.smoke 0, valve.contact 0 |
        1    test hall      | trouble: entered test zone/hall by Lan
                            | trouble: entered degraded zone/attic because unknown
        5    s1.smoke 4     | status: detector-tested s1 of hall
        9    s1.smoke 0     |
        12   end-test hall  | trouble: left test zone/hall by Lan
                            | trouble: left degraded zone/attic
    """)


def test_what_no_rule_names_is_ticked_off_where_it_is_active_or_over_range():
    lone = detector("lone", "smoke", "contact")
    life = Life(site(lone, S1, A1, rule("fire", "s1.smoke > 3 %/m"), ATTIC))
    life.read(1, "lone", "contact", 0.0)
    life.read(1, "lone", "smoke", 0.0)
    life.begin_test(2, "hall")

    assert ticked(told(life.read(3, "lone", "smoke", 19.0))) == []
    assert ticked(told(life.read(4, "lone", "smoke", 21.0))) == ["lone"]
    assert ticked(told(life.read(5, "lone", "smoke", 22.0))) == []
    life.read(6, "lone", "smoke", 0.0)
    assert ticked(told(life.read(7, "lone", "contact", 1.0))) == ["lone"]


def test_what_leaned_before_the_test_is_ticked_off_only_once_it_has_rested():
    life = Life(site(S1, S2, A1, rule("both", "count(smoke > 3 %/m) >= 2"), ATTIC))
    life.read(1, "s1", "smoke", 4.0)
    life.begin_test(2, "hall")

    hall = life.engine.present().zones[0]
    assert (hall.id, hall.responding) == ("hall", ("s1",))
    assert ticked(told(life.read(3, "s1", "smoke", 5.0))) == []
    life.read(4, "s1", "smoke", 0.0)
    assert ticked(told(life.read(5, "s1", "smoke", 5.0))) == ["s1"]


def test_one_that_is_disabled_is_not_ticked_off():
    life = Life(HALL)
    life.disable(1, "detector/s1")
    life.begin_test(2, "hall")

    assert ticked(told(life.read(3, "s1", "smoke", 9.0))) == []


def test_both_of_two_that_are_asked_for_at_once_are_a_fire():
    life = Life(site(S1, S2, A1, rule("both", "count(smoke > 3 %/m) >= 2"), ATTIC))
    life.read(1, "s2", "smoke", 0.0)
    life.begin_test(2, "hall")
    life.read(3, "s1", "smoke", 4.0)

    step = life.read(4, "s2", "smoke", 4.0)

    assert ticked(told(step)) == ["s2"]
    assert "trouble: left test zone/hall because second-detector by Lan" in told(step)
    assert told(step)[-1] == "alarm: entered fire-alarm rule/both"


@pytest.mark.parametrize("stood", [True, False])
def test_a_door_that_stood_open_before_the_test_is_no_second_detector(stood):
    door = replace(VALVE, id="door")
    drawn = rule("drawn", "any(smoke > 3 %/m) and door.contact")
    life = Life(site(S1, A1, door, drawn, ATTIC))
    life.read(1, "s1", "smoke", 0.0)
    life.read(1, "door", "contact", float(stood))
    life.begin_test(2, "hall")
    life.read(3, "door", "contact", 1.0)

    step = life.read(4, "s1", "smoke", 4.0)

    assert ("status: entered fire-alarm rule/drawn" in told(step)) is True
    assert (
        "trouble: left test zone/hall because second-detector by Lan" in told(step)
    ) is not stood
