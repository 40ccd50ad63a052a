"""The dose of carbon monoxide by the rows of EN 50291-1; when ages and doses pass thresholds."""

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.instant import Duration, Instant, seconds
from rules.window_age import AgeWindow
from rules.window_dose import EVERYTHING, MINUTES_TO_FULL, DoseWindow, speed

MINUTE = 60


def dosed(*stretches, start=0):
    """Give the dose window and the second after stretches of (ppm, minutes), read each second."""
    window, second = DoseWindow(Duration(0)), start
    for concentration, minutes in stretches:
        for _ in range(round(minutes * MINUTE)):
            window.add(Instant(seconds(second)), concentration)
            second += 1
    return window, second


def dose_after(*stretches):
    window, second = dosed(*stretches)
    return window.value(Instant(seconds(second)))


@pytest.mark.parametrize(
    ("concentration", "not_before", "by"),
    [
        (30, 120, None),
        (50, 59, 90),
        (50, 60, 90),
        (100, 9, 40),
        (100, 10, 40),
        (300, None, 3),
    ],
)
def test_the_alarm_comes_in_the_time_that_the_standard_gives(concentration, not_before, by):
    if not_before is not None:
        assert dose_after((concentration, not_before)) < 100
    if by is not None:
        assert dose_after((concentration, by)) == 100


@pytest.mark.parametrize(("concentration", "minutes"), MINUTES_TO_FULL[1:])
def test_at_the_corners_the_dose_is_full_in_the_time_of_the_corner(concentration, minutes):
    assert dose_after((concentration, minutes - 0.1)) < 100
    assert dose_after((concentration, minutes)) == pytest.approx(100)


@given(st.lists(st.floats(0, 2 * EVERYTHING), min_size=2, max_size=2))
def test_more_is_never_slower(concentrations):
    less, more = sorted(concentrations)

    assert speed(less) <= speed(more)


def test_a_reading_a_second_and_one_for_all_come_to_the_same():
    window = DoseWindow(Duration(0))
    window.add(Instant(0), 70.0)

    assert window.value(Instant(seconds(600))) == pytest.approx(dose_after((70.0, 10)))


def test_clean_air_undoes_a_full_dose_in_four_hours():
    assert dose_after((300, 3), (0, 120)) == pytest.approx(50)
    assert dose_after((300, 3), (30, 239.9)) > 0
    assert dose_after((300, 3), (0, 241)) == 0


def test_over_range_is_the_full_dose_at_once():
    window = DoseWindow(Duration(0))
    window.add(Instant(0), inf)
    assert window.value(Instant(0)) == 100

    window.add(Instant(0), 5.0)
    assert window.value(Instant(seconds(60))) == pytest.approx(100 - 100 / 240)


def test_while_the_concentration_is_unknown_the_dose_is_frozen_and_unknown():
    window, second = dosed((100, 5))
    before = window.value(Instant(seconds(second)))
    window.add(Instant(seconds(second)), None)

    assert window.value(Instant(seconds(second + 3600))) is None

    window.add(Instant(seconds(second + 3600)), 100.0)
    assert window.value(Instant(seconds(second + 3600))) == before


def test_a_full_dose_stays_known_though_the_detector_is_lost():
    window, second = dosed((300, 3))
    window.add(Instant(seconds(second)), None)

    assert window.value(Instant(seconds(second + 10 * 3600))) == 100


def test_before_the_first_concentration_nothing_is_known():
    window = DoseWindow(Duration(0))
    assert window.value(Instant(seconds(5))) is None

    window.add(Instant(seconds(5)), None)
    assert window.value(Instant(seconds(6))) is None
    assert window.passes(Instant(seconds(6)), 50.0) is None


SERIES = st.lists(
    st.tuples(
        st.integers(0, seconds(1800)),
        st.one_of(st.none(), st.floats(0, 500), st.sampled_from([30.0, 100.0, inf, -inf])),
    ),
    min_size=1,
    max_size=12,
)


@given(
    make=st.sampled_from([AgeWindow, DoseWindow]),
    series=SERIES,
    ahead=st.integers(0, seconds(600)),
    threshold=st.one_of(
        st.sampled_from([0.0, 30.0, 100.0]), st.integers(-100, 7000).map(lambda each: each / 10)
    ),
)
def test_until_it_is_said_to_pass_a_threshold_it_stays_on_its_side(make, series, ahead, threshold):
    window, at = make(Duration(0)), Instant(seconds(1000))
    for step, value in series:
        at = Instant(at + step)
        window.add(at, value)
    now = Instant(at + ahead)

    def side(instant):
        value = window.glimpse(instant)
        return None if value is None else (value > threshold, value >= threshold)

    passes = window.passes(now, threshold)

    assert passes is None or passes > now
    # To the nanosecond or two: sums of floats may fall on either side of a whole one.
    last = Instant(now + seconds(20_000) if passes is None else passes - 3)
    for later in (now + 1, (now + last) // 2, last):
        if now < later <= last:
            assert side(Instant(later)) == side(now)
    if passes is not None:
        assert side(Instant(passes + 2)) != side(now)
