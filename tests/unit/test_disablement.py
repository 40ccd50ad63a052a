"""What people take out of service: seen by all, ended in time, and never a call point."""

import pytest
from scenario import FAULT_RELAY, SIREN, Life, World, call_point, detector, rule, site, told

from rules.condition import Condition
from rules.disablement import GRACE
from rules.instant import seconds
from rules.output import OutputDefinition, OutputKind
from rules.snapshot import Protection

S1, S2 = detector("s1", "smoke"), detector("s2", "smoke")
A1 = detector("a1", "smoke", zone="attic")
MCP = call_point("mcp")
FIRE = rule("fire", "any(smoke > 3 %/m)")
TWO = rule("two", "count(smoke > 3 %/m) >= 2")
ATTIC = rule("attic", "a1.smoke > 3 %/m", zone="attic")
HALL = site(S1, S2, A1, MCP, FIRE, ATTIC, outputs=[SIREN, FAULT_RELAY])
HOUR, DAY = 3600, 86_400
DISABLED = Condition.DISABLED


def test_a_disabled_detector_raises_nothing_and_its_zone_says_so():
    World(hall=HALL).run("""
        0    s1.smoke 0, s2.smoke 0, a1.smoke 0, mcp.contact 0 | siren off, relay on
        1    disable detector/s1 60 | trouble: entered disabled detector/s1 by Lan
                                    | trouble: entered degraded zone/hall because unknown
                                    | relay off
        2    s1.smoke 4             |
        3    s2.smoke 4             | alarm: entered fire-alarm rule/fire
                                    | siren on
        61                          | trouble: left disabled detector/s1 because expired by Lan
                                    | alarm: spread fire-alarm rule/fire
                                    | trouble: left degraded zone/hall
                                    | relay on
    """)


def test_a_disabled_detector_measures_on_but_is_unknown_to_the_rules():
    life = Life(HALL)
    life.read(1, "s1", "smoke", 4.0)
    life.disable(2, "detector/s1")

    (now,) = [each for each in life.engine.present().detectors if each.id == "s1"]
    assert (now.disabled, now.values) == (True, {"smoke": 4.0})
    assert life.in_force()[Condition.FIRE_ALARM, "rule/fire"].standing  # it was raised before


def test_a_disabled_voter_is_unknown_and_does_not_shrink_the_count():
    World(hall=site(S1, S2, TWO)).run("""
        0    s1.smoke 0, s2.smoke 0 |
        1    disable detector/s1    | trouble: entered disabled detector/s1 by Lan
                                    | trouble: entered degraded zone/hall because unprotected
        2    s2.smoke 4             |
        9    enable detector/s1     | trouble: left disabled detector/s1 by Lan
                                    | trouble: left degraded zone/hall
        12   s1.smoke 4             | alarm: entered fire-alarm rule/two
    """)


def test_no_disablement_hides_a_call_point():
    World(hall=HALL).run("""
        0    s1.smoke 0, s2.smoke 0, a1.smoke 0, mcp.contact 0 | siren off, relay on
        1    disable detector/mcp | refused: mcp is a manual call point: it cannot be disabled
        2    disable zone/hall    | trouble: entered disabled zone/hall by Lan
                                  | trouble: entered degraded zone/hall because unknown
                                  | relay off
        3    s1.smoke 4           |
        4    mcp.contact 1        | alarm: entered fire-alarm call-point/mcp because call-point
                                  | siren on
    """)


def test_a_disabled_zone_without_a_call_point_is_unprotected():
    life = Life(HALL)
    life.read(1, "a1", "smoke", 0.0)
    life.disable(2, "zone/attic")

    assert life.protection("attic") is Protection.UNPROTECTED
    (zone,) = [each for each in life.engine.present().zones if each.id == "attic"]
    assert zone.disabled


def test_a_disabled_output_is_silent_and_sounds_once_it_is_enabled():
    World(hall=HALL).run("""
        0    s1.smoke 0, s2.smoke 0, a1.smoke 0, mcp.contact 0 | siren off, relay on
        1    disable output/siren | trouble: entered disabled output/siren by Lan
        2    s1.smoke 4           | alarm: entered fire-alarm rule/fire
        5    enable output/siren  | trouble: left disabled output/siren by Lan
                                  | siren on
        6    disable output/relay | refused: relay is a fault relay: it cannot be disabled
        7    disable output/horn  | refused: there is no output 'horn'
    """)


def test_the_last_zone_is_disabled_only_where_the_whole_site_is_meant_and_that_is_a_fault():
    life = Life(HALL)
    life.disable(1, "zone/attic")

    assert told(life.disable(2, "zone/hall")) == [
        "refused: with it every zone would be disabled: say that the whole site is meant"
    ]
    assert "trouble: entered fault gateway/disablement because whole-site" in told(
        life.disable(3, "zone/hall", whole_site=True)
    )
    assert "trouble: left fault gateway/disablement" in told(life.enable(4, "zone/attic"))


@pytest.mark.parametrize(
    ("duration", "refused"), [(30 * DAY, False), (30 * DAY + 1, True), (0, True)]
)
def test_a_disablement_is_for_thirty_days_at_most(duration, refused):
    life = Life(HALL)

    assert bool(life.disable(1, "detector/s1", duration).refusals) is refused


def test_a_disablement_is_for_eight_hours_unless_told_otherwise():
    life = Life(HALL)
    life.disable(1, "detector/s1")

    assert life.in_force()[DISABLED, "detector/s1"].ends == seconds(1 + 8 * HOUR)
    assert life.engine.next_due() == seconds(1 + 8 * HOUR)


def test_what_is_disabled_already_is_not_disabled_for_longer_in_passing():
    life = Life(HALL)
    life.disable(1, "detector/s1", 60)

    assert told(life.disable(31, "detector/s1", HOUR)) == [
        "refused: detector/s1 is disabled already, for another 30 s"
    ]
    assert told(life.enable(32, "detector/s2")) == [
        "refused: detector/s2 is not disabled by itself"
    ]


def test_a_disablement_is_told_every_day():
    life = Life(HALL)
    life.disable(0, "detector/s1", 3 * DAY)
    days = [
        day
        for day in range(4)
        for hour in range(24)
        if "trouble: standing disabled detector/s1 by Lan"
        in told(life.tick(day * DAY + hour * HOUR + 1))
    ]

    assert days == [1, 2]


def test_a_disablement_outlives_a_restart_and_ends_when_it_was_to_end():
    World(hall=HALL).run("""
        0    s1.smoke 0, s2.smoke 0, a1.smoke 0, mcp.contact 0 | siren off, relay on
        1    disable detector/s1 60 | trouble: entered disabled detector/s1 by Lan
                                    | trouble: entered degraded zone/hall because unknown
                                    | relay off
        30   restart                | trouble: standing disabled detector/s1 by Lan
                                    | siren off
                                    | relay off
        61                          | trouble: left disabled detector/s1 because expired by Lan
                                    | trouble: left degraded zone/hall
                                    | relay on
    """)


def test_over_a_reboot_the_wall_clock_says_when_a_disablement_ends():
    life = Life(HALL)
    life.wall(0, 1_000_000)
    life.disable(0, "detector/s1", HOUR)
    life.begin(HALL, boot="boot-2", now=5)

    life.wall(6, 1_000_000 + 1800)

    assert life.in_force()[DISABLED, "detector/s1"].ends == seconds(6 + 1800)
    life.wall(7, 1_000_000)  # the wall clock jumps back: that changes no end any more
    assert life.in_force()[DISABLED, "detector/s1"].ends == seconds(6 + 1800)


def test_over_a_reboot_a_disablement_that_has_run_out_ends_as_soon_as_that_is_known():
    life = Life(HALL)
    life.wall(0, 1_000_000)
    life.disable(0, "detector/s1", HOUR)
    life.begin(HALL, boot="boot-2", now=5)

    assert "trouble: left disabled detector/s1 because expired by Lan" in told(
        life.wall(6, 1_000_000 + HOUR, known=False)  # not known, but no earlier than that
    )


def test_over_a_reboot_and_a_restart_the_wall_clock_still_says_when_a_disablement_ends():
    life = Life(HALL)
    life.wall(0, 1_000_000)
    life.disable(0, "detector/s1", HOUR)
    life.begin(HALL, boot="boot-2", now=5)
    life.begin(HALL, now=10)

    assert "trouble: left disabled detector/s1 because expired by Lan" in told(
        life.wall(11, 1_000_000 + HOUR)
    )


def test_over_a_reboot_a_wrong_wall_clock_makes_a_disablement_no_longer_than_any_may_be():
    life = Life(HALL)
    life.wall(0, 2_000_000_000)
    life.disable(0, "detector/s1", HOUR)
    life.begin(HALL, boot="boot-2", now=5)

    life.wall(6, 1_000_000_000)

    assert life.in_force()[DISABLED, "detector/s1"].ends == seconds(6 + 30 * DAY)


def test_what_ran_out_while_the_gateway_was_away_is_over_from_the_start():
    life = Life(HALL)
    life.disable(0, "output/siren", 60)
    life.read(1, "s1", "smoke", 4.0)

    assert "siren on" in told(life.begin(HALL, now=61))


def test_over_a_reboot_with_an_unknown_clock_a_disablement_stands_for_a_grace_only():
    life = Life(HALL)
    life.disable(0, "detector/s1", 8 * HOUR)
    life.begin(HALL, boot="boot-2", now=5)

    assert life.in_force()[DISABLED, "detector/s1"].ends == seconds(5) + GRACE


def test_a_disablement_of_what_the_configuration_no_longer_has_ends():
    life = Life(HALL)
    life.disable(0, "detector/s2")
    step = life.begin(site(S1, FIRE), now=5)

    assert "trouble: left disabled detector/s2 because configuration-changed by Lan" in told(step)


# -- outputs that wait -----------------------------------------------------------------------------

LATE = OutputDefinition(id="siren", kind=OutputKind.SIREN, delay=seconds(30))
TYPE_C = OutputDefinition(id="siren", kind=OutputKind.SIREN, coincidence=2)


def test_an_output_with_a_delay_waits_and_that_stands_as_a_disablement():
    World(hall=site(S1, MCP, FIRE, outputs=[LATE])).run("""
        0    s1.smoke 0, mcp.contact 0 | trouble: entered disabled output/siren/delay because delay
                                       | siren off
        5    s1.smoke 4     | alarm: entered fire-alarm rule/fire
        35                  | siren on
        40   restart        | trouble: standing disabled output/siren/delay
                            | alarm: standing fire-alarm rule/fire
                            | siren on
    """)


def test_the_delay_of_an_output_is_the_configuration_s_and_nobody_enables_it_away():
    life = Life(site(S1, FIRE, outputs=[LATE]))

    assert told(life.enable(1, "output/siren/delay")) == [
        "refused: there is no output 'siren/delay'"
    ]
    assert (DISABLED, "output/siren/delay") in life.in_force()


def test_a_reading_that_comes_late_does_not_take_a_siren_back():
    life = Life(site(S1, S2, FIRE, outputs=[LATE]))
    life.read(1, "s1", "smoke", 4.0)
    assert told(life.tick(31)) == ["siren on"]

    assert told(life.read(31.02, "s2", "smoke", 4.0, at=30.98)) == [
        "alarm: spread fire-alarm rule/fire"
    ]


def test_a_call_point_waits_for_no_delay_and_no_second_detector():
    both = OutputDefinition(id="siren", kind=OutputKind.SIREN, delay=seconds(30), coincidence=3)
    World(hall=site(S1, MCP, FIRE, outputs=[both])).run("""
        0    s1.smoke 0, mcp.contact 0 | trouble: entered disabled output/siren/delay because delay
                                       | siren off
        5    mcp.contact 1  | alarm: entered fire-alarm call-point/mcp because call-point
                            | siren on
    """)


def test_an_alarm_that_is_silenced_within_the_delay_does_not_sound():
    World(hall=site(S1, FIRE, outputs=[LATE])).run("""
        0    s1.smoke 0     | trouble: entered disabled output/siren/delay because delay
                            | siren off
        5    s1.smoke 4     | alarm: entered fire-alarm rule/fire
        20   silence        | alarm: silenced fire-alarm rule/fire by Lan
        60                  |
    """)


def test_with_a_coincidence_of_two_the_alarm_is_told_at_once_and_the_siren_waits_for_the_second():
    World(hall=site(S1, S2, FIRE, outputs=[TYPE_C])).run("""
        0    s1.smoke 0, s2.smoke 0 | siren off
        5    s1.smoke 4     | alarm: entered fire-alarm rule/fire
        9    silence        | alarm: silenced fire-alarm rule/fire by Lan
        12   s2.smoke 4     | alarm: spread fire-alarm rule/fire
                            | siren on
    """)


def test_a_further_detector_under_one_rule_sounds_again_and_is_told():
    World(hall=site(S1, S2, FIRE, outputs=[SIREN])).run("""
        0    s1.smoke 4, s2.smoke 0 | siren off
                            | alarm: entered fire-alarm rule/fire
                            | siren on
        5    acknowledge    | alarm: acknowledged fire-alarm rule/fire by Lan
        6    silence        | alarm: silenced fire-alarm rule/fire by Lan
                            | siren off
        12   s2.smoke 4     | alarm: spread fire-alarm rule/fire
                            | siren on
        13   s1.smoke 0     |
        14   s1.smoke 4     |
        20                  |
    """)


def test_the_detector_that_brings_a_cleared_alarm_back_counts_at_once_and_is_told_once():
    World(hall=site(S1, S2, FIRE, outputs=[TYPE_C])).run("""
        0    s1.smoke 0, s2.smoke 0 | siren off
        5    s1.smoke 4     | alarm: entered fire-alarm rule/fire
        7    s1.smoke 0     | alarm: cleared fire-alarm rule/fire
        9    s2.smoke 4     | alarm: standing fire-alarm rule/fire
                            | siren on
        9.5  silence        | alarm: silenced fire-alarm rule/fire by Lan
                            | siren off
        20                  |
    """)
