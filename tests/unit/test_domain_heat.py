"""Heat detectors: the classes of EN 54-5 through the engine, in air that is read every second.

A window is that of the air temperature, which rises evenly from the class's typical application
temperature. A real detector lags behind the air; a sensor that lags is later by that.
"""

import pytest
from scenario import RANGES, Life, detector, rule, site, told

from rules.profile import DetectorKind, QuantityRange

pytestmark = pytest.mark.unmeasured  # hours of slow ramps

# °C: typical application, least and greatest static response.
CLASSES = {
    "A1": (25, 54, 65),
    "A2": (25, 54, 70),
    "B": (40, 69, 85),
    "C": (55, 84, 100),
    "D": (70, 99, 115),
    "E": (85, 114, 130),
    "F": (100, 129, 145),
    "G": (115, 144, 160),
}
EVERY_CLASS = [name + suffix for name in CLASSES for suffix in ("", "R", "S")]
LATE_CLASSES = [name for name in EVERY_CLASS if not name.startswith("A1")]

# K/min: the earliest and latest response, in minutes and seconds.
A1 = {
    1: ((29, 0), (40, 20)),
    3: ((7, 13), (13, 40)),
    5: ((4, 9), (8, 20)),
    10: ((1, 0), (4, 20)),
    20: ((0, 30), (2, 20)),
    30: ((0, 20), (1, 40)),
}
LATEST = {1: (46, 0), 3: (16, 0), 5: (10, 0), 10: (5, 30), 20: (3, 13), 30: (2, 25)}

SLOW = 0.2  # K/min: what EN 54-5 calls a static response
RESTED = 90
"""Seconds at the first temperature before it rises: the windows are full."""

HOT = {**RANGES, "temperature": QuantityRange(lowest=-40, highest=200)}


def responds(name, begins, per_minute, ends=200.0):
    """Give after how many seconds of a rise the class alarms, and at which temperature."""
    life = Life(
        site(
            detector("h", "temperature", kind=DetectorKind.HEAT, ranges=HOT),
            rule("hot", f"heat_class(h.temperature, {name})"),
        )
    )
    second, air = 0, begins
    while air < ends:
        air = begins + per_minute * max(0, second - RESTED) / 60
        step = life.read(second, "h", "temperature", round(air, 1))  # a device of tenths
        if "alarm: entered fire-alarm rule/hot" in told(step):
            return second - RESTED, air
        second += 1
    return None


def clock(minutes, seconds):
    return 60 * minutes + seconds


@pytest.mark.parametrize("name", EVERY_CLASS)
def test_a_slow_rise_alarms_within_the_static_window_of_the_class(name):
    _, least, greatest = CLASSES[name.rstrip("RS")]

    _, air = responds(name, least - 3, SLOW)

    assert least <= air <= greatest


@pytest.mark.parametrize("name", EVERY_CLASS)
def test_a_slow_rise_alarms_nobody_below_the_static_window(name):
    _, least, _ = CLASSES[name.rstrip("RS")]

    assert responds(name, least - 4, SLOW, ends=least - 0.1) is None


@pytest.mark.parametrize("per_minute", A1)
@pytest.mark.parametrize("name", ["A1", "A1R", "A1S"])
def test_class_a1_alarms_within_its_window_at_each_rate_of_rise(name, per_minute):
    earliest, latest = A1[per_minute]

    seconds, _ = responds(name, CLASSES["A1"][0], per_minute)

    assert clock(*earliest) <= seconds <= clock(*latest)


@pytest.mark.parametrize("per_minute", LATEST)
@pytest.mark.parametrize("name", LATE_CLASSES)
def test_every_further_class_alarms_in_time_at_each_rate_of_rise(name, per_minute):
    seconds, _ = responds(name, CLASSES[name.rstrip("RS")][0], per_minute)

    assert seconds <= clock(*LATEST[per_minute])


@pytest.mark.parametrize("per_minute", [10, 20, 30])
@pytest.mark.parametrize("name", list(CLASSES))
def test_with_suffix_r_a_steep_rise_is_in_time_from_a_cold_room_too(name, per_minute):
    latest = A1[per_minute][1] if name == "A1" else LATEST[per_minute]
    begins = CLASSES[name][0] - 20

    seconds, _ = responds(f"{name}R", begins, per_minute)

    assert seconds <= clock(*latest)
    assert seconds < responds(name, begins, per_minute)[0]


@pytest.mark.parametrize("per_minute", [5, 30])
@pytest.mark.parametrize("name", list(CLASSES))
def test_with_suffix_s_no_rise_alarms_below_the_least_static_temperature(name, per_minute):
    typical, least, _ = CLASSES[name]

    _, air = responds(f"{name}S", typical - 20, per_minute)

    assert air >= least


def test_25_ten_kelvin_a_minute_from_25_degrees_alarms_class_a1r_in_its_window():
    seconds, air = responds("A1R", 25, 10)

    assert clock(1, 0) <= seconds <= clock(4, 20)
    assert air < 54  # by the rise, and not by the static temperature


def test_25_a_crawl_to_53_degrees_alarms_nobody_and_58_degrees_do_before_65():
    assert responds("A1R", 25, SLOW, ends=53) is None

    _, air = responds("A1R", 53, SLOW)
    assert air <= 58
    _, air = responds("A2", 53, SLOW)  # a static one, at 60 °C
    assert 58 <= air <= 65


@pytest.mark.parametrize(
    ("name", "static"), [("A1", 56), ("A1R", 56), ("A2S", 60), ("BS", 74), ("A1S", 56)]
)
def test_the_static_temperatures_are_those_at_which_fire_panels_alarm(name, static):
    _, air = responds(name, static - 3, SLOW)

    assert air == pytest.approx(static, abs=0.06)


def test_a_rise_of_four_kelvin_a_minute_alarms_class_a1r_at_46_degrees_and_a_slower_one_does_not():
    _, steep = responds("A1R", 25, 4.2)
    _, gentle = responds("A1R", 25, 3.8)

    assert steep == pytest.approx(46, abs=0.1)
    assert gentle == pytest.approx(56, abs=0.1)
