"""Worst-case times: against sums done by hand, and against the schedule that the bus keeps."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from settings_sites import SITE, load, loaded

from drivers.bus import BusDetector, BusOutput, BusPlan
from drivers.modbus.data_model import (
    DataType,
    Table,
)
from drivers.modbus.device import (
    ModbusPoint,
    ModbusProfile,
)
from drivers.modbus.options import (
    Framing,
    ModbusBusOptions,
    ModbusDetectorOptions,
    ModbusOutputOptions,
)
from drivers.modbus.station import stations_of
from drivers.modbus.times import times_of, turn_of
from drivers.registry import DRIVERS
from drivers.schedule import Schedule, Slot
from drivers.times import Wait
from gateway.settings.timing import TIMES, timing_of
from gateway.settings.ways import Step
from rules.instant import Duration, Instant, in_seconds, seconds
from rules.profile import DetectorKind, Profile, QuantityRange

SERIAL_LINE = ("modbus: {host: 127.0.0.1}", "modbus: {port: /dev/ttyUSB0, baud: 9600}")
RULE = "when: hall-co.co > 60 ppm"
SECOND = (
    "profile: jxct-jxbs-3001-co, unit: 1}",
    """profile: jxct-jxbs-3001-co, unit: 1}
  - {id: co-2, zone: hall, bus: line, profile: jxct-jxbs-3001-co, unit: 2}""",
)

CHARACTER = 10 / 9600  # 8N1: a start bit, 8 data bits, a stop bit
QUESTION = 8 * CHARACTER + 7 * CHARACTER + 2 * 3.5 * CHARACTER + 0.1  # 7: one register comes back
DEAD = 0.3 + 8 * CHARACTER + 7 * CHARACTER + 3.5 * CHARACTER
READ = 1 + (2 * QUESTION + QUESTION) + DEAD  # the period; both, and one under way; one is dead
PUBLISHED = 1.5


def terms(way):
    return [(term.what, round(in_seconds(term.takes), 6)) for term in way.terms]


def rule_ways(when, *changes, **more):
    written = (
        when if not more else when + "".join(f"\n    {key}: {value}" for key, value in more.items())
    )
    site = loaded(SERIAL_LINE, SECOND, (RULE, f"when: {written}"), *changes)
    return timing_of(site).rules[0].ways


def takes(when, *changes, **more):
    """Give the fastest and the slowest way in seconds."""
    ways = rule_ways(when, *changes, **more)
    return in_seconds(ways.fastest.takes), in_seconds(ways.slowest.takes)


def both(value):
    return pytest.approx((value, value), abs=1e-6)


def from_to(least, most):
    return pytest.approx((least, most), abs=1e-6)


# -- by hand ---------------------------------------------------------------------------------------


def test_a_value_on_a_serial_line():
    ways = rule_ways("hall-co.co > 60 ppm")

    assert terms(ways.fastest) == [
        (Wait.PERIOD, 1.0),
        (Wait.LINE, pytest.approx(3 * 0.122917, abs=1e-5)),
        (Wait.DEAD_UNIT, pytest.approx(0.319271, abs=1e-5)),
        (Step.PUBLICATION, 1.5),
    ]
    assert takes("hall-co.co > 60 ppm") == both(1 + 0.36875 + 0.319271 + 1.5)
    assert takes("hall-co.co > 60 ppm") == both(READ + PUBLISHED)


def test_for_is_waited_for_and_not_rounded_up():
    assert takes("hall-co.co > 60 ppm", **{"for": "5 s"}) == both(READ + 5 + PUBLISHED)


def test_alone_on_its_host_a_device_waits_for_its_own_answer_alone():
    (rule, _) = timing_of(loaded()).rules

    # One question of one register, answered in a tenth of a second; no other unit can be dead.
    assert in_seconds(rule.ways.slowest.takes) == pytest.approx(1 + 0.1 + PUBLISHED)


def test_a_contact_is_polled_and_may_chatter():
    _, call_point = timing_of(loaded()).rules

    # poll_every is 4 s; a debounce of 100 ms makes a window of doubt of ten times that.
    assert call_point.source == "call-point/call-point"
    assert in_seconds(call_point.ways.fastest.takes) == 4 + 10 * 0.1 + PUBLISHED


def test_a_contact_that_is_debounced_for_long_is_in_doubt_for_three_seconds_at_most():
    site = loaded(("line: 17}", "line: 17, debounce: 2 s}"))

    assert in_seconds(timing_of(site).rules[1].ways.fastest.takes) == 4 + 3 + PUBLISHED


def test_a_streaming_sensor_is_waited_for_until_it_would_count_as_silent():
    site = loaded(
        ("modbus: {host: 127.0.0.1}", "serial: {port: /dev/ttyUSB0}"),
        (
            "{id: hall-co, zone: hall, bus: line, profile: jxct-jxbs-3001-co, unit: 1}",
            "{id: hall-co, zone: hall, bus: line, profile: plantower-pms5003}",
        ),
        (RULE, "when: hall-co.pm2_5 > 250 µg/m³"),
    )

    # silent_after 5 s, 32 bytes of 10 bits at 9600, the period of 1 s at which it is told
    assert in_seconds(timing_of(site).rules[0].ways.fastest.takes) == pytest.approx(
        5 + 320 / 9600 + 1 + PUBLISHED
    )


@pytest.mark.parametrize("function", ["avg", "rate", "change", "min"])
def test_a_window_has_to_be_filled_and_is_looked_at_with_the_next_reading(function):
    unit = "ppm/min" if function == "rate" else "ppm"
    when = f'"{function}(hall-co.co, 1 min) > 60 {unit}"'

    assert takes(when) == both(READ + 60 + READ + PUBLISHED)


def test_the_greatest_of_a_window_rises_at_once_and_falls_when_the_window_has_passed():
    assert takes('"max(hall-co.co, 1 min) > 60 ppm"') == both(READ + PUBLISHED)
    assert takes('"max(hall-co.co, 1 min) < 60 ppm"') == both(READ + 60 + READ + PUBLISHED)
    assert takes('"not max(hall-co.co, 1 min) > 60 ppm"') == both(READ + 60 + READ + PUBLISHED)
    assert takes('"min(hall-co.co, 1 min) < 60 ppm"') == both(READ + PUBLISHED)


def test_of_alternatives_the_phenomenon_chooses_so_there_are_a_fastest_and_a_slowest():
    when = '"hall-co.co > 60 ppm or avg(co-2.co, 1 min) > 40 ppm"'

    assert takes(when) == from_to(READ + PUBLISHED, READ + 60 + READ + PUBLISHED)


def test_what_must_come_together_takes_the_time_of_its_last_part():
    when = '"hall-co.co > 60 ppm and avg(co-2.co, 1 min) > 40 ppm"'

    assert takes(when) == both(READ + 60 + READ + PUBLISHED)


def test_a_count_takes_the_time_of_so_many():
    three = '"at_least({}, hall-co.co > 60 ppm, co-2.co > 60 ppm, avg(co-2.co, 1 min) > 40 ppm)"'
    late = READ + 60 + READ + PUBLISHED

    assert takes(three.format(2)) == from_to(READ + PUBLISHED, late)
    assert takes(three.format(3)) == both(late)
    # Fewer than two of three: two have to become false again.
    falling = '"count(max(co, 1 min) > 60 ppm) < 2"'
    assert takes(falling) == both(late)


def test_verification_takes_its_settling_where_the_fire_lasts_and_all_where_it_comes_and_goes():
    when = '"verified(hall-co.co > 60 ppm, 10 s, 2 min)"'

    assert takes(when) == from_to(READ + 10 + 1 + PUBLISHED, READ + 10 + 120 + 1 + PUBLISHED)


def test_what_is_held_costs_nothing_and_its_contrary_all_of_it():
    assert takes('"held(hall-co.co > 60 ppm, 5 min)"') == both(READ + PUBLISHED)
    assert takes('"not held(hall-co.co > 60 ppm, 5 min)"') == both(READ + 300 + 1 + PUBLISHED)


def test_an_age_is_waited_for_without_a_reading():
    assert takes('"age(hall-co.co) > 20 s"') == both(20 + 1 + PUBLISHED)


def test_a_dose_is_at_once_full_beyond_the_range_and_takes_hours_at_its_slowest():
    when = '"co_dose(hall-co.co) >= 100 %"'

    assert takes(when) == from_to(READ + PUBLISHED, READ + 150 * 60 + 1 + PUBLISHED)
    half = '"co_dose(hall-co.co) >= 50 %"'
    assert takes(half) == from_to(READ + PUBLISHED, READ + 75 * 60 + 1 + PUBLISHED)


NIGHT = (
    "rules:\n",
    """schedules:
  - id: night
    on:
      - {days: [mon, tue, wed, thu, fri, sat, sun], from: "22:00", to: "06:00"}
rules:
""",
)


def test_a_schedule_takes_no_time_and_alone_is_no_phenomenon():
    assert takes('"hall-co.co > 60 ppm and schedule(night)"', NIGHT) == both(READ + PUBLISHED)
    assert takes('"hall-co.co > 60 ppm or schedule(night)"', NIGHT) == both(READ + PUBLISHED)
    assert rule_ways("schedule(night)", NIGHT) is None


def test_a_condition_takes_the_time_of_what_raises_it():
    more = (
        "uplink:\n",
        """\
  - {id: spread, zone: hall, raises: pre-alarm, for: 2 s, when: "condition(hall, gas-alarm)"}
  - {id: by-hand, zone: hall, raises: pre-alarm,
     when: "condition(hall, fire-alarm) or condition(hall, fault)"}
uplink:
""",
    )
    site = loaded(SERIAL_LINE, SECOND, (RULE, RULE + "\n    for: 5 s"), more)

    _, spread, by_hand, _ = timing_of(site).rules

    assert in_seconds(spread.ways.fastest.takes) == pytest.approx(READ + 5 + 2 + PUBLISHED)
    # The call point: a poll of 4 s and a second of doubt. A fault: a stale value.
    assert in_seconds(by_hand.ways.fastest.takes) == 4 + 1 + PUBLISHED
    assert in_seconds(by_hand.ways.slowest.takes) == 12 + PUBLISHED


def test_a_silent_detector_is_a_fault_when_it_failed_three_times_or_is_stale():
    faults = {each.detector: each.way for each in timing_of(loaded(SERIAL_LINE)).faults}

    # A contact whose line another program took fails at three polls of 4 s: stale would be 13 s.
    assert in_seconds(faults["call-point"].takes) == 12 + PUBLISHED
    # Back-off and patience for a gap make the third failure later than stale: 10 s and a look.
    assert in_seconds(faults["hall-co"].takes) == 10 + 1 + PUBLISHED


def test_a_detector_that_is_read_seldom_is_faulty_at_its_second_failure():
    slow = (
        "profile: jxct-jxbs-3001-co, unit: 1}",
        "profile: jxct-jxbs-3001-co, unit: 1,\n     every: 20 s, stale_after: 95 s}",
    )
    (_, fault) = timing_of(loaded(slow)).faults

    # On TCP: the first after 20 s, 0.1 s on the host and 0.3 s of time-out; 20 s of back-off and a
    # quarter, 5 s for a gap, and the same again. Ten seconds without an answer have passed by then.
    assert in_seconds(fault.way.takes) == pytest.approx(20 + 0.4 + 25 + 5 + 0.4 + PUBLISHED)


# -- what firegw check says of it ------------------------------------------------------------------


def warnings_of(text):
    settings_, problems = text
    assert settings_ is not None, [str(problem) for problem in problems]
    return [problem.what for problem in problems]


def test_a_fire_alarm_is_warned_of_where_even_its_fastest_way_is_late():
    def fire(when):
        return warnings_of(
            load(
                SITE,
                SERIAL_LINE,
                SECOND,
                ("raises: gas-alarm", "raises: fire-alarm"),
                (RULE, f"when: {when}"),
            )
        )

    assert fire('"hall-co.co > 60 ppm or avg(co-2.co, 1 min) > 40 ppm"') == []
    # 1.7 s to the first reading, the window, 1.7 s to the reading that sees it, the publication
    late = '"avg(hall-co.co, 1 min) > 60 ppm or avg(co-2.co, 1 min) > 40 ppm"'
    assert fire(late) == ["this fire alarm may take 64.9 s even by its fastest way"]


# -- properties ------------------------------------------------------------------------------------

PROFILES = [
    Profile(
        id=f"{registers} registers",
        name="",
        driver="modbus",
        kind=DetectorKind.SENSOR,
        source="",
        quantities={"smoke": QuantityRange(lowest=0, highest=30)},
        device=ModbusProfile(
            points={
                f"p{number}": ModbusPoint(
                    table=Table.HOLDING_REGISTER, address=3 * number, type=DataType.UINT16
                )
                for number in range(registers)
            }
        ),
    )
    for registers in (1, 3)
]
EVERY = [seconds(0.1), seconds(0.5), seconds(1), seconds(5), seconds(30)]


def detectors(units, name="d"):
    return st.lists(
        st.builds(
            lambda unit, profile, every, alarm: BusDetector(
                id=f"{name}{unit}",
                profile=profile,
                every=every,
                alarm=alarm,
                options=ModbusDetectorOptions(unit=unit),
            ),
            units,
            st.sampled_from(PROFILES),
            st.sampled_from(EVERY),
            st.booleans(),
        ),
        min_size=1,
        max_size=8,
        unique_by=lambda detector: detector.options.unit,
    ).map(tuple)


buses = st.sampled_from(
    [
        ModbusBusOptions(port="p"),
        ModbusBusOptions(port="p", baud=1200, reply_within=seconds(0.05)),
        ModbusBusOptions(port="p", baud=115200, reply_within=seconds(1)),
        ModbusBusOptions(host="h"),
        ModbusBusOptions(host="h", framing=Framing.RTU, turn_around=seconds(0.05)),
    ]
)


def plan_of(options, listed, coils=()):
    outputs = tuple(
        BusOutput(id=f"o{unit}", options=ModbusOutputOptions(unit=unit, coil=0)) for unit in coils
    )
    return BusPlan(id="line", options=options, detectors=listed, outputs=outputs)


@given(buses, detectors(st.integers(1, 20)), detectors(st.integers(21, 40)), st.booleans())
def test_a_further_unit_never_makes_a_detector_quicker(options, listed, more, coil):
    before = times_of(plan_of(options, listed))
    after = times_of(plan_of(options, listed + more, (50,) if coil else ()))

    for name, times in before.items():
        assert sum(part.takes for part in times.change) <= sum(
            part.takes for part in after[name].change
        )
        assert all(
            one <= two for one, two in zip(times.failures, after[name].failures, strict=True)
        )


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 12), st.integers(1, 5), st.sampled_from(["gas-alarm", "pre-alarm"]))
def test_a_further_unit_never_makes_a_rule_quicker(units, more, raises):
    def ways(count):
        listed = "".join(
            f"  - {{id: co-{unit}, zone: hall, bus: line, profile: jxct-jxbs-3001-co, "
            f"unit: {unit}, every: {1 + unit % 3} s}}\n"
            for unit in range(2, 2 + count)
        )
        site, _ = load(
            SITE,
            SERIAL_LINE,
            ("outputs:\n", listed + "outputs:\n"),
            ("raises: gas-alarm", f"raises: {raises}"),
            (
                RULE,
                (
                    'when: "hall-co.co > 60 ppm and avg(co-2.co, 1 min) > 50 ppm or age(hall-co.co)'
                    ' > 60 s"'
                ),
            ),
        )
        return timing_of(site).rules[0].ways

    before, after = ways(units), ways(units + more)

    assert before.fastest.takes <= after.fastest.takes
    assert before.slowest.takes <= after.slowest.takes


def lives(options, listed, dead, shares, *, dies_at_once):
    """Play the schedule of a bus; give each station's longest time from a change to a reading.

    A change is worst just behind the question that missed it. Turns take a share of the time that
    they may take; the dead unit lets its time-out pass, from the start on or a little later.
    """
    stations = stations_of(listed)
    turns = [turn_of(options, station) for station in stations]
    slots = [
        Slot(
            unit=turn.unit,
            every=station.detectors[0].every,
            alarm=turn.alarm,
            jitter=0.5,
            attempt=turn.dead,
            takes=turn.takes,
        )
        for turn, station in zip(turns, stations, strict=True)
    ]
    schedule = Schedule(slots, Instant(0), fills_gaps=not options.numbered)
    now, asked, longest = Instant(0), {}, {}
    for step in range(600):
        slot = schedule.pick(now)
        if slot is None:
            now = Instant(max(now + 1, schedule.next_due(now)))
            continue
        began = now
        if turns[slot].unit == dead and (dies_at_once or step > 40):
            now = Instant(now + turns[slot].dead)
            schedule.failed(slot, now, Duration(0))
            continue
        now = Instant(now + int(turns[slot].takes * shares[step % len(shares)]))
        schedule.answered(slot, now)
        if slot in asked:
            longest[slot] = max(longest.get(slot, 0), now - asked[slot])
        asked[slot] = began
    return {stations[slot].detectors[0].id: took for slot, took in longest.items()}


@settings(max_examples=300, deadline=None)
@given(
    buses,
    detectors(st.integers(1, 20)),
    st.integers(0, 20),
    st.lists(st.sampled_from([0.2, 0.9, 1.0]), min_size=1, max_size=7),
    st.booleans(),
)
def test_no_life_of_the_schedule_is_slower_than_what_is_told(
    options, listed, dead, shares, at_once
):
    told = times_of(plan_of(options, listed))

    for name, took in lives(options, listed, dead, shares, dies_at_once=at_once).items():
        assert took <= sum(part.takes for part in told[name].change), name


# -- what must stay together -----------------------------------------------------------------------


def test_each_driver_tells_its_times():
    assert TIMES.keys() == DRIVERS.keys()
