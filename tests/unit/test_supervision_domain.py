"""The bands of loops, in mA, levels and seconds: a row before each edge, on it and after it."""

from math import inf, isnan, nan, nextafter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from settings_sites import PROFILES

from drivers.modbus.codec import decoder
from drivers.modbus.data_model import (
    DataType,
    Table,
)
from drivers.modbus.device import (
    ModbusPoint,
)
from gateway.settings.read_profile import load_profile
from rules.health import Health, HealthState
from rules.instant import Instant, seconds
from rules.profile import (
    CONTACT_RANGE,
    CurrentLoop,
    DetectorKind,
    EndOfLine,
    HazardousSide,
    QuantityRange,
)
from rules.reading import FaultCause
from rules.site import DetectorDefinition
from rules.supervision import KIND_OF, DetectorSupervision, FaultChange, FaultKind

HIGH, LOW, NEITHER = HazardousSide.HIGH, HazardousSide.LOW, HazardousSide.NEITHER
LOOP_LOW, LOOP_HIGH = FaultCause.LOOP_LOW, FaultCause.LOOP_HIGH
UNDEFINED = FaultCause.LOOP_UNDEFINED
OVER = FaultCause.OVER_RANGE
SHORT, OPEN = FaultCause.SHORT_CIRCUIT, FaultCause.OPEN_CIRCUIT

LOOP = EndOfLine(
    short_below=0.10,
    active_from=0.15,
    active_to=0.35,
    normal_from=0.40,
    normal_to=0.60,
    open_above=0.85,
)


def loop_range(side=HIGH, lowest=0.0, highest=100.0, stuck_after=None):
    return QuantityRange(
        lowest=lowest,
        highest=highest,
        hazardous_side=side,
        current_loop=CurrentLoop(),
        stuck_after=stuck_after,
    )


SUPERVISED = QuantityRange(
    lowest=0.0, highest=1.0, hazardous_side=HazardousSide.NEITHER, end_of_line=LOOP
)


def at(second):
    return Instant(round(second * 1e9))


def below(number):
    return nextafter(number, -inf)


def above(number):
    return nextafter(number, inf)


def supervised(started=0, *, kind=DetectorKind.GAS, warming=False, ends=None, warm_up=0, **ranges):
    definition = DetectorDefinition(
        id="d",
        zone="hall",
        bus="line",
        kind=kind,
        quantities=ranges,
        every=seconds(1),
        stale_after=seconds(10),
        warm_up=seconds(warm_up),
        service_ends_ns=ends,
    )
    return DetectorSupervision(definition, started=at(started), warming=warming)


def causes(changes):
    """Give the causes of entered faults, and the kinds of those that were left."""
    return [change.cause or change.kind for change in changes]


def heard(detector, quantity, *readings):
    """Play readings of seconds and values; give the newest value, and all causes that came."""
    found, entered = None, []
    for second, value in readings:
        found, changes = detector.measured(quantity, value, at(second))
        entered += causes(changes)
    return found, entered


# -- 4-20 mA ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("current", "at_once", "after_three_seconds"),
    [
        (3.5, (None, [LOOP_LOW]), [LOOP_LOW]),
        (3.7, (None, []), [UNDEFINED]),
        (12.0, (50.0, []), []),
        (20.6, (inf, [OVER]), [OVER, UNDEFINED]),
        (21.2, (None, [LOOP_HIGH]), [LOOP_HIGH]),
        (0.0, (None, [LOOP_LOW]), [LOOP_LOW]),
    ],
)
def test_19_the_currents_of_namur_ne_43(current, at_once, after_three_seconds):
    gas = supervised(gas=loop_range())

    value, entered = heard(gas, "gas", (1, current))
    later, more = heard(gas, "gas", (2, current), (3, current), (4, current))

    assert (value, entered) == at_once
    assert (later, entered + more) == (at_once[0], after_three_seconds)


@pytest.mark.parametrize(
    ("current", "high", "low", "neither"),
    [
        (-inf, (None, LOOP_LOW), (None, LOOP_LOW), (None, LOOP_LOW)),
        (-1.0, (None, LOOP_LOW), (None, LOOP_LOW), (None, LOOP_LOW)),
        (below(3.6), (None, LOOP_LOW), (None, LOOP_LOW), (None, LOOP_LOW)),
        (3.6, (None, UNDEFINED), (None, UNDEFINED), (None, UNDEFINED)),
        (below(3.8), (None, UNDEFINED), (None, UNDEFINED), (None, UNDEFINED)),
        (3.8, (0.0, None), (-inf, OVER), (0.0, None)),
        (3.999, (0.0, None), (-inf, OVER), (0.0, None)),
        (4.0, (0.0, None), (0.0, None), (0.0, None)),
        (8.0, (25.0, None), (25.0, None), (25.0, None)),
        (20.0, (100.0, None), (100.0, None), (100.0, None)),
        (20.001, (inf, OVER), (100.0, None), (100.0, None)),
        (20.5, (inf, OVER), (100.0, None), (100.0, None)),
        (above(20.5), (inf, UNDEFINED), (None, UNDEFINED), (None, UNDEFINED)),
        (21.0, (inf, UNDEFINED), (None, UNDEFINED), (None, UNDEFINED)),
        (above(21.0), (None, LOOP_HIGH), (None, LOOP_HIGH), (None, LOOP_HIGH)),
        (inf, (None, LOOP_HIGH), (None, LOOP_HIGH), (None, LOOP_HIGH)),
    ],
)
def test_each_edge_of_the_bands_for_each_hazardous_side(current, high, low, neither):
    for side, expected in ((HIGH, high), (LOW, low), (NEITHER, neither)):
        loop = supervised(gas=loop_range(side))
        value, entered = heard(loop, "gas", (1, current), (5, current))
        assert (value, entered[-1] if entered else None) == expected, side


@pytest.mark.parametrize(
    ("second", "cause"), [(2.999_999_999, []), (3, [UNDEFINED]), (3.5, [UNDEFINED])]
)
@pytest.mark.parametrize("current", [3.7, 20.7])
def test_an_undefined_current_is_a_fault_once_it_has_lasted_three_seconds(current, second, cause):
    loop = supervised(gas=loop_range(NEITHER))

    assert heard(loop, "gas", (100, current), (100 + second, current)) == (None, cause)


def test_an_undefined_current_that_went_begins_anew():
    loop = supervised(gas=loop_range())

    assert heard(loop, "gas", (1, 3.7), (2, 12), (3, 3.7), (5.9, 3.7)) == (None, [])
    assert heard(loop, "gas", (6, 3.7)) == (None, [UNDEFINED])


def test_a_loop_that_fails_while_over_range_keeps_both_faults_until_a_value_is_in_range():
    gas = supervised(gas=loop_range())

    assert heard(gas, "gas", (1, 20.3)) == (inf, [OVER])
    assert heard(gas, "gas", (2, 21.2)) == (None, [LOOP_HIGH])
    assert gas.health(at(2)).cause is LOOP_HIGH
    assert heard(gas, "gas", (3, 20.3)) == (inf, [FaultKind.SIGNAL])
    assert heard(gas, "gas", (4, 12)) == (50.0, [FaultKind.RANGE])


def test_a_fault_of_the_loop_tells_its_newest_cause_and_current():
    gas = supervised(gas=loop_range())

    assert heard(gas, "gas", (1, 0.0), (2, 21.5)) == (None, [LOOP_LOW])
    assert gas.health(at(2)) == Health(HealthState.FAULTY, LOOP_HIGH, "gas: the loop gives 21.5 mA")
    assert heard(gas, "gas", (3, 4.0)) == (0.0, [FaultKind.SIGNAL])


def test_a_lost_loop_is_no_fault_while_the_transmitter_warms_up():
    gas = supervised(gas=loop_range(), warm_up=30, warming=True)

    assert heard(gas, "gas", (1, 2.0), (30.9, 2.0)) == (None, [])
    assert heard(gas, "gas", (31, 2.0)) == (None, [LOOP_LOW])


@given(
    st.floats(min_value=3.8, max_value=20.5), st.floats(3.8, 20.5), st.sampled_from(HazardousSide)
)
def test_more_current_is_never_less_gas(one, other, side):
    limits = loop_range(side, lowest=-40.1, highest=0.7)
    less, more = sorted((one, other))

    values = [supervised(gas=limits).measured("gas", each, at(1))[0] for each in (less, more)]

    assert None not in values
    assert values[0] <= values[1]
    assert all(limits.lowest <= value <= limits.highest for value in values if abs(value) != inf)


# -- supervised loops ------------------------------------------------------------------------------


def test_20_a_supervised_loop_has_five_distinct_results():
    results = [
        heard(supervised(contact=SUPERVISED), "contact", (1, level), (2, level))
        for level in (1.0, 0.0, 0.5, 0.24, 0.37)
    ]

    assert results == [
        (None, [OPEN]),
        (None, [SHORT]),
        (0.0, []),
        (1.0, []),
        (None, [UNDEFINED]),
    ]


@pytest.mark.parametrize(
    ("level", "value", "cause"),
    [
        (-inf, None, SHORT),
        (below(0.10), None, SHORT),
        (0.10, None, UNDEFINED),
        (below(0.15), None, UNDEFINED),
        (0.15, 1.0, None),
        (0.35, 1.0, None),
        (above(0.35), None, UNDEFINED),
        (below(0.40), None, UNDEFINED),
        (0.40, 0.0, None),
        (0.60, 0.0, None),
        (above(0.60), None, UNDEFINED),
        (0.85, None, UNDEFINED),
        (above(0.85), None, OPEN),
        (inf, None, OPEN),
        (nan, None, UNDEFINED),
    ],
)
def test_each_edge_of_the_bands_of_a_supervised_loop(level, value, cause):
    entered = [] if cause is None else [cause]

    found = heard(supervised(contact=SUPERVISED), "contact", (1, level), (2, level))

    assert found == (value, entered)


def test_active_may_lie_above_normal():
    loop = EndOfLine(
        short_below=1, active_from=6, active_to=8, normal_from=2, normal_to=4, open_above=9
    )
    contact = supervised(
        contact=QuantityRange(
            lowest=0, highest=1, hazardous_side=HazardousSide.NEITHER, end_of_line=loop
        )
    )

    assert heard(contact, "contact", (1, 3)) == (0.0, [])
    assert heard(contact, "contact", (2, 7)) == (1.0, [])
    assert heard(contact, "contact", (3, 9.5)) == (None, [OPEN])


@pytest.mark.parametrize(("second", "cause"), [(0.999_999_999, []), (1, [UNDEFINED])])
def test_a_level_between_the_bands_is_a_fault_once_it_has_lasted_a_second(second, cause):
    contact = supervised(contact=SUPERVISED)

    assert heard(contact, "contact", (10, 0.37), (10 + second, 0.38)) == (None, cause)


def test_a_contact_that_passes_between_the_bands_is_active_at_its_first_active_level():
    point = supervised(contact=SUPERVISED, kind=DetectorKind.MANUAL_CALL_POINT, warm_up=60)

    assert heard(point, "contact", (1, 0.5), (2, 0.37), (2.1, 0.24)) == (1.0, [])


def test_a_cut_wire_is_told_while_the_device_on_it_warms_up():
    contact = supervised(contact=SUPERVISED, warm_up=30, warming=True)

    assert heard(contact, "contact", (1, 0.24)) == (None, [])
    assert heard(contact, "contact", (2, 1.0)) == (None, [OPEN])
    assert heard(contact, "contact", (31, 0.24)) == (1.0, [FaultKind.SIGNAL])


# -- bits ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("bit", "value"), [(0, 1.0), (1, 0.0)])
def test_15_of_an_inverted_bit_zero_is_the_alarm(bit, value):
    point = ModbusPoint(table=Table.DISCRETE_INPUT, address=0, type=DataType.BIT, inverted=True)
    contact = supervised(contact=CONTACT_RANGE)

    assert heard(contact, "contact", (1, decoder(point, 0)([bit]))) == (value, [])


def test_18_either_of_two_fault_bits_is_a_fault_of_the_device():
    profile = shipped("honeywell-sensepoint-xrl")

    signs = profile.device.faults.values()
    assert sorted(sign.bit for sign in signs if sign.type is DataType.BIT) == [5, 6]


def test_a_value_that_is_frozen_is_a_fault_where_the_profile_says_that_it_never_rests():
    gas = supervised(gas=QuantityRange(lowest=0, highest=100, stuck_after=seconds(60)))

    readings = [(second, 50.0) for second in range(1, 61)]
    assert heard(gas, "gas", *readings) == (50.0, [])
    assert heard(gas, "gas", (61, 50.0)) == (None, [FaultCause.STUCK])
    assert gas.health(at(61)).detail == "gas has been 50 for 60 s"


# -- shipped profiles ------------------------------------------------------------------------------


def shipped(name):
    file = next(each for each in PROFILES if each.endswith(f"/{name}.yaml"))
    profile, problems = load_profile(PROFILES[file], file)
    assert not problems
    return profile


@pytest.mark.parametrize(
    ("name", "quantity", "register", "value", "entered"),
    [
        ("generic-modbus-4-20ma-gas", "gas", 3599, None, [LOOP_LOW]),
        ("generic-modbus-4-20ma-gas", "gas", 3600, None, []),
        ("generic-modbus-4-20ma-gas", "gas", 3800, 0.0, []),
        ("generic-modbus-4-20ma-gas", "gas", 4000, 0.0, []),
        ("generic-modbus-4-20ma-gas", "gas", 12000, 50.0, []),
        ("generic-modbus-4-20ma-gas", "gas", 20000, 100.0, []),
        ("generic-modbus-4-20ma-gas", "gas", 20001, inf, [OVER]),
        ("generic-modbus-4-20ma-gas", "gas", 21001, None, [LOOP_HIGH]),
        ("generic-modbus-supervised-loop", "contact", 0, None, [SHORT]),
        ("generic-modbus-supervised-loop", "contact", 242, 1.0, []),
        ("generic-modbus-supervised-loop", "contact", 500, 0.0, []),
        ("generic-modbus-supervised-loop", "contact", 1000, None, [OPEN]),
    ],
)
def test_a_register_of_a_shipped_loop_profile_comes_out_as_its_band(
    name, quantity, register, value, entered
):
    profile = shipped(name)
    read = decoder(profile.device.points[quantity], 0)([register])

    detector = supervised(**profile.quantities)

    assert heard(detector, quantity, (1, read)) == (value, entered)


# -- stuck -----------------------------------------------------------------------------------------

ONE_HOUR = seconds(3600)
MOVES = QuantityRange(lowest=0, highest=20, stuck_after=ONE_HOUR)


def every_second(start, end, value):
    return [(second, value) for second in range(start, end)]


def test_a_stuck_sensor_is_a_fault_not_a_fire_until_it_moves():
    smoke = supervised(smoke=MOVES)

    assert heard(smoke, "smoke", *every_second(0, 3600, 4.0)) == (4.0, [])
    assert heard(smoke, "smoke", (3600, 4.0)) == (None, [FaultCause.STUCK])
    assert heard(smoke, "smoke", *every_second(3601, 9000, 4.0)) == (None, [])
    assert heard(smoke, "smoke", (9000, 4.1)) == (4.1, [FaultKind.STUCK])
    assert heard(smoke, "smoke", *every_second(9001, 12_600, 4.1)) == (4.1, [])
    assert heard(smoke, "smoke", (12_600, 4.1)) == (None, [FaultCause.STUCK])


def test_the_same_value_after_a_silence_does_not_show_that_it_was_the_same_meanwhile():
    smoke = supervised(smoke=MOVES)

    assert heard(smoke, "smoke", (0, 4.0), (3600, 4.0), *every_second(3601, 7200, 4.0)) == (4.0, [])
    assert heard(smoke, "smoke", (7200, 4.0)) == (None, [FaultCause.STUCK])


def test_a_value_at_the_end_of_its_scale_is_over_range_for_as_long_as_the_danger_lasts():
    smoke = supervised(smoke=MOVES)

    assert heard(smoke, "smoke", *every_second(0, 8000, 30.0)) == (inf, [OVER])


def test_over_range_after_stuck_is_over_range_at_once():
    smoke = supervised(smoke=MOVES)
    heard(smoke, "smoke", *every_second(0, 3700, 4.0))

    assert heard(smoke, "smoke", (3700, 30.0)) == (inf, [FaultKind.STUCK, OVER])


@pytest.mark.parametrize(
    ("kind", "value", "entered"),
    [
        (DetectorKind.MANUAL_CALL_POINT, 1.0, []),
        (DetectorKind.SUPERVISED_EQUIPMENT, None, [FaultCause.STUCK]),
    ],
)
def test_a_contact_may_be_stuck_where_its_profile_says_so_but_never_a_call_point(
    kind, value, entered
):
    limits = QuantityRange(
        lowest=0, highest=1, hazardous_side=HazardousSide.NEITHER, stuck_after=seconds(60)
    )
    contact = supervised(contact=limits, kind=kind)

    assert heard(contact, "contact", *every_second(0, 61, 1.0)) == (value, entered)


def test_after_a_restart_a_stuck_value_stays_unknown_until_it_moves():
    smoke = supervised(smoke=MOVES)
    smoke.restore_fault(FaultKind.STUCK, FaultCause.STUCK, "smoke has been 4 for 3600 s")

    assert heard(smoke, "smoke", (1, 4.0), (2, 4.0)) == (None, [])
    assert heard(smoke, "smoke", (3, 4.2)) == (4.2, [FaultKind.STUCK])


def test_a_restored_fault_of_a_loop_is_left_at_the_first_good_value():
    gas = supervised(gas=loop_range())
    gas.restore_fault(FaultKind.SIGNAL, LOOP_LOW, "gas: the loop gives 0 mA")

    assert gas.health(at(0)).state is HealthState.STARTING
    assert heard(gas, "gas", (1, 3.7)) == (None, [])
    assert gas.health(at(1)).cause is LOOP_LOW
    assert heard(gas, "gas", (2, 12.0)) == (50.0, [FaultKind.SIGNAL])


# -- a bad line ------------------------------------------------------------------------------------


def poll(detector, second, *, garbled=False, cause=FaultCause.BAD_CHECKSUM):
    """One attempt; garbled, it is repeated half a second later and answered."""
    if garbled:
        assert detector.failed(cause, "noise", at(second)) is None
    return causes(detector.measured("smoke", 1.0, at(second + 0.5))[1])


@pytest.mark.parametrize("cause", [FaultCause.BAD_CHECKSUM, FaultCause.BAD_REPLY])
@pytest.mark.parametrize(
    ("polls", "apart", "entered"),
    [
        (6, 1, []),
        (7, 1, [FaultCause.CHECKSUM_RATE]),
        (7, 9.9, [FaultCause.CHECKSUM_RATE]),  # the first is 59.9 s old at the answer
        (7, 10, []),
    ],
)
def test_more_than_six_garbled_answers_in_a_minute_are_a_fault_of_the_line(
    cause, polls, apart, entered
):
    smoke = supervised(smoke=QuantityRange(lowest=0, highest=20))

    told = [
        each for n in range(polls) for each in poll(smoke, n * apart, garbled=True, cause=cause)
    ]

    assert told == entered
    assert smoke.measured("smoke", 4.0, at(polls * apart))[0] == 4.0


def test_attempts_without_a_reply_are_no_garbled_answers():
    smoke = supervised(smoke=QuantityRange(lowest=0, highest=20))

    told = [
        poll(smoke, n, garbled=True, cause=cause)
        for n in range(50)
        for cause in (FaultCause.NO_REPLY, FaultCause.EXCEPTION_REPLY)
    ]

    assert not any(told)


def test_the_line_is_good_again_once_a_minute_has_passed_with_one_garbled_answer_at_most():
    smoke = supervised(smoke=QuantityRange(lowest=0, highest=20))
    for n in range(7):
        poll(smoke, n, garbled=True)

    assert poll(smoke, 30, garbled=True) == []
    assert smoke.health(at(30)).cause is FaultCause.CHECKSUM_RATE
    assert [poll(smoke, second) for second in (64, 65)] == [[], []]
    assert poll(smoke, 65.5) == [FaultKind.LINE]  # 60 s after the garbled answer at 6 s


def test_a_detector_that_no_longer_answers_is_a_fault_of_its_own_and_not_of_the_line():
    smoke = supervised(smoke=QuantityRange(lowest=0, highest=20))

    changes = [
        smoke.failed(FaultCause.BAD_CHECKSUM, "noise", at(second)) for second in range(1, 50)
    ]

    assert causes([change for change in changes if change]) == [FaultCause.BAD_CHECKSUM]
    assert smoke.answered(at(50)) == FaultChange(FaultKind.REPLY, None, "")
    assert smoke.answered(at(51)) is None


def test_a_restored_fault_of_the_line_ends_after_a_good_minute():
    smoke = supervised(started=100, smoke=QuantityRange(lowest=0, highest=20))
    smoke.restore_fault(FaultKind.LINE, FaultCause.CHECKSUM_RATE, "7 garbled answers in 9 s")

    assert poll(smoke, 159.4) == []
    assert poll(smoke, 159.5) == [FaultKind.LINE]


# -- service life ----------------------------------------------------------------------------------

ENDS = 1_900_000_000_000_000_000  # 2030-03-17


def test_a_detector_whose_service_life_has_ended_is_a_fault_and_its_values_count():
    smoke = supervised(ends=ENDS, smoke=QuantityRange(lowest=0, highest=20))

    assert smoke.wall(ENDS - 1) is None
    assert smoke.wall(ENDS) == FaultChange(
        FaultKind.LIFE, FaultCause.END_OF_LIFE, "its service life ended on 2030-03-17"
    )
    assert smoke.wall(ENDS + 1) is None
    assert heard(smoke, "smoke", (1, 4.0)) == (4.0, [])
    assert smoke.health(at(1)).cause is FaultCause.END_OF_LIFE


def test_a_clock_that_is_set_right_or_a_new_detector_ends_that_fault():
    corrected = supervised(ends=ENDS, smoke=QuantityRange(lowest=0, highest=20))
    corrected.wall(ENDS)
    replaced = supervised(smoke=QuantityRange(lowest=0, highest=20))
    replaced.restore_fault(FaultKind.LIFE, FaultCause.END_OF_LIFE, "")

    for detector in (corrected, replaced):
        assert detector.wall(ENDS - 1) == FaultChange(FaultKind.LIFE, None, "")
        assert detector.wall(ENDS - 1) is None


def test_an_old_detector_that_has_not_answered_is_starting():
    smoke = supervised(ends=ENDS, smoke=QuantityRange(lowest=0, highest=20))
    smoke.wall(ENDS)

    assert smoke.health(at(0)).state is HealthState.STARTING


# -- every sequence --------------------------------------------------------------------------------

QUANTITIES = {
    "gas": loop_range(stuck_after=seconds(60)),
    "contact": SUPERVISED,
    "smoke": QuantityRange(lowest=0, highest=20, stuck_after=seconds(60)),
}
OF_REPLY = [cause for cause, kind in KIND_OF.items() if kind is FaultKind.REPLY]
NUMBERS = st.one_of(
    st.sampled_from([0.0, 0.24, 0.37, 0.5, 1.0, 3.5, 3.7, 3.9, 4.0, 12.0, 20.3, 20.7, 21.3]),
    st.floats(allow_nan=True, allow_infinity=True),
)
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("read"), st.sampled_from(sorted(QUANTITIES)), NUMBERS),
        st.tuples(st.just("fail"), st.sampled_from(OF_REPLY), st.none()),
        st.tuples(st.just("wait"), st.integers(1, 80), st.none()),
        st.tuples(st.just("wall"), st.integers(-1, 1), st.none()),
        st.tuples(st.just("bus"), st.booleans(), st.none()),
    ),
    max_size=60,
)


def play(acts, kind):
    """Give all that was believed, and all changes of faults, in their order."""
    detector = supervised(ends=ENDS, kind=kind, warm_up=5, warming=True, **QUANTITIES)
    now, believed, told = 0.0, [], []
    for act, what, number in acts:
        now += 0.5
        if act == "read":
            value, changes = detector.measured(what, number, at(now))
            believed.append(value)
            told += changes
        elif act == "fail":
            told.append(detector.failed(what, "no luck", at(now)))
        elif act == "wait":
            now += what
            told.append(detector.tick(at(now)))
        elif act == "wall":
            told.append(detector.wall(ENDS + what))
        else:
            detector.bus_went(down=what, at=at(now))
    return believed, [change for change in told if change is not None]


@given(ACTS, st.sampled_from(DetectorKind))
def test_belief_is_a_function_of_the_readings_and_no_nan_escapes(acts, kind):
    believed, told = play(acts, kind)

    assert (believed, told) == play(acts, kind)
    assert all(value is None or not isnan(value) for value in believed)


@given(ACTS, st.sampled_from(DetectorKind))
def test_every_fault_is_left_at_most_once_for_each_time_it_was_entered(acts, kind):
    _, told = play(acts, kind)

    standing = set()
    for change in told:
        assert (change.cause is None) == (change.kind in standing)
        assert change.cause is None or KIND_OF[change.cause] is change.kind
        standing ^= {change.kind}
