"""The health of a detector: what is a fault, when, and what of its readings can be believed."""

from math import inf, nan

import pytest
from scenario import FAULT_RELAY, RANGES, Life, World, call_point, detector, rule, site

from rules.condition import Condition
from rules.health import HealthState
from rules.instant import Instant, seconds
from rules.operator import Act
from rules.profile import HazardousSide, QuantityRange
from rules.reading import FaultCause
from rules.supervision import DetectorSupervision, FaultChange, FaultKind

REPLY, RANGE = FaultKind.REPLY, FaultKind.RANGE


def supervised(*quantities, warming=False, started=0, **more):
    definition = detector("d", *(quantities or ("smoke",)), **more)
    return DetectorSupervision(definition, started=at(started), warming=warming)


def at(second):
    return Instant(seconds(second))


def fail(detector, second, cause=FaultCause.NO_REPLY):
    return detector.failed(cause, "no luck", at(second))


def read(detector, quantity, value):
    """Take a reading; give what is believed of it and the one change that it makes, if any."""
    found, changes = detector.measured(quantity, value, at(1))
    assert len(changes) <= 1
    return found, changes[0] if changes else None


def cause_of(change):
    return None if change is None else change.cause


# -- replies ---------------------------------------------------------------------------------------


def test_the_third_failure_in_a_row_is_a_fault_and_the_fourth_is_no_news():
    smoke = supervised()

    changes = [cause_of(fail(smoke, second)) for second in (1, 2, 3, 4)]

    assert changes == [None, None, FaultCause.NO_REPLY, None]


def test_an_answer_between_failures_starts_the_count_anew():
    smoke = supervised()

    for second in range(1, 60, 3):
        assert fail(smoke, second) is None
        assert fail(smoke, second + 1) is None
        assert smoke.answered(at(second + 2)) is None


@pytest.mark.parametrize(
    ("second", "cause"), [(9.999_999_999, None), (10, FaultCause.BAD_CHECKSUM)]
)
def test_two_failures_are_a_fault_when_nothing_good_came_for_ten_seconds(second, cause):
    slow = supervised(every=30, stale_after=90)
    assert fail(slow, 5) is None

    assert cause_of(fail(slow, second, FaultCause.BAD_CHECKSUM)) is cause


@pytest.mark.parametrize("second", [10, 30, 89])
def test_one_failure_after_a_pause_is_no_fault(second):
    paused = supervised(every=30, stale_after=90)

    assert fail(paused, second) is None
    assert paused.answered(at(second + 1)) is None


def test_no_silence_lasts_so_long_that_it_is_told_after_a_hundred_seconds():
    slow = supervised(every=30, stale_after=1000)

    assert slow.tick(Instant(at(95) - 1)) is None
    assert cause_of(slow.tick(at(95))) is FaultCause.STALE


def test_a_silence_with_failed_attempts_in_it_is_told_by_the_newest_of_them():
    slow = supervised(every=30, stale_after=90)
    fail(slow, 40, FaultCause.BAD_REPLY)

    assert slow.tick(at(90)) == FaultChange(
        REPLY, FaultCause.BAD_REPLY, "no luck; no good answer for 90 s"
    )


def test_the_health_tells_the_newest_cause_and_the_fault_is_entered_once():
    smoke = supervised()
    changes = [fail(smoke, second) for second in (1, 2, 3)]
    changes += [smoke.failed(FaultCause.DEVICE_FAULT, "lens dirty", at(4))]

    assert [cause_of(change) for change in changes if change] == [FaultCause.NO_REPLY]
    assert smoke.health(at(4)).cause is FaultCause.DEVICE_FAULT
    assert smoke.health(at(4)).detail == "lens dirty"
    assert smoke.tick(at(50)) is None
    assert smoke.health(at(50)).cause is FaultCause.DEVICE_FAULT


def test_what_the_device_says_of_itself_is_a_fault_at_once():
    assert cause_of(fail(supervised(), 1, FaultCause.DEVICE_FAULT)) is FaultCause.DEVICE_FAULT


def test_a_good_answer_ends_the_fault_once():
    smoke = supervised()
    for second in (1, 2, 3):
        fail(smoke, second)

    assert smoke.answered(at(4)) == FaultChange(REPLY, None, "")
    assert smoke.answered(at(5)) is None
    assert smoke.health(at(5)).state is HealthState.OK


def test_silence_is_a_fault_at_the_nanosecond_when_the_last_value_is_stale():
    smoke = supervised(stale_after=7)
    smoke.answered(at(100))

    assert smoke.tick(Instant(at(107) - 1)) is None
    assert cause_of(smoke.tick(at(107))) is FaultCause.STALE
    assert smoke.tick(at(200)) is None
    assert smoke.health(at(200)).detail == "nothing heard for 7 s"


def test_a_detector_that_never_answers_is_starting_until_it_is_stale():
    smoke = supervised(stale_after=7)

    assert smoke.health(at(6)).state is HealthState.STARTING
    smoke.tick(at(7))
    assert smoke.health(at(7)).state is HealthState.FAULTY


def test_a_bus_that_is_down_makes_no_detector_stale_and_gives_each_its_time_anew():
    smoke = supervised(stale_after=7)
    smoke.answered(at(1))

    smoke.bus_went(down=True, at=at(2))
    assert smoke.health(at(3)).cause is FaultCause.BUS_DOWN
    assert smoke.tick(at(1000)) is None
    smoke.bus_went(down=False, at=at(1000))
    assert smoke.health(at(1001)).state is HealthState.STARTING
    assert smoke.tick(Instant(at(1007) - 1)) is None
    assert cause_of(smoke.tick(at(1007))) is FaultCause.STALE


def test_attempts_that_fail_while_the_bus_is_down_are_no_fault_of_the_detector():
    smoke = supervised()
    smoke.answered(at(1))

    smoke.bus_went(down=True, at=at(2))
    assert [fail(smoke, second) for second in range(3, 30)] == [None] * 27
    smoke.bus_went(down=False, at=at(30))
    assert fail(smoke, 31) is None
    assert fail(smoke, 32) is None
    assert cause_of(fail(smoke, 33)) is FaultCause.NO_REPLY


def test_a_bus_that_was_never_down_gives_no_time_anew():
    smoke = supervised(stale_after=7)

    smoke.bus_went(down=False, at=at(6))
    assert cause_of(smoke.tick(at(7))) is FaultCause.STALE


# -- values ----------------------------------------------------------------------------------------

LOW_OXYGEN = QuantityRange(lowest=10, highest=25, hazardous_side=HazardousSide.LOW)


@pytest.mark.parametrize(
    ("limits", "value", "believed", "cause"),
    [
        (RANGES["smoke"], 0.0, 0.0, None),
        (RANGES["smoke"], 20.0, 20.0, None),
        (RANGES["smoke"], 20.000001, inf, FaultCause.OVER_RANGE),
        (RANGES["smoke"], inf, inf, FaultCause.OVER_RANGE),
        (RANGES["smoke"], -0.000001, None, None),  # implausible, not yet a fault
        (RANGES["smoke"], -inf, None, None),
        (RANGES["smoke"], nan, None, None),
        (LOW_OXYGEN, 9.9, -inf, FaultCause.OVER_RANGE),
        (LOW_OXYGEN, -inf, -inf, FaultCause.OVER_RANGE),
        (LOW_OXYGEN, 25.1, None, None),
        (RANGES["humidity"], 101.0, None, None),
        (RANGES["humidity"], -1.0, None, None),
        (RANGES["contact"], 2.0, None, None),
    ],
)
def test_a_value_beyond_its_range_is_danger_on_one_side_and_nonsense_on_the_other(
    limits, value, believed, cause
):
    judged = supervised("smoke", ranges={"smoke": limits})

    found, change = read(judged, "smoke", value)

    assert (found, cause_of(change)) == (believed, cause)


def test_nonsense_is_unknown_at_once_and_a_fault_at_the_third_time():
    smoke = supervised()

    found = [read(smoke, "smoke", nan) for _ in range(4)]

    assert [value for value, _ in found] == [None] * 4
    assert [cause_of(change) for _, change in found] == [None, None, FaultCause.IMPLAUSIBLE, None]
    assert read(smoke, "smoke", 1.0) == (1.0, FaultChange(RANGE, None, ""))


def test_one_good_value_between_nonsense_starts_the_count_anew():
    smoke = supervised()

    for _ in range(10):
        for value in (nan, -1.0, 1.0):
            assert read(smoke, "smoke", value)[1] is None


def test_a_range_fault_lasts_until_every_quantity_is_in_its_range():
    both = supervised("temperature", "humidity")

    assert read(both, "temperature", 200.0)[1] is not None
    assert read(both, "humidity", 40.0)[1] is None
    assert read(both, "temperature", -100.0)[1] is None  # now nonsense: the fault stays
    assert read(both, "humidity", 40.0)[1] is None
    assert read(both, "temperature", 20.0)[1] == FaultChange(RANGE, None, "")


def test_a_restored_range_fault_lasts_until_every_quantity_was_judged():
    both = supervised("temperature", "humidity")
    both.restore_fault(RANGE, FaultCause.OVER_RANGE, "temperature 200 is outside its range")

    assert read(both, "humidity", 40.0)[1] is None
    assert read(both, "temperature", 20.0)[1] == FaultChange(RANGE, None, "")


def test_a_detector_can_have_both_faults_and_leaves_each_on_its_own():
    smoke = supervised()
    read(smoke, "smoke", 30.0)
    for second in (1, 2, 3):
        fail(smoke, second)

    assert smoke.answered(at(4)) == FaultChange(REPLY, None, "")
    assert smoke.health(at(4)).cause is FaultCause.OVER_RANGE
    assert read(smoke, "smoke", 3.0)[1] == FaultChange(RANGE, None, "")


# -- warm-up ---------------------------------------------------------------------------------------


def test_a_detector_warms_up_from_its_first_answer_after_a_fresh_boot():
    smoke = supervised(warming=True, warm_up=60)

    smoke.answered(at(5))

    assert smoke.health(at(5)).state is HealthState.WARMING_UP
    assert smoke.warming_up(Instant(at(65) - 1))
    smoke.answered(at(65))
    assert not smoke.warming_up(at(65))


@pytest.mark.parametrize(
    ("cause", "warms"),
    [
        (FaultCause.NO_REPLY, True),
        (FaultCause.BAD_CHECKSUM, False),
        (FaultCause.BAD_REPLY, False),
        (FaultCause.EXCEPTION_REPLY, False),
        (FaultCause.DEVICE_FAULT, False),
    ],
)
def test_it_warms_up_anew_only_after_a_fault_in_which_it_may_have_lost_power(cause, warms):
    smoke = supervised(warm_up=60, started=60)
    smoke.answered(at(61))
    for second in (62, 63, 64):
        fail(smoke, second, cause)

    smoke.answered(at(65))

    assert smoke.warming_up(at(66)) is warms


@pytest.mark.parametrize(("mute", "warms"), [(2, False), (3, True)])
def test_a_detector_that_is_lost_altogether_during_another_fault_warms_up_anew(mute, warms):
    smoke = supervised(warm_up=60, started=60)
    for second in (61, 62, 63):
        fail(smoke, second, FaultCause.BAD_CHECKSUM)
    for second in range(mute):
        fail(smoke, 64 + second)
    fail(smoke, 67, FaultCause.BAD_CHECKSUM)

    smoke.answered(at(68))

    assert smoke.warming_up(at(69)) is warms


def test_a_restart_soon_after_the_boot_does_not_cut_a_warm_up_short():
    smoke = supervised(warm_up=60, started=59, warming=False)

    assert smoke.health(at(59)).state is HealthState.STARTING
    smoke.answered(at(59.5))
    assert smoke.health(at(59.5)).state is HealthState.WARMING_UP
    assert smoke.warming_up(Instant(at(60) - 1))
    assert not smoke.warming_up(at(60))


def test_what_warms_up_is_not_over_range_nor_implausible_nor_stuck():
    stuck = QuantityRange(lowest=0, highest=20, stuck_after=seconds(60))
    smoke = supervised("smoke", ranges={"smoke": stuck}, warm_up=90, started=30, warming=True)

    for second in range(30, 120):
        for value in (30.0, nan):
            assert smoke.measured("smoke", value, at(second)) == (None, ())
    assert smoke.measured("smoke", 30.0, at(120))[0] == inf


def test_it_warms_up_anew_after_silence():
    smoke = supervised(warm_up=60, started=60)
    smoke.tick(at(70))

    smoke.answered(at(71))

    assert smoke.warming_up(at(130))


def test_lost_polls_that_are_no_fault_and_a_restart_do_not_warm_it_up():
    smoke = supervised(warm_up=60, started=60)
    smoke.answered(at(61))
    fail(smoke, 62)
    fail(smoke, 63)

    smoke.answered(at(64))

    assert not smoke.warming_up(at(64))


def test_a_call_point_never_warms_up():
    definition = call_point("mcp", warm_up=60)
    mcp = DetectorSupervision(definition, started=Instant(0), warming=True)

    mcp.answered(at(1))

    assert not mcp.warming_up(at(1))


# -- through the engine ----------------------------------------------------------------------------

CO_SITE = site(
    detector("co", "co", warm_up=30),
    rule("co", "co.co > 60 ppm", Condition.GAS_ALARM),
    outputs=[FAULT_RELAY],
)


def test_values_of_a_warm_up_raise_nothing_and_the_zone_is_degraded_meanwhile():
    World(hall=CO_SITE).run("""
        0   co.co 400    | relay on
                         | trouble: entered degraded zone/hall because unprotected
                         | relay off
        29               |
        30               | alarm: entered gas-alarm rule/co
                         | trouble: left degraded zone/hall
                         | relay on
    """)


def test_only_a_fresh_boot_warms_up_a_restart_does_not():
    World(hall=CO_SITE).run("""
        0   co.co 0      | relay on
                         | trouble: entered degraded zone/hall because unprotected
                         | relay off
        30               | trouble: left degraded zone/hall
                         | relay on
        40  restart      | relay on
        41  co.co 400    | alarm: entered gas-alarm rule/co
        50  co.co 0      | alarm: cleared gas-alarm rule/co
        60  reboot       | alarm: cleared gas-alarm rule/co
                         | relay on
                         | trouble: entered degraded zone/hall because unprotected
                         | relay off
        90               | trouble: left degraded zone/hall
                         | relay on
        99               |
    """)


GAS_SITE = site(
    detector("g", "gas"),
    rule("gas", "g.gas > 20 %LEL", Condition.GAS_ALARM, clear="g.gas < 10 %LEL"),
    outputs=[FAULT_RELAY],
)


def test_gas_over_range_latches_until_reset_because_a_pellistor_reads_low_above_its_range():
    world = World(hall=GAS_SITE)

    world.run("""
        0    g.gas 0     | relay on
        1    g.gas 150   | trouble: entered fault detector/g/range because over-range
                         | alarm: entered gas-alarm rule/gas
                         | relay off
        2    g.gas 5     | trouble: left fault detector/g/range
                         | relay on
        60               |
    """)
    assert world.life.value("g", "gas") == inf
    world.run("""
        60.5 reset       | alarm: cleared gas-alarm rule/gas
                         | alarm: left gas-alarm rule/gas because reset by Lan
                         | alarm: reset by Lan
        70               |
    """)
    assert world.life.value("g", "gas") == 5


@pytest.mark.parametrize("beneath", [90, 150])
def test_a_latched_gas_alarm_is_not_reset_while_the_gas_still_stands(beneath):
    life = Life(GAS_SITE)
    life.read(1, "g", "gas", 150.0)
    life.read(2, "g", "gas", beneath)

    step = life.order(2.5, Act.RESET)

    assert step.refusals
    assert (Condition.GAS_ALARM, "rule/gas") in life.in_force()


def test_a_reset_that_is_refused_for_another_detector_keeps_over_range_while_it_is_there():
    life = Life(GAS_SITE)
    life.read(1, "g", "gas", 150.0)

    life.order(2, Act.RESET)

    assert life.value("g", "gas") == inf
    assert life.rows["over-range/g/gas"] == "high"


def test_a_gas_detector_that_burned_while_over_range_can_be_reset_and_is_unknown_then():
    World(hall=GAS_SITE).run("""
        0    g.gas 0     | relay on
        1    g.gas 150   | trouble: entered fault detector/g/range because over-range
                         | alarm: entered gas-alarm rule/gas
                         | relay off
        2    g fails     |
        4                | trouble: entered fault detector/g because no-reply
        5    reset       | trouble: entered degraded zone/hall because unprotected
                         | alarm: left gas-alarm rule/gas because reset by Lan
                         | alarm: reset by Lan
        60               |
    """)


def test_over_range_gas_of_another_zone_is_reset_by_the_zone_whose_rule_it_raised():
    boiler = site(
        detector("g", "gas", zone="boiler"),
        rule("gas", "g.gas > 20 %LEL", Condition.GAS_ALARM, zone="hall"),
    )

    World(hall=boiler).run("""
        1    g.gas 150   | trouble: entered fault detector/g/range because over-range
                         | alarm: entered gas-alarm rule/gas
        2    g.gas 0     | trouble: left fault detector/g/range
        3    reset hall  | alarm: cleared gas-alarm rule/gas
                         | alarm: left gas-alarm rule/gas because reset by Lan
                         | alarm: reset of hall by Lan
        9                |
    """)


def test_over_range_gas_that_raised_nothing_latched_is_reset_too():
    warned = site(detector("g", "gas"), rule("warn", "g.gas > 20 %LEL", Condition.PRE_ALARM))

    World(hall=warned).run("""
        1    g.gas 150   | trouble: entered fault detector/g/range because over-range
                         | alarm: entered pre-alarm rule/warn
        2    g.gas 0     | trouble: left fault detector/g/range
        9    reset       | alarm: left pre-alarm rule/warn
                         | alarm: reset by Lan
        10   reset       | refused: no alarm is latched
    """)


def test_over_range_smoke_does_not_latch():
    smoke = site(detector("s", "smoke"), rule("warn", "s.smoke > 3 %/m", Condition.PRE_ALARM))

    World(hall=smoke).run("""
        1    s.smoke 30  | trouble: entered fault detector/s/range because over-range
                         | alarm: entered pre-alarm rule/warn
        2    s.smoke 0   | trouble: left fault detector/s/range
                         | alarm: left pre-alarm rule/warn
    """)


def test_a_device_fault_is_told_at_once_and_so_is_its_end():
    World(hall=CO_SITE).run("""
        0    co.co 0                | relay on
                                    | trouble: entered degraded zone/hall because unprotected
                                    | relay off
        30                          | trouble: left degraded zone/hall
                                    | relay on
        31   co fails device-fault  | trouble: entered fault detector/co because device-fault
                                    | trouble: entered degraded zone/hall because unprotected
                                    | relay off
        32   co answers             | trouble: left fault detector/co
                                    | trouble: left degraded zone/hall
                                    | relay on
        40                          |
    """)


def test_a_bus_that_goes_down_is_one_fault_and_not_one_for_each_detector():
    hall = site(
        *(detector(name, "smoke") for name in ("s1", "s2", "s3")),
        detector("s4", "smoke", bus="other", zone="attic"),
        rule("smoke", "any(smoke > 3 %/m)"),
        rule("attic", "any(smoke > 3 %/m)", zone="attic"),
        outputs=[FAULT_RELAY],
    )

    World(hall=hall).run("""
        0    s1.smoke 0, s2.smoke 0, s3.smoke 0, s4.smoke 0 | relay on
        9    bus line down   | trouble: entered fault bus/line because bus-down
                             | trouble: entered degraded zone/hall because unprotected
                             | relay off
        200                  |
        300  bus line up     | trouble: left fault bus/line
                             | trouble: standing degraded zone/hall
                             | trouble: left degraded zone/hall
                             | relay on
        350                  |
    """)


def test_a_detector_that_stays_silent_after_its_bus_came_back_is_a_fault_of_its_own():
    hall = site(
        detector("s1", "smoke"),
        detector("s2", "smoke"),
        rule("smoke", "any(smoke > 3 %/m)"),
    )

    World(hall=hall).run("""
        0    s1.smoke 0, s2.smoke 0 |
        9    bus line down   | trouble: entered fault bus/line because bus-down
                             | trouble: entered degraded zone/hall because unprotected
        20   s2 fails        |
        30   bus line up     | trouble: left fault bus/line
                             | trouble: standing degraded zone/hall
        32                   | trouble: entered fault detector/s2 because no-reply
        60   s2 answers      | trouble: left fault detector/s2
                             | trouble: left degraded zone/hall
    """)
