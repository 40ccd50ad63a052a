"""States of points, zones and the gateway: what latches, what ends by itself, who may what."""

from pathlib import Path

import pytest
from scenario import (
    AUTHOR,
    FAULT_RELAY,
    RANGES,
    SIREN,
    Life,
    World,
    call_point,
    detector,
    rule,
    site,
    told,
)

from gateway.messages.state import GRAVITY
from rules.condition import LANE_OF_CONDITION, Condition, Lane, Mode
from rules.event import Change, ConditionEvent, Notice
from rules.health import HealthState
from rules.instant import seconds
from rules.operator import Act
from rules.profile import CurrentLoop, DetectorKind, QuantityRange
from rules.reading import BusDown, FaultCause
from rules.snapshot import Protection
from rules.supervision import KIND_OF

ROOT = Path(__file__).resolve().parents[2]
FIRE, PRE = Condition.FIRE_ALARM, Condition.PRE_ALARM
HOUR = 3600
S1, A1 = detector("s1", "smoke"), detector("a1", "smoke", zone="attic")
HALL_FIRE = rule("fire", "s1.smoke > 3 %/m")
ATTIC_FIRE = rule("attic", "a1.smoke > 3 %/m", zone="attic")
ONE = site(S1, HALL_FIRE, outputs=[SIREN, FAULT_RELAY])
TWO = site(S1, A1, HALL_FIRE, ATTIC_FIRE, outputs=[SIREN, FAULT_RELAY])
ENTERED = "alarm: entered fire-alarm rule/fire"
CLEARED = "alarm: cleared fire-alarm rule/fire"


# -- a point ---------------------------------------------------------------------------------------


def test_a_point_goes_from_unknown_over_warm_up_to_normal_pre_alarm_latched_alarm_and_restored():
    life = Life(
        site(
            detector("s1", "smoke", warm_up=30),
            rule("warn", "s1.smoke > 1 %/m", PRE),
            rule("fire", "s1.smoke > 3 %/m"),
        )
    )
    assert (life.health("s1").state, life.value("s1", "smoke")) == (HealthState.STARTING, None)
    life.read(1, "s1", "smoke", 9.0)
    assert (life.health("s1").state, life.value("s1", "smoke")) == (HealthState.WARMING_UP, None)
    life.read(31, "s1", "smoke", 0.0)
    assert (life.health("s1").state, life.value("s1", "smoke")) == (HealthState.OK, 0.0)
    assert told(life.read(40, "s1", "smoke", 2.0)) == ["alarm: entered pre-alarm rule/warn"]
    assert told(life.read(41, "s1", "smoke", 4.0)) == [ENTERED]
    assert told(life.read(50, "s1", "smoke", 0.0)) == ["alarm: left pre-alarm rule/warn", CLEARED]
    assert life.in_force()[FIRE, "rule/fire"].latched
    life.order(60, Act.RESET)
    assert life.in_force() == {}


def test_fault_disablement_test_and_alarm_of_one_zone_stand_side_by_side():
    life = Life(site(S1, detector("s2", "smoke"), call_point("mcp"), A1, HALL_FIRE, ATTIC_FIRE))
    life.begin_test(1, "hall")
    for second in (2, 3, 4):
        life.fail(second, "s1")
    life.disable(5, "detector/s1", HOUR)
    life.read(6, "s1", "smoke", 0.0)
    for second in (7, 8, 9):
        life.fail(second, "s1")
    (zone, _) = life.engine.present().zones
    (one, *_) = life.engine.present().detectors

    assert (one.disabled, one.health.state) == (True, HealthState.FAULTY)
    assert (zone.under_test, zone.disabled) == (True, False)
    assert {Condition.FAULT, Condition.DISABLED, Condition.TEST} <= {
        condition for condition, _ in life.in_force()
    }
    life.read(10, "mcp", "contact", 1.0)
    assert (FIRE, "call-point/mcp") in life.in_force()
    assert (Condition.FAULT, "detector/s1") in life.in_force()


def test_a_disablement_says_by_whom_why_and_until_when():
    life = Life(TWO)
    life.disable(5, "detector/s1", HOUR, reason="welding")

    stands = life.in_force()[Condition.DISABLED, "detector/s1"]
    assert (stands.author, stands.detail, stands.ends) == (AUTHOR, "welding", seconds(5 + HOUR))


# -- a fault is never normal -----------------------------------------------------------------------

REPLIES = [
    cause
    for cause in KIND_OF
    if KIND_OF[cause] is KIND_OF[FaultCause.NO_REPLY] and cause is not FaultCause.WARMING_UP
]


@pytest.mark.parametrize("cause", REPLIES)
def test_a_detector_at_fault_has_no_value_and_its_zone_is_not_called_protected(cause):
    life = Life(ONE)
    life.read(1, "s1", "smoke", 0.0)
    for second in (2, 3, 4):
        life.fail(second, "s1", cause)

    assert life.health("s1").state is HealthState.FAULTY
    assert life.value("s1", "smoke") is None
    assert life.protection("hall") is Protection.UNPROTECTED
    assert not life.engine.present().outputs["relay"]


def test_every_word_of_a_fault_is_one_of_a_kind_that_is_entered_and_left():
    wanted = {
        "open-circuit",
        "short-circuit",
        "no-reply",
        "stale",
        "loop-low",
        "over-range",
        "implausible",
        "device-fault",
        "loop-undefined",
    }

    assert wanted <= {str(cause) for cause in KIND_OF}
    assert set(FaultCause) - set(KIND_OF) == {FaultCause.BUS_DOWN}  # a fault of the bus


def loop_fails(life):
    life.read(12, "g", "gas", 21.2)


def no_reply(life):
    for second in (12, 13, 14):
        life.fail(second, "g")


def bus_down(life):
    life.step(12, BusDown("line", "gone", seconds(12)))


def silence(life):
    for second in range(12, 40):
        life.tick(second)


@pytest.mark.parametrize("lost", [loop_fails, no_reply, bus_down, silence])
@pytest.mark.parametrize("cause_stands", [True, False])
def test_no_loss_of_a_detector_clears_an_alarm(lost, cause_stands):
    limits = {**RANGES, "gas": QuantityRange(lowest=0, highest=100, current_loop=CurrentLoop())}
    gas = detector("g", "gas", kind=DetectorKind.GAS, ranges=limits)
    life = Life(site(gas, rule("fire", "g.gas > 20 %LEL")))
    life.read(10, "g", "gas", 12.0)
    if not cause_stands:
        life.read(11, "g", "gas", 4.0)
    before = life.in_force()[FIRE, "rule/fire"]

    lost(life)

    assert any(condition is Condition.FAULT for condition, _ in life.in_force())
    assert life.in_force()[FIRE, "rule/fire"] == before


def test_the_fault_of_one_detector_degrades_no_zone_but_those_whose_rules_name_it():
    life = Life(TWO)
    life.read(1, "s1", "smoke", 0.0)
    life.read(1, "a1", "smoke", 0.0)
    for second in (2, 3, 4):
        life.fail(second, "s1")
        life.read(second, "a1", "smoke", 0.0)

    assert life.protection("hall") is Protection.UNPROTECTED
    assert life.protection("attic") is Protection.FULL
    step = life.read(5, "a1", "smoke", 4.0)
    assert told(step) == ["alarm: entered fire-alarm rule/attic", "siren on"]


def test_the_fault_relay_is_energised_only_while_nothing_is_at_fault():
    World(hall=ONE).run("""
        0   s1.smoke 0  | siren off, relay on
        1   s1 fails    |
        3               | trouble: entered fault detector/s1 because no-reply
                        | trouble: entered degraded zone/hall because unprotected
                        | relay off
        9   s1 answers  | trouble: left fault detector/s1
                        | trouble: left degraded zone/hall
                        | relay on
    """)


# -- conditions, their precedence and lanes --------------------------------------------------------


def test_the_conditions_of_a_fire_panel_are_all_there_and_ordered_by_gravity():
    told_by_gravity = [
        Condition.FIRE_ALARM,
        Condition.GAS_ALARM,
        Condition.PRE_ALARM,
        Condition.SUPERVISORY,
        Condition.FAULT,
        Condition.DEGRADED,
        Condition.DISABLED,
        Condition.TEST,
    ]

    assert sorted(Condition, key=GRAVITY.__getitem__) == told_by_gravity
    assert [LANE_OF_CONDITION[each] for each in told_by_gravity] == (
        [Lane.ALARM] * 3 + [Lane.TROUBLE] * 5
    )
    assert list(Lane) == [Lane.ALARM, Lane.TROUBLE, Lane.STATUS]


def test_the_present_lists_every_condition_of_a_zone_gravest_first():
    raised = [
        rule(each, f"s1.smoke > {level} %/m", each)
        for level, each in enumerate([Condition.SUPERVISORY, PRE, Condition.GAS_ALARM, FIRE], 1)
    ]
    life = Life(site(S1, A1, *raised, ATTIC_FIRE))
    life.read(1, "s1", "smoke", 9.0)
    life.disable(2, "detector/s1")

    (hall, _) = life.engine.present().zones
    assert hall.conditions == (
        FIRE,
        Condition.GAS_ALARM,
        PRE,
        Condition.SUPERVISORY,
        Condition.DEGRADED,
        Condition.DISABLED,
    )


def test_the_loss_of_mains_is_told_with_the_reading_that_shows_it():
    mains = detector("mains", "contact", kind=DetectorKind.SUPERVISED_EQUIPMENT)
    life = Life(site(S1, mains, HALL_FIRE, rule("mains", "mains.contact", Condition.FAULT)))

    step = life.read(7, "mains", "contact", 1.0)

    assert told(step) == ["trouble: entered fault rule/mains"]
    assert step.events[0].at == seconds(7)


# -- latching and incidents ------------------------------------------------------------------------


def test_an_alarm_stays_after_its_cause_has_gone_until_a_person_resets_it():
    World(hall=ONE).run("""
        0     s1.smoke 0   | siren off, relay on
        5     s1.smoke 4   | alarm: entered fire-alarm rule/fire
                           | siren on
        9     s1.smoke 0   | alarm: cleared fire-alarm rule/fire
        900                |
        901   reset        | alarm: left fire-alarm rule/fire because reset by Lan
                           | alarm: reset by Lan
                           | siren off
    """)


def test_a_second_alarm_of_a_point_while_the_first_is_latched_is_the_same_incident():
    life = Life(ONE)
    first = life.read(5, "s1", "smoke", 4.0).events[0]
    life.read(6, "s1", "smoke", 0.0)
    (second,) = life.read(8, "s1", "smoke", 4.0).events

    assert (second.change, second.incident) == (Change.STANDING, first.incident)
    assert [each for each in life.in_force() if each[0] is FIRE] == [(FIRE, "rule/fire")]


# -- out of service --------------------------------------------------------------------------------


def test_29_a_disabled_point_that_triggers_is_measured_and_raises_nothing():
    life = Life(TWO)
    life.disable(1, "detector/s1")

    assert told(life.read(2, "s1", "smoke", 4.0)) == []
    assert life.value("s1", "smoke") == 4.0


def test_29_a_point_under_test_that_triggers_is_told_as_a_test_and_never_as_an_alarm():
    life = Life(TWO)
    life.begin_test(1, "hall")
    life.read(2, "s1", "smoke", 4.0)
    life.read(3, "s1", "smoke", 0.0)
    events = [event for step in life.steps[-2:] for event in step.events]

    assert {(event.lane, event.mode) for event in events} == {(Lane.STATUS, Mode.TEST)}
    assert [event.change for event in events if isinstance(event, ConditionEvent)] == [
        Change.ENTERED,
        Change.LEFT,
    ]


def test_30_a_test_is_over_after_two_hours_and_that_is_told():
    life = Life(TWO)
    life.begin_test(1, "hall")

    life.read(2 * HOUR, "s1", "smoke", 0.0)
    life.read(2 * HOUR, "a1", "smoke", 0.0)

    assert told(life.tick(2 * HOUR)) == []
    assert told(life.tick(2 * HOUR + 1)) == ["trouble: left test zone/hall because expired by Lan"]
    assert ENTERED in told(life.read(2 * HOUR + 2, "s1", "smoke", 4.0))


# -- who did it ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "act",
    [
        lambda life: life.order(10, Act.ACKNOWLEDGE),
        lambda life: life.order(10, Act.SILENCE),
        lambda life: life.order(10, Act.RESET),
        lambda life: life.disable(10, "detector/a1"),
        lambda life: life.enable(10, "output/siren"),
        lambda life: life.begin_test(10, "attic"),
        lambda life: life.end_test(10, "store"),
    ],
    ids=["acknowledge", "silence", "reset", "disable", "enable", "test", "end of a test"],
)
def test_every_act_at_the_gateway_is_an_event_that_names_the_person(act):
    store = detector("b1", "smoke", zone="store")
    store_fire = rule("store", "b1.smoke > 3 %/m", zone="store")
    life = Life(site(S1, A1, store, HALL_FIRE, ATTIC_FIRE, store_fire, outputs=[SIREN]))
    life.disable(1, "output/siren")
    life.begin_test(2, "store")
    life.read(3, "s1", "smoke", 4.0)
    life.read(4, "s1", "smoke", 0.0)

    step = act(life)

    assert not step.refusals
    assert AUTHOR in {event.author for event in step.events}


@pytest.mark.parametrize("notice", Notice)
def test_each_notice_that_the_contract_promises_is_made_by_something(notice):
    sources = (*(ROOT / "rules").rglob("*.py"), *(ROOT / "gateway").rglob("*.py"))

    assert [
        file
        for file in sources
        if "contract" not in str(file.relative_to(ROOT)) and file.name != "contact_id.py"
        if f"notice = Notice.{notice.name}" in file.read_text().replace("notice=N", "notice = N")
    ]
