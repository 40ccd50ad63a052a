"""The engine: what happens in a site, and what is told of it, as tables."""

import subprocess
import sys
from dataclasses import replace
from math import inf, nan
from pathlib import Path

import pytest
from scenario import (
    AUTHOR,
    FAULT_RELAY,
    SIREN,
    Life,
    World,
    call_point,
    detector,
    rule,
    site,
    told,
)

from rules.condition import LANE_OF_CONDITION, Condition, Lane
from rules.engine import Engine
from rules.event import Change, ConditionEvent, Notice, NoticeEvent
from rules.health import HealthState
from rules.instant import Instant, Moment, seconds
from rules.operator import Act
from rules.output import OutputDefinition, OutputKind
from rules.part import Noted, PartFailed, PartRecovered
from rules.profile import DetectorKind, HazardousSide, QuantityRange
from rules.reading import FaultCause, Reading
from rules.site import OnUnknown
from rules.snapshot import Protection

FIRE, PRE, GAS = Condition.FIRE_ALARM, Condition.PRE_ALARM, Condition.GAS_ALARM
S1, S2, S3 = (detector(name, "smoke") for name in ("s1", "s2", "s3"))
TWO_SMOKES = rule("two", "count(smoke > 3 %/m) >= 2", hold=5, clear="all(smoke < 2 %/m)")


# -- unknown voters --------------------------------------------------------------------------------


def test_two_of_three_raise_with_a_dead_third():
    World(hall=site(S1, S2, S3, rule("two", "count(smoke > 3 %/m) >= 2"))).run("""
        0   s1.smoke 0, s2.smoke 0, s3.smoke 0  |
        1   s3 fails     |
        3                | trouble: entered fault detector/s3 because no-reply
                         | trouble: entered degraded zone/hall because unknown
        5   s1.smoke 4   |
        9   s2.smoke 4   | alarm: entered fire-alarm rule/two
        15  s1.smoke 0   |
        60               |
    """)


def test_one_true_and_one_dead_of_three_keep_what_was_and_do_not_clear():
    World(hall=site(S1, S2, S3, rule("two", "count(smoke > 3 %/m) >= 2"))).run("""
        0   s1.smoke 4, s2.smoke 4, s3.smoke 0  | alarm: entered fire-alarm rule/two
        5   s2 fails     |
        7                | trouble: entered fault detector/s2 because no-reply
                         | trouble: entered degraded zone/hall because unknown
        60  s1.smoke 0   | alarm: cleared fire-alarm rule/two
        70               |
    """)


def test_a_fault_never_clears_an_alarm():
    World(hall=site(S1, rule("smoke", "s1.smoke > 3 %/m", latching=False))).run("""
        0   s1.smoke 4   | alarm: entered fire-alarm rule/smoke
        5   s1 mute      |
        14               | trouble: entered fault detector/s1 because stale
                         | trouble: entered degraded zone/hall because unprotected
        600 s1 answers   | trouble: left fault detector/s1
                         | trouble: left degraded zone/hall
        601 s1.smoke 0   | alarm: left fire-alarm rule/smoke
    """)


def test_a_detector_lost_while_its_alarm_builds_up_raises_pre_alarm_at_once():
    World(hall=site(S1, S2, TWO_SMOKES)).run("""
        0    s1.smoke 0, s2.smoke 0  |
        10   s1.smoke 4, s2.smoke 4  |
        12   s2 fails device-fault   | trouble: entered fault detector/s2 because device-fault
                                     | alarm: entered pre-alarm rule/two because unknown
                                     | trouble: entered degraded zone/hall because unprotected
        100                          |
        200  s2 answers              | trouble: left fault detector/s2
                                     | trouble: left degraded zone/hall
        203                          | alarm: left pre-alarm rule/two
                                     | alarm: entered fire-alarm rule/two
    """)


def test_the_pre_alarm_of_a_lost_detector_ends_when_it_comes_back_quiet():
    World(hall=site(S1, rule("smoke", "s1.smoke > 3 %/m", hold=30))).run("""
        0    s1.smoke 4      |
        5    s1 mute         |
        14                   | trouble: entered fault detector/s1 because stale
                             | alarm: entered pre-alarm rule/smoke because unknown
                             | trouble: entered degraded zone/hall because unprotected
        50   s1.smoke 0      |
        60   s1 answers      | trouble: left fault detector/s1
                             | alarm: left pre-alarm rule/smoke
                             | trouble: left degraded zone/hall
        99                   |
    """)


def test_a_bus_lost_while_an_alarm_builds_up_raises_pre_alarm_too():
    World(hall=site(S1, rule("smoke", "s1.smoke > 3 %/m", hold=30))).run("""
        0    s1.smoke 4      |
        5    bus line down   | trouble: entered fault bus/line because bus-down
                             | alarm: entered pre-alarm rule/smoke because unknown
                             | trouble: entered degraded zone/hall because unprotected
        99                   |
    """)


def test_a_value_that_is_nonsense_freezes_for_and_is_a_loss_only_once_it_is_a_fault():
    World(hall=site(S1, rule("smoke", "s1.smoke > 3 %/m", hold=30))).run("""
        0    s1.smoke 4      |
        5    s1.smoke -1     | trouble: entered degraded zone/hall because unprotected
        7                    | trouble: entered fault detector/s1/range because implausible
                             | alarm: entered pre-alarm rule/smoke because unknown
        10   s1.smoke 4      | trouble: left fault detector/s1/range
                             | trouble: left degraded zone/hall
        35                   | alarm: left pre-alarm rule/smoke
                             | alarm: entered fire-alarm rule/smoke
    """)


# -- call points -----------------------------------------------------------------------------------


def test_a_call_point_needs_no_rule_and_waits_for_nothing():
    life = Life(site(call_point("mcp", warm_up=60), outputs=[SIREN]))
    assert told(life.read(1, "mcp", "contact", 0.0)) == []

    assert told(life.read(1.001, "mcp", "contact", 1.0)) == [
        "alarm: entered fire-alarm call-point/mcp because call-point",
        "siren on",
    ]
    assert told(life.read(1.002, "mcp", "contact", 0.0)) == [
        "alarm: cleared fire-alarm call-point/mcp"
    ]


def test_a_call_point_pressed_before_the_start_raises_with_its_first_reading():
    life = Life(site(call_point("mcp", warm_up=60)))

    assert told(life.read(0.1, "mcp", "contact", 1.0)) == [
        "alarm: entered fire-alarm call-point/mcp because call-point"
    ]


def test_a_pressed_call_point_refuses_reset_until_it_is_put_back():
    World(hall=site(call_point("mcp"), outputs=[SIREN])).run("""
        0                    | siren off
        1   mcp.contact 1    | alarm: entered fire-alarm call-point/mcp because call-point
                             | siren on
        5   reset            | refused: fire-alarm of call-point/mcp stands: its cause has not…
        6   mcp.contact 0    | alarm: cleared fire-alarm call-point/mcp
        7   reset            | alarm: left fire-alarm call-point/mcp because reset by Lan
                             | alarm: reset by Lan
                             | siren off
    """)


def test_where_both_expressions_are_true_the_cause_stands():
    overlapping = rule("smoke", "s1.smoke > 3 %/m", clear="s1.smoke < 5 %/m", latching=False)

    World(hall=site(S1, overlapping)).run("""
        0   s1.smoke 4  | alarm: entered fire-alarm rule/smoke
        9   s1.smoke 2  | alarm: left fire-alarm rule/smoke
    """)


# -- faults and protection -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("behaviour", "told_at", "cause"),
    [("fails", 3, "no-reply"), ("fails bad-checksum", 3, "bad-checksum"), ("mute", 10, "stale")],
)
def test_however_long_it_lasts_a_fault_is_told_once_and_so_is_its_end(behaviour, told_at, cause):
    World(hall=site(S1, outputs=[FAULT_RELAY])).run(f"""
        0    s1.smoke 0       | relay on
        1    s1 {behaviour}   |
        {told_at}             | trouble: entered fault detector/s1 because {cause}
                              | relay off
        300  s1 answers       | trouble: left fault detector/s1
                              | relay on
        400                   |
    """)


def test_a_zone_is_degraded_from_the_first_unknown_input_to_the_last():
    World(hall=site(S1, S2, rule("one", "any(smoke > 3 %/m)", PRE), outputs=[FAULT_RELAY])).run("""
        0    s1.smoke 0, s2.smoke 0 | relay on
        1    s1 fails        |
        3                    | trouble: entered fault detector/s1 because no-reply
                             | trouble: entered degraded zone/hall because unprotected
                             | relay off
        5    s2 fails        |
        7                    | trouble: entered fault detector/s2 because no-reply
        9    s1 answers      | trouble: left fault detector/s1
        11   s2 answers      | trouble: left fault detector/s2
                             | trouble: left degraded zone/hall
                             | relay on
    """)


def test_a_zone_is_degraded_by_the_detectors_of_another_that_its_rules_name():
    cross = site(
        S1,
        detector("a1", "smoke", zone="attic"),
        rule("cross", "s1.smoke > 3 %/m and a1.smoke > 3 %/m"),
        rule("attic", "a1.smoke > 3 %/m", zone="attic"),
    )

    World(hall=cross).run("""
        0   s1.smoke 0, a1.smoke 0 |
        1   a1 fails         |
        3                    | trouble: entered fault detector/a1 because no-reply
                             | trouble: entered degraded zone/attic because unprotected
                             | trouble: entered degraded zone/hall because unprotected
        9   a1 answers       | trouble: left fault detector/a1
                             | trouble: left degraded zone/attic
                             | trouble: left degraded zone/hall
    """)


def test_a_detector_that_only_a_supervisory_rule_names_degrades_nothing():
    valve = site(
        S1,
        detector("valve", "contact", kind=DetectorKind.SUPERVISED_EQUIPMENT),
        rule("smoke", "s1.smoke > 3 %/m"),
        rule("valve", "valve.contact", Condition.SUPERVISORY),
    )

    World(hall=valve).run("""
        0   s1.smoke 0, valve.contact 0 |
        1   valve.contact 1  | trouble: entered supervisory rule/valve
        2   valve.contact 0  | trouble: left supervisory rule/valve
        3   valve fails      |
        5                    | trouble: entered fault detector/valve because no-reply
        30                   |
    """)


def test_two_quantities_of_one_detector_start_together():
    both = detector("d", "temperature", "smoke")

    World(hall=site(both, rule("fire", "d.smoke > 3 %/m and d.temperature > 50 °C"))).run("""
        0   d.temperature 20, d.smoke 0 |
        9                               |
    """)


def test_a_detector_that_starts_with_nonsense_degrades_its_zone_and_then_is_a_fault():
    World(hall=site(S1, rule("smoke", "s1.smoke > 3 %/m"))).run("""
        0   s1.smoke -1  | trouble: entered degraded zone/hall because unprotected
        2                | trouble: entered fault detector/s1/range because implausible
        9                |
    """)


def test_a_detector_that_is_not_there_from_the_start_is_a_fault_once_stale():
    World(hall=site(S1, S2, rule("one", "any(smoke > 3 %/m)"), outputs=[FAULT_RELAY])).run("""
        0   s1.smoke 0, s2 mute  | relay on
        10               | trouble: entered fault detector/s2 because stale
                         | trouble: entered degraded zone/hall because unknown
                         | relay off
        99               |
    """)


def test_protection_tells_starting_full_degraded_and_unprotected():
    life = Life(site(S1, S2, S3, rule("two", "count(smoke > 3 %/m) >= 2")))
    seen = [life.protection("hall")]
    for name in ("s1", "s2", "s3"):
        life.read(1, name, "smoke", 0.0)
    seen.append(life.protection("hall"))
    for name in ("s1", "s2"):
        life.fail(2, name, FaultCause.DEVICE_FAULT)
        seen.append(life.protection("hall"))

    assert seen == [
        Protection.STARTING,
        Protection.FULL,
        Protection.DEGRADED,
        Protection.UNPROTECTED,
    ]


def test_a_zone_that_nothing_could_raise_an_alarm_in_is_unprotected():
    life = Life(site(S1, rule("warn", "s1.smoke > 3 %/m", PRE)))
    life.read(1, "s1", "smoke", 0.0)

    assert life.protection("hall") is Protection.UNPROTECTED
    assert life.in_force() == {}


def test_the_detail_of_a_degraded_zone_names_a_few_and_counts_the_rest():
    heads = [detector(f"s{i}", "smoke") for i in range(8)]
    life = Life(site(*heads, rule("one", "any(smoke > 3 %/m)")))
    for i in range(8):
        life.read(1, f"s{i}", "smoke", 0.0)

    life.tick(20)
    life.tick(21)

    degraded = life.in_force()[Condition.DEGRADED, "zone/hall"]
    assert degraded.detail == (
        "unknown to the rules: s0, s1, s2, s3, s4 and 3 more; no alarm rule is left"
    )


def test_a_gateway_that_stood_still_takes_no_detector_for_silent_that_spoke_meanwhile():
    heads = [detector(name, "smoke", warm_up=60) for name in ("s1", "s2")]
    life = Life(site(*heads, rule("fire", "s1.smoke > 3 %/m")))
    for name in ("s1", "s2"):
        life.read(1, name, "smoke", 0.0)
    life.tick(1)

    assert told(life.tick(90)) == []
    fire = life.read(90, "s1", "smoke", 4.0, at=89)  # it waited for us, and does not warm up anew

    assert told(fire) == [
        "alarm: entered fire-alarm rule/fire",
        "trouble: left degraded zone/hall",
    ]
    assert told(life.tick(91)) == ["trouble: entered fault detector/s2 because stale"]


def test_a_gateway_that_stands_still_time_and_again_still_tells_who_is_silent():
    life = Life(site(detector("s1", "smoke")))
    life.read(1, "s1", "smoke", 0.0)

    assert told(life.tick(50)) == []
    assert told(life.tick(100)) == ["trouble: entered fault detector/s1 because stale"]


def test_parts_of_the_gateway_are_supervised_too():
    World(hall=site(S1, outputs=[FAULT_RELAY])).run("""
        0   s1.smoke 0                 | relay on
        1   part path/lan failed       | trouble: entered fault path/lan because down
                                       | relay off
        2   part path/lan failed       |
        3   part path/wan recovered    |
        4   part path/lan recovered    | trouble: left fault path/lan
                                       | relay on
    """)


def test_a_warning_about_a_part_does_not_release_the_fault_relay():
    life = Life(site(S1, outputs=[FAULT_RELAY]))
    warning = PartFailed(
        part="path/lan",
        cause="insecure",
        detail="no TLS",
        at=Instant(0),
        condition=Condition.SUPERVISORY,
    )

    assert told(life.step(1, warning)) == ["trouble: entered supervisory path/lan because insecure"]
    recovered = PartRecovered(part="path/lan", at=Instant(0), condition=Condition.SUPERVISORY)
    assert told(life.step(2, recovered)) == ["trouble: left supervisory path/lan"]


# -- outputs and the acts of a person --------------------------------------------------------------

TWO_ZONES = site(
    S1,
    detector("a1", "smoke", zone="attic"),
    rule("hall", "s1.smoke > 3 %/m"),
    rule("attic", "a1.smoke > 3 %/m", zone="attic"),
    outputs=[
        SIREN,
        OutputDefinition(id="beacon", kind=OutputKind.BEACON),
        OutputDefinition(id="attic-siren", kind=OutputKind.SIREN, zones=frozenset({"attic"})),
    ],
)


def test_a_new_alarm_in_another_zone_sounds_the_silenced_siren_again():
    World(hall=TWO_ZONES).run("""
        0    s1.smoke 0, a1.smoke 0 | siren off
                          | beacon off
                          | attic-siren off
        1    s1.smoke 4   | alarm: entered fire-alarm rule/hall
                          | siren on
                          | beacon on
        2    silence      | alarm: silenced fire-alarm rule/hall by Lan
                          | siren off
        3    silence      | refused: no alarm is sounding
        4    a1.smoke 4   | alarm: entered fire-alarm rule/attic
                          | siren on
                          | attic-siren on
        5    silence attic  | alarm: silenced fire-alarm rule/attic by Lan
                          | siren off
                          | attic-siren off
        9    s1.smoke 0   | alarm: cleared fire-alarm rule/hall
        10   reset hall   | alarm: left fire-alarm rule/hall because reset by Lan
                          | alarm: reset of hall by Lan
        11   reset        | refused: fire-alarm of rule/attic stands…
        12   a1.smoke 0   | alarm: cleared fire-alarm rule/attic
        13   reset        | alarm: left fire-alarm rule/attic because reset by Lan
                          | alarm: reset by Lan
                          | beacon off
    """)


def test_a_cause_that_comes_back_while_latched_sounds_again_and_is_to_be_acknowledged_anew():
    World(hall=site(S1, rule("smoke", "s1.smoke > 3 %/m", hold=3), outputs=[SIREN])).run("""
        0                  | siren off
        1    s1.smoke 4    |
        4                  | alarm: entered fire-alarm rule/smoke
                           | siren on
        5    acknowledge   | alarm: acknowledged fire-alarm rule/smoke by Lan
        6    silence       | alarm: silenced fire-alarm rule/smoke by Lan
                           | siren off
        7    s1.smoke 0    | alarm: cleared fire-alarm rule/smoke
        8    s1.smoke 4    |
        11                 | alarm: standing fire-alarm rule/smoke
                           | siren on
        12   acknowledge   | alarm: acknowledged fire-alarm rule/smoke by Lan
        13   acknowledge   | refused: nothing is waiting to be acknowledged
    """)


def test_a_cause_that_was_coming_back_at_a_reset_is_watched_on():
    """Its `for` starts anew at once, so that losing the detector then is not overlooked."""
    World(hall=site(S1, rule("smoke", "s1.smoke > 3 %/m", hold=5))).run("""
        0    s1.smoke 4    |
        5                  | alarm: entered fire-alarm rule/smoke
        6    s1.smoke 0    | alarm: cleared fire-alarm rule/smoke
        7    s1.smoke 4    |
        9.5  reset         | alarm: left fire-alarm rule/smoke because reset by Lan
                           | alarm: reset by Lan
        10   s1 fails device-fault | trouble: entered fault detector/s1 because device-fault
                           | alarm: entered pre-alarm rule/smoke because unknown
                           | trouble: entered degraded zone/hall because unprotected
        20                 |
    """)


def test_a_reset_ends_what_it_can_and_tells_what_it_cannot():
    World(hall=TWO_ZONES).run("""
        0    s1.smoke 4, a1.smoke 4 | siren off
                          | beacon off
                          | attic-siren off
                          | alarm: entered fire-alarm rule/hall
                          | siren on
                          | beacon on
                          | alarm: entered fire-alarm rule/attic
                          | attic-siren on
        1    s1.smoke 0   | alarm: cleared fire-alarm rule/hall
        2    reset        | alarm: left fire-alarm rule/hall because reset by Lan
                          | alarm: reset by Lan
                          | refused: fire-alarm of rule/attic stands…
    """)


def test_commands_on_nothing_and_on_nowhere_are_refused_in_words():
    World(hall=TWO_ZONES).run(
        """
        0                 | siren off
                          | beacon off
                          | attic-siren off
        1    reset        | refused: no alarm is latched
        2    silence      | refused: no alarm is sounding
        3    acknowledge  | refused: nothing is waiting to be acknowledged
        4    reset celar  | refused: there is no zone 'celar'; zones are hall…
    """
    )


def test_an_acknowledgement_names_its_author_and_is_kept():
    life = Life(TWO_ZONES)
    life.read(1, "s1", "smoke", 4.0)

    step = life.order(2, Act.ACKNOWLEDGE, "hall")

    assert [event.author for event in step.events] == [AUTHOR]
    assert life.in_force()[FIRE, "rule/hall"].acknowledged == AUTHOR


def test_the_site_is_silenced_when_every_alarm_is():
    life = Life(TWO_ZONES)
    assert not life.engine.present().silenced
    life.read(1, "s1", "smoke", 4.0)
    life.order(2, Act.SILENCE)
    assert life.engine.present().silenced
    life.read(3, "a1", "smoke", 4.0)
    assert not life.engine.present().silenced


# -- lanes, evidence, notices ----------------------------------------------------------------------


@pytest.mark.parametrize("change", Change)
@pytest.mark.parametrize("condition", Condition)
def test_all_that_happens_to_a_condition_is_told_in_its_lane(condition, change):
    event = ConditionEvent(
        change=change,
        condition=condition,
        zone="hall",
        source="rule/x",
        incident=Moment("boot-1", Instant(0)),
        at=Instant(0),
    )

    alarms = {Condition.FIRE_ALARM, Condition.GAS_ALARM, Condition.PRE_ALARM}
    assert event.lane is (Lane.ALARM if condition in alarms else Lane.TROUBLE)
    assert set(LANE_OF_CONDITION) == set(Condition)


@pytest.mark.parametrize("notice", Notice)
def test_notices_of_a_reset_and_of_the_periodic_test_are_told_among_the_alarms(notice):
    life = Life(site(S1))

    (event,) = life.step(1, Noted(notice=notice, at=Instant(seconds(1)), detail="d")).events

    assert event == NoticeEvent(notice=notice, at=Instant(seconds(1)), detail="d")
    lanes = {
        Notice.RESET: Lane.ALARM,
        Notice.PERIODIC_TEST: Lane.ALARM,
        Notice.MESSAGE_REFUSED: Lane.TROUBLE,
    }
    assert event.lane is lanes.get(notice, Lane.STATUS)


def test_a_late_reading_counts_from_the_instant_at_which_it_was_measured():
    life = Life(site(S1, rule("one", "s1.smoke > 3 %/m", hold=5)))

    life.step(3, Reading("s1", "smoke", 4.0, Instant(seconds(1))))
    (event,) = life.step(9, Reading("s1", "smoke", 4.0, Instant(seconds(6)))).events

    assert (event.at, event.incident.at) == (seconds(6), seconds(6))


def test_an_alarm_carries_the_values_that_decided_and_says_them_in_words():
    life = Life(
        site(
            S1,
            S2,
            detector("g", "gas"),
            call_point("m"),
            rule(
                "all", "s1.smoke > 3 %/m and (s2.smoke > 3 %/m or g.gas > 20 %LEL or not contact)"
            ),
        )
    )
    life.read(1, "s1", "smoke", 4.5)
    life.read(2, "m", "contact", 0.0)

    (event,) = life.steps[-1].events
    assert [(each.detector, each.quantity, each.value, each.unit) for each in event.evidence] == [
        ("m", "contact", 0.0, "bool"),
        ("s1", "smoke", 4.5, "%/m"),
    ]
    assert event.detail == "m contact at rest, s1 smoke 4.5 %/m"


def test_over_range_is_beyond_every_threshold_and_said_in_words():
    life = Life(site(detector("g", "gas"), rule("gas", "g.gas > 99 %LEL", GAS)))

    fault, alarm = life.read(1, "g", "gas", 100.5).events

    assert (fault.condition, fault.cause) == (Condition.FAULT, "over-range")
    assert alarm.evidence[0].value == inf
    assert alarm.detail == "g gas over-range"


# -- windows ---------------------------------------------------------------------------------------


def test_a_rule_over_a_window_is_judged_on_while_nothing_comes_in():
    """The window empties below its coverage, so the `for` freezes instead of running out."""
    co = detector("co", "co")

    World(hall=site(co, rule("co", "avg(co.co, 20 s) > 60 ppm", GAS, hold=40))).run("""
        0    co.co 100       |
        20   bus line down   | trouble: entered fault bus/line because bus-down
                             | trouble: entered degraded zone/hall because unprotected
        25                   | alarm: entered pre-alarm rule/co because unknown
        200                  |
    """)


def test_a_rate_of_rise_raises_long_before_the_fixed_threshold():
    heat = detector("h", "temperature", kind=DetectorKind.HEAT)
    life = Life(
        site(heat, rule("heat", "h.temperature > 58 °C or rate(h.temperature, 1 min) > 8 °C/min"))
    )

    raised = []
    for second in range(200):
        step = life.read(second, "h", "temperature", 20 + max(0, second - 100) * 10 / 60)
        raised += [(second, life.value("h", "temperature")) for _ in step.events]

    ((second, temperature),) = raised
    assert 130 < second < 160
    assert temperature < 30


# -- restart ---------------------------------------------------------------------------------------


def test_what_stands_is_told_again_with_its_incident_and_the_siren_sounds_before_the_first_poll():
    world = World(hall=TWO_ZONES)
    world.run("""
        0    s1.smoke 0   | siren off
                          | beacon off
                          | attic-siren off
        5    s1.smoke 4   | alarm: entered fire-alarm rule/hall
                          | siren on
                          | beacon on
        9    reboot       | alarm: standing fire-alarm rule/hall
                          | siren on
                          | beacon on
                          | attic-siren off
    """)
    retold = next(step.events[0] for step in reversed(world.life.steps) if step.events)
    assert retold.incident == Moment("boot-1", Instant(seconds(5)))


def test_a_restart_keeps_latched_acknowledged_and_silenced():
    World(hall=TWO_ZONES).run("""
        0    s1.smoke 4, a1.smoke 0   | siren off
                          | beacon off
                          | attic-siren off
                          | alarm: entered fire-alarm rule/hall
                          | siren on
                          | beacon on
        1    acknowledge  | alarm: acknowledged fire-alarm rule/hall by Lan
        2    silence      | alarm: silenced fire-alarm rule/hall by Lan
                          | siren off
        3    s1.smoke 0   | alarm: cleared fire-alarm rule/hall
        9    restart      | alarm: cleared fire-alarm rule/hall
                          | siren off
                          | beacon on
                          | attic-siren off
        11   acknowledge  | refused: nothing is waiting to be acknowledged
        12   silence      | refused: no alarm is sounding
        20   reboot       | alarm: cleared fire-alarm rule/hall
                          | siren off
                          | beacon on
                          | attic-siren off
        30   reset        | alarm: left fire-alarm rule/hall because reset by Lan
                          | alarm: reset by Lan
                          | beacon off
    """)


def test_a_restart_forgets_no_running_for_but_starts_it_anew():
    world = World(hall=site(S1, rule("smoke", "s1.smoke > 3 %/m", hold=20)))
    world.run("""
        0    s1.smoke 4   |
        15   restart      |
        35                | alarm: entered fire-alarm rule/smoke
    """)
    assert "pending/smoke" not in world.life.rows


def test_a_detector_that_does_not_come_back_after_a_restart_warns_if_its_for_was_running():
    World(hall=site(S1, rule("smoke", "s1.smoke > 3 %/m", hold=60))).run("""
        0    s1.smoke 4   |
        15   reboot, s1 mute |
        25                | trouble: entered fault detector/s1 because stale
                          | alarm: entered pre-alarm rule/smoke because unknown
                          | trouble: entered degraded zone/hall because unprotected
        30   restart      | alarm: standing pre-alarm rule/smoke
        40   s1 answers   | trouble: left fault detector/s1
                          | trouble: left degraded zone/hall
        50   s1.smoke 0   | alarm: left pre-alarm rule/smoke
        99                |
    """)


def test_faults_and_degraded_zones_outlive_a_restart_and_are_left_once():
    world = World(hall=site(S1, S2, rule("one", "any(smoke > 3 %/m)"), outputs=[FAULT_RELAY]))
    world.run("""
        0    s1.smoke 0, s2.smoke -1 | relay on
                          | trouble: entered degraded zone/hall because unknown
                          | relay off
        1    s1 fails     |
        2                 | trouble: entered fault detector/s2/range because implausible
        3                 | trouble: entered fault detector/s1 because no-reply
                          | trouble: standing degraded zone/hall because unprotected
        8    part path/lan failed    | trouble: entered fault path/lan because down
        9    bus x down   | trouble: entered fault bus/x because bus-down
        10   restart      | trouble: left fault bus/x because configuration-changed
                          | relay off
    """)
    assert world.life.health("s1").cause is FaultCause.NO_REPLY
    assert world.life.health("s2").cause is FaultCause.IMPLAUSIBLE
    world.run("""
        20   s1 answers, s2.smoke 0  | trouble: left fault detector/s1
                          | trouble: standing degraded zone/hall
                          | trouble: left fault detector/s2/range
                          | trouble: left degraded zone/hall
        30   part path/lan recovered | trouble: left fault path/lan
                          | relay on
    """)


def test_another_configuration_is_told_once_and_the_first_one_is_not():
    first = site(S1, rule("one", "any(smoke > 3 %/m)"))
    life = Life(replace(first, fingerprint="aaaa"))
    changed = life.begin(replace(first, fingerprint="bbbb"), now=5)
    again = life.begin(replace(first, fingerprint="bbbb"), now=9)

    assert told(life.steps[0]) == told(again) == []
    assert told(changed) == ["status: configuration-changed"]


def test_a_bus_that_was_down_before_a_restart_is_a_fault_until_it_is_up():
    World(hall=site(S1, rule("one", "any(smoke > 3 %/m)"))).run("""
        0    s1.smoke 0      |
        1    bus line down   | trouble: entered fault bus/line because bus-down
                             | trouble: entered degraded zone/hall because unprotected
        5    restart         |
        6    bus line down   |
        9    bus line up     | trouble: left fault bus/line
                             | trouble: left degraded zone/hall
        20                   |
    """)


def test_latched_over_range_gas_outlives_a_restart():
    gas = site(detector("g", "gas"), rule("gas", "g.gas > 20 %LEL", GAS))
    world = World(hall=gas)

    world.run("""
        0    g.gas 150   | trouble: entered fault detector/g/range because over-range
                         | alarm: entered gas-alarm rule/gas
        1    g.gas 5     | trouble: left fault detector/g/range
        10   reboot      | alarm: standing gas-alarm rule/gas
        20               |
    """)
    assert world.life.value("g", "gas") == inf
    assert world.life.in_force()[GAS, "rule/gas"].standing
    world.run("""
        21   reset       | alarm: cleared gas-alarm rule/gas
                         | alarm: left gas-alarm rule/gas because reset by Lan
                         | alarm: reset by Lan
        30               |
    """)
    assert not [row for row in world.life.rows if row.startswith("over-range/")]


def test_a_side_that_is_dangerous_when_low_outlives_a_restart_as_low():
    low = {"gas": QuantityRange(lowest=10, highest=25, hazardous_side=HazardousSide.LOW)}
    life = Life(site(detector("o2", "gas", ranges=low)))
    life.read(1, "o2", "gas", 5.0)
    life.begin(life.definition, now=2)

    assert life.value("o2", "gas") == -inf


def test_a_latched_alarm_of_a_dropped_rule_stays_until_reset_and_all_else_of_it_goes():
    before = site(
        S1,
        S2,
        rule("latched", "s1.smoke > 3 %/m"),
        rule("warn", "s1.smoke > 3 %/m", PRE),
        rule("slow", "s1.smoke > 3 %/m", hold=600),
        outputs=[SIREN],
    )
    after = site(S2, rule("two", "s2.smoke > 3 %/m"), outputs=[SIREN])
    world = World(before=before, after=after)

    world.run("""
        0    s1.smoke 4, s2.smoke 0 | siren off
                            | alarm: entered fire-alarm rule/latched
                            | alarm: entered pre-alarm rule/warn
                            | siren on
        5    s1 fails       |
        7                   | trouble: entered fault detector/s1 because no-reply
                            | alarm: entered pre-alarm rule/slow because unknown
                            | trouble: entered degraded zone/hall because unprotected
        10   restart after  | alarm: standing fire-alarm rule/latched
                            | alarm: left pre-alarm rule/warn because configuration-changed
                            | trouble: left fault detector/s1 because configuration-changed
                            | alarm: left pre-alarm rule/slow because configuration-changed
                            | siren on
                            | trouble: left degraded zone/hall
        20   reboot         | alarm: standing fire-alarm rule/latched
                            | siren on
        30   reset          | alarm: left fire-alarm rule/latched because reset by Lan
                            | alarm: reset by Lan
                            | siren off
    """)
    assert world.life.rows == {"boot": "boot-2"}


def test_a_latched_alarm_whose_rule_raises_something_else_now_can_be_reset():
    before = site(S1, rule("smoke", "s1.smoke > 3 %/m"))
    after = site(S1, rule("smoke", "s1.smoke > 3 %/m", PRE))

    World(before=before, after=after).run("""
        0    s1.smoke 4     | alarm: entered fire-alarm rule/smoke
        5    restart after  | alarm: standing fire-alarm rule/smoke
                            | alarm: entered pre-alarm rule/smoke
        9    reset          | alarm: left fire-alarm rule/smoke because reset by Lan
                            | alarm: reset by Lan
        10   s1.smoke 0     | alarm: left pre-alarm rule/smoke
    """)


@pytest.mark.parametrize("latched_before", [True, False])
def test_a_rule_that_latches_now_or_no_longer_keeps_what_it_promised_when_it_was_entered(
    latched_before,
):
    before = site(S1, rule("smoke", "s1.smoke > 3 %/m", hold=2, latching=latched_before))
    after = site(S1, rule("smoke", "s1.smoke > 3 %/m", hold=2, latching=not latched_before))
    life = Life(before)
    for second in range(4):
        life.read(second, "s1", "smoke", 4.0)
    life.begin(after, now=4)

    life.read(5, "s1", "smoke", 0.0)
    assert ((FIRE, "rule/smoke") in life.in_force()) is latched_before
    life.read(6, "s1", "smoke", 4.0)
    assert bool(life.order(7, Act.RESET).refusals) is not latched_before
    for second in (8, 9, 10):
        life.read(second, "s1", "smoke", 4.0)
    assert life.in_force()[FIRE, "rule/smoke"].latched is not latched_before


def test_a_new_rule_over_a_detector_that_is_known_to_be_dead_degrades_its_zone_at_the_start():
    World(before=site(S1), after=site(S1, rule("smoke", "s1.smoke > 3 %/m"))).run("""
        0    s1 fails       |
        2                   | trouble: entered fault detector/s1 because no-reply
        9    restart after  | trouble: entered degraded zone/hall because unprotected
        20                  |
    """)


def test_a_detector_out_of_range_before_a_restart_is_not_lost_because_it_is_not_read_yet():
    World(hall=site(S1, S2, rule("two", "count(smoke > 3 %/m) >= 2", hold=60))).run("""
        0    s1.smoke 4, s2.smoke 25 | trouble: entered fault detector/s2/range because over-range
        10   restart                 |
        70                           | alarm: entered fire-alarm rule/two
    """)


def test_rows_that_mean_nothing_to_a_new_configuration_are_removed():
    before = site(
        S1,
        detector("g", "gas"),
        rule("slow", "s1.smoke > 3 %/m", hold=60),
        rule("warn", "g.gas > 20 %LEL", PRE),
    )
    after = site(S1, rule("slow", "s1.smoke > 3 %/m", clear="s1.smoke < 1 %/m"))
    life = Life(before)
    life.read(1, "s1", "smoke", 4.0)
    life.read(1, "g", "gas", 150.0)
    assert {"pending/slow", "over-range/g/gas"} <= set(life.rows)

    life.begin(after, now=2)

    assert life.rows == {"boot": "boot-1"}


def test_a_zone_without_rules_is_not_degraded_for_ever():
    World(before=site(S1, rule("smoke", "s1.smoke > 3 %/m")), after=site(S1)).run("""
        0    s1.smoke -1    | trouble: entered degraded zone/hall because unprotected
        1    restart after  | trouble: left degraded zone/hall because configuration-changed
    """)


GOOD_ROW = (
    '{"zone": null, "boot": "b", "at": 7, "latched": true, "standing": true, "cause": "",'
    ' "detail": "", "acknowledged": null, "silenced": false}'
)


@pytest.mark.parametrize(
    "row",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"zone": "hall"}',
        GOOD_ROW.replace("7", '"x"'),
    ],
)
def test_a_row_of_a_later_version_is_left_alone_and_harms_nothing(row):
    rows = {
        "condition/fire-alarm/rule/smoke": row,
        "condition/new-condition/rule/smoke": GOOD_ROW,
        "later/thing": row,
    }
    definition = site(S1, rule("smoke", "s1.smoke > 3 %/m"))

    engine = Engine(definition, "boot-1", rows, Instant(0))
    step = engine.start(Instant(0))

    assert (step.events, dict(step.changes)) == ((), {"boot": "boot-1"})
    assert engine.present().conditions == ()


# -- inputs that say nothing -----------------------------------------------------------------------


def test_readings_of_what_is_not_there_or_long_ago_change_nothing():
    life = Life(site(S1, rule("smoke", "s1.smoke > 3 %/m")))
    life.read(10, "s1", "smoke", 0.0)
    before = life.engine.present()

    for name, quantity, at in [
        ("s9", "smoke", 11),
        ("s1", "co", 11),
        ("s1", "smokes", 11),
        ("s1", "smoke", 9.999),
    ]:
        step = life.read(10, name, quantity, 9.0, at=at)
        assert (step.events, step.changes, step.outputs) == ((), (), ())
    assert life.fail(10, "s9").events == ()
    assert life.engine.present() == before


def test_a_reading_from_before_the_loss_does_not_bring_a_detector_back():
    life = Life(site(S1))
    life.read(1, "s1", "smoke", 0.0)
    life.fail(3, "s1", FaultCause.DEVICE_FAULT)

    life.read(3.1, "s1", "smoke", 0.0, at=2.9)

    assert life.health("s1").state is HealthState.FAULTY
    assert life.value("s1", "smoke") is None


def test_time_never_runs_backwards_whatever_is_given():
    life = Life(site(S1, rule("smoke", "s1.smoke > 3 %/m", hold=5)))
    life.read(100, "s1", "smoke", 4.0)

    life.tick(3)
    assert life.engine.present().at == seconds(100)
    assert told(life.tick(105)) == ["alarm: entered fire-alarm rule/smoke"]


@pytest.mark.parametrize("value", [nan, inf, -inf, 1e308, -1e308, 0.0])
def test_no_number_breaks_a_step(value):
    life = Life(
        site(
            S1,
            rule("now", "s1.smoke > 3 %/m"),
            rule("mean", "avg(s1.smoke, 5 s) > 3 %/m"),
            rule("rise", "rate(s1.smoke, 5 s) > 1 %/m/s"),
        )
    )

    for second in range(12):
        life.read(second, "s1", "smoke", value if second % 3 else 1.0)
        life.tick(second)

    assert life.engine.present().detectors[0].id == "s1"


# -- time and order --------------------------------------------------------------------------------


def test_the_next_tick_is_wanted_when_the_first_running_for_ends():
    life = Life(
        site(
            S1,
            rule("slow", "s1.smoke > 3 %/m", hold=9),
            rule("quick", "s1.smoke > 3 %/m", hold=4),
        )
    )

    assert life.engine.next_due() is None
    life.read(1, "s1", "smoke", 4.0)
    assert life.engine.next_due() == seconds(5)
    life.tick(5)
    assert life.engine.next_due() == seconds(10)
    life.read(6, "s1", "smoke", 0.0)
    assert life.engine.next_due() is None


def test_alarms_that_a_late_tick_finds_are_told_in_the_order_in_which_they_ran_out():
    rules = [rule(f"r{i:02}", "s1.smoke > 3 %/m", hold=1 + (i * 7) % 40) for i in range(40)]
    patient = detector("s1", "smoke", stale_after=100)
    life = Life(site(patient, *rules))
    life.read(1, "s1", "smoke", 4.0)

    step = life.tick(45)

    ran_out = sorted(range(40), key=lambda i: (i * 7) % 40)
    assert [event.source for event in step.events] == [f"rule/r{i:02}" for i in ran_out]


def a_busy_minute():
    """Live through many rules, faults and resets; give all that was told."""
    zones = ("hall", "attic", "cellar")
    heads = [detector(f"s{i}", "smoke", zone=zones[i % 3]) for i in range(9)]
    rules = [
        rule(f"r{i}", f"count(smoke > {1 + i % 5} %/m) >= 2", hold=i % 4, zone=zones[i % 3])
        for i in range(30)
    ]
    cross = [rule(f"x{zone}", "s0.smoke > 5 %/m and s1.smoke > 5 %/m", zone=zone) for zone in zones]
    life = Life(site(*heads, *rules, *cross, call_point("mcp"), outputs=[SIREN, FAULT_RELAY]))
    for second in range(60):
        for i in range(9):
            if (second + i) % 17 < 4:
                life.fail(second, f"s{i}")
            else:
                life.read(second, f"s{i}", "smoke", (second * (i + 3)) % 7)
        life.tick(second + 0.5)
        if second % 20 == 19:
            life.order(second + 0.6, Act.RESET)
    return life.steps


def test_the_same_inputs_give_the_same_steps_on_any_machine():
    """Another process hashes its strings otherwise, so sets have another order there."""
    steps = a_busy_minute()
    here = Path(__file__).parent
    elsewhere = {
        subprocess.run(
            [sys.executable, "-c", "import test_engine as t; print(repr(t.a_busy_minute()))"],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": f"{here}:{here.parents[1]}"},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }

    assert sum(len(step.events) for step in steps) > 100
    assert elsewhere == {repr(steps) + "\n"}


def test_the_present_lists_the_gravest_first_and_each_zone_its_own():
    life = Life(TWO_ZONES)
    life.read(1, "a1", "smoke", 4.0)
    life.fail(2, "s1", FaultCause.DEVICE_FAULT)

    present = life.engine.present()

    assert [each.condition for each in present.conditions] == [
        FIRE,
        Condition.FAULT,
        Condition.DEGRADED,
    ]
    assert {zone.id: zone.conditions for zone in present.zones} == {
        "hall": (Condition.FAULT, Condition.DEGRADED),
        "attic": (FIRE,),
    }
    assert dict(present.outputs) == {"siren": True, "beacon": True, "attic-siren": True}


def test_an_alarm_that_a_lost_detector_builds_up_is_raised_though_a_restart_came_between():
    blind = rule("blind", "s1.smoke > 3 %/m", hold=10, on_unknown=OnUnknown.ALARM)
    World(hall=site(detector("s1", "smoke"), blind)).run("""
        0    s1.smoke 0     |
        3    s1 fails       |
        5                   | trouble: entered fault detector/s1 because no-reply
                            | alarm: entered pre-alarm rule/blind because unknown
                            | trouble: entered degraded zone/hall because unprotected
        8    restart        | alarm: standing pre-alarm rule/blind
        18                  | alarm: left pre-alarm rule/blind
                            | alarm: entered fire-alarm rule/blind because unknown
        19   restart        | alarm: standing fire-alarm rule/blind
        20   reset          | refused: fire-alarm of rule/blind stands: its cause has not gone…
    """)


def test_what_names_a_condition_in_force_does_not_take_it_for_over_at_a_restart():
    upstairs = rule(
        "upstairs",
        "condition(cellar, fire-alarm) and s1.smoke > 3 %/m",
        Condition.PRE_ALARM,
    )
    cellar = detector("c1", "smoke", zone="cellar")
    below = rule("below", "c1.smoke > 3 %/m", zone="cellar")
    World(hall=site(detector("s1", "smoke"), cellar, below, upstairs)).run("""
        0    s1.smoke 4, c1.smoke 4 | alarm: entered fire-alarm rule/below
                                    | alarm: entered pre-alarm rule/upstairs
        5    restart                | alarm: standing fire-alarm rule/below
                                    | alarm: standing pre-alarm rule/upstairs
        9                           |
    """)


def test_unknown_counts_as_true_once_a_detector_that_was_lost_would_have_warmed_up():
    blind = rule("blind", "s1.smoke > 3 %/m", on_unknown=OnUnknown.ALARM)
    World(hall=site(detector("s1", "smoke", warm_up=20), blind)).run("""
        0    s1.smoke 0     | trouble: entered degraded zone/hall because unprotected
        3    s1 fails       |
        5                   | trouble: entered fault detector/s1 because no-reply
        20                  | alarm: entered fire-alarm rule/blind because unknown
        30   reboot         | alarm: standing fire-alarm rule/blind
        60                  |
    """)
