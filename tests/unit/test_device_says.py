"""What a device says of itself, and a contact that goes on and off: faults that stand at once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scenario import Act, Life, World, detector, rule, site

from rules.chatter import MOST_COMINGS, WITHIN, Chatter
from rules.condition import Condition
from rules.event import ConditionEvent
from rules.health import HealthState
from rules.instant import Instant, seconds
from rules.protection import Protection
from rules.reading import FaultCause
from rules.site import OnUnknown

pytestmark = pytest.mark.unmeasured  # hours of chatter

GAS = detector("g1", "gas", warm_up=30)
LEAK = rule("leak", "g1.gas > 40 %LEL", Condition.GAS_ALARM)
CONTACT = detector("d1", "contact")
FAULT = (Condition.FAULT, "detector/d1/chatter")


@pytest.mark.parametrize("cause", [FaultCause.INHIBITED, FaultCause.HEARTBEAT])
def test_16_and_17_what_a_device_says_of_itself_is_a_fault_with_its_first_answer(cause):
    life = Life(site(detector("g1", "gas"), LEAK))
    life.read(1, "g1", "gas", 50.0)
    life.fail(2, "g1", cause)

    assert life.in_force()[Condition.FAULT, "detector/g1"].cause == cause
    assert life.value("g1", "gas") is None


def test_16_a_frozen_value_behind_an_inhibit_raises_nothing():
    World(site=site(detector("g1", "gas"), LEAK)).run(
        """
        1   g1.gas 0             |
        5   g1 fails inhibited   | trouble: entered fault detector/g1 because inhibited
                                 | trouble: entered degraded zone/hall because unprotected
        90                       |
        100 g1 answers           | trouble: left fault detector/g1
                                 | trouble: left degraded zone/hall
        """
    )


def test_a_device_that_says_it_warms_up_is_no_fault_and_is_not_believed():
    life = Life(site(GAS, LEAK))
    life.fail(1, "g1", FaultCause.WARMING_UP)

    assert life.health("g1").state is HealthState.WARMING_UP
    assert life.value("g1", "gas") is None
    assert (Condition.FAULT, "detector/g1") not in life.in_force()


def test_a_device_that_has_warmed_up_by_its_own_word_is_believed_at_once():
    life = Life(site(GAS, LEAK))
    life.fail(100, "g1", FaultCause.WARMING_UP)
    life.read(101, "g1", "gas", 50.0)

    assert (Condition.GAS_ALARM, "rule/leak") in life.in_force()


def test_what_was_known_before_it_warms_up_is_known_no_more():
    life = Life(site(detector("g1", "gas"), LEAK))
    life.read(1, "g1", "gas", 20.0)
    life.fail(2, "g1", FaultCause.WARMING_UP)

    assert life.value("g1", "gas") is None


def test_a_device_that_warms_up_is_not_lost_to_a_rule_that_alarms_where_it_is_lost():
    alarming = rule("leak", "g1.gas > 40 %LEL", Condition.GAS_ALARM, on_unknown=OnUnknown.ALARM)
    life = Life(site(detector("g1", "gas"), alarming))
    life.read(1, "g1", "gas", 0.0)
    for second in range(2, 60):
        life.fail(second, "g1", FaultCause.WARMING_UP)
        life.tick(second)

    assert (Condition.GAS_ALARM, "rule/leak") not in life.in_force()


def test_a_device_that_will_not_get_warm_is_a_fault_after_ten_minutes():
    life = Life(site(detector("g1", "gas"), LEAK))
    life.fail(0, "g1", FaultCause.WARMING_UP)
    for second in range(1, 600):
        life.fail(second, "g1", FaultCause.WARMING_UP)
        assert (Condition.FAULT, "detector/g1") not in life.in_force(), second
    life.fail(600, "g1", FaultCause.WARMING_UP)

    assert life.in_force()[Condition.FAULT, "detector/g1"].cause == FaultCause.WARMING_UP
    life.read(601, "g1", "gas", 0.0)
    assert (Condition.FAULT, "detector/g1") not in life.in_force()


WARNED = (Condition.FAULT, "detector/g1/warning")


def warned(life, second, value):
    """A poll that gives a warning and a value."""
    life.fail(second, "g1", FaultCause.DEVICE_WARNING)
    life.read(second, "g1", "gas", value)


def test_a_device_that_wants_attention_is_a_fault_and_its_values_count():
    life = Life(site(detector("g1", "gas"), LEAK))
    warned(life, 1, 20.0)

    assert life.in_force()[WARNED].cause == FaultCause.DEVICE_WARNING
    assert life.value("g1", "gas") == 20.0
    assert life.protection("hall") is Protection.FULL


def test_an_alarm_that_comes_with_a_warning_is_an_alarm():
    life = Life(site(detector("g1", "gas"), LEAK))
    warned(life, 1, 50.0)

    assert (Condition.GAS_ALARM, "rule/leak") in life.in_force()


def test_a_warning_is_over_with_the_first_answer_without_it():
    life = Life(site(detector("g1", "gas"), LEAK))
    for second in range(1, 30):
        warned(life, second, 20.0)
        assert WARNED in life.in_force(), second
    life.read(30, "g1", "gas", 20.0)

    assert WARNED not in life.in_force()


def test_a_warning_however_often_it_comes_is_no_loss_of_the_detector():
    life = Life(site(detector("g1", "gas"), LEAK))
    for second in range(1, 30):
        warned(life, second, 20.0)
        life.tick(second)

    assert (Condition.FAULT, "detector/g1") not in life.in_force()


def test_a_warning_outlives_a_restart_and_is_over_after_it():
    life = Life(site(detector("g1", "gas"), LEAK))
    warned(life, 1, 20.0)
    life.begin(life.definition, now=5)
    assert WARNED in life.in_force()
    warned(life, 6, 20.0)
    assert WARNED in life.in_force()
    life.read(7, "g1", "gas", 20.0)

    assert WARNED not in life.in_force()


def toggled(life, period_s, until_s, step_s=0.25):
    """Let d1 go on and off evenly; give the events with their seconds."""
    told = []
    at = 1.0
    while at < until_s:
        active = (at - 1.0) % period_s < period_s / 2
        for step in (life.read(at, "d1", "contact", float(active)), life.tick(at)):
            told += [(at, each) for each in step.events if isinstance(each, ConditionEvent)]
        at += step_s
    return told


@pytest.mark.parametrize("latching", [True, False])
@pytest.mark.parametrize("period_s", [0.5, 1, 3, 6, 12, 20, 30, 41, 45])
def test_43_a_contact_that_chatters_sends_its_first_alarm_and_no_storm(period_s, latching):
    life = Life(site(CONTACT, rule("fire", "d1.contact", latching=latching)))
    told = toggled(life, period_s, 600)

    assert (told[0][0], told[0][1].condition) == (1.0, Condition.FIRE_ALARM)
    for start in range(1, 541, 7):
        within = [each for at, each in told if start <= at < start + 60]
        assert len(within) <= 6, (start, within)


def test_43_a_contact_that_becomes_active_twenty_times_a_minute_is_a_fault():
    life = Life(site(CONTACT, rule("fire", "d1.contact")))
    told = toggled(life, 3, 60)

    assert [each.cause for _, each in told if each.condition is Condition.FAULT] == ["chatter"]
    assert life.in_force()[FAULT].detail == "contact: became active 7 times in 18 s"
    for second in range(60, 122):
        life.read(second, "d1", "contact", 0.0)
    assert FAULT not in life.in_force()


def test_a_contact_that_becomes_active_six_times_a_minute_is_none():
    life = Life(site(CONTACT, rule("fire", "d1.contact")))
    toggled(life, 10, 300)

    assert FAULT not in life.in_force()


def test_chatter_outlives_a_restart():
    life = Life(site(CONTACT, rule("fire", "d1.contact")))
    toggled(life, 3, 60)
    life.begin(life.definition, now=60)
    life.read(61, "d1", "contact", 0.0)

    assert FAULT in life.in_force()
    life.read(62 + 60, "d1", "contact", 0.0)
    assert FAULT not in life.in_force()


def test_the_alarm_of_a_flapping_cause_can_be_reset_once_the_cause_has_lingered():
    life = Life(site(CONTACT, rule("fire", "d1.contact")))
    for second in range(8):
        life.read(second, "d1", "contact", float(second % 2))
    life.read(8, "d1", "contact", 0.0)
    life.order(10, Act.RESET)
    assert (Condition.FIRE_ALARM, "rule/fire") in life.in_force()
    life.tick(28)
    life.order(29, Act.RESET)

    assert (Condition.FIRE_ALARM, "rule/fire") not in life.in_force()


@given(st.lists(st.tuples(st.integers(1, 40), st.booleans()), max_size=60))
def test_a_contact_chatters_where_it_came_seven_times_within_a_minute_until_it_rested_for_one(
    changes,
):
    chatter = Chatter()
    now, level, heard, comings = 0, None, [], []
    for gap, active in changes:
        now += gap
        if active and level is not True:
            comings.append(now)
        level = active
        heard.append((now, active))
        chatter.take(float(active), Instant(seconds(now)))

        assert bool(chatter.detail) is chatters(heard, comings), heard


def chatters(heard, comings):
    """By definition: replayed from the start, second by second."""
    on, last_change, previous = False, None, None
    for now, active in heard:
        if active is not previous:
            previous, last_change = active, now
            recent = [each for each in comings if now - WITHIN / 1e9 < each <= now]
            on = on or (active and len(recent) > MOST_COMINGS)
        elif now - last_change >= WITHIN / 1e9:
            on = False
    return on
