"""The windows held against plain ones that keep the whole history and apply the definition."""

from fractions import Fraction
from math import cos, inf, isinf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.instant import NANOSECONDS_PER_SECOND, Instant, seconds
from rules.window import MOST_READINGS, AverageWindow, RateWindow

SPAN = seconds(10)
ENOUGH = SPAN * 8 // 10  # nanoseconds that must be known


class PlainAverage:
    """Each value counts for the time until the next one; unknown counts for nothing."""

    def __init__(self, span):
        self.span = span
        self.history = []

    def add(self, at, value):
        self.history.append((at, value))

    def value(self, now):
        left = now - self.span
        covered, integral, beyond = 0, Fraction(0), set()
        ends = [at for at, _ in self.history[1:]] + [now]
        for (start, value), end in zip(self.history, ends, strict=True):
            newest = (start, value) == self.history[-1]
            if value is None or (end <= left and not newest):
                continue
            covered += end - max(start, left)
            if isinf(value):
                beyond.add(value)
            else:
                integral += Fraction(value) * (end - max(start, left))
        if covered * 10 < self.span * 8:
            return None
        if beyond:
            return beyond.pop() if len(beyond) == 1 else None
        return float(integral / covered)


class PlainRate:
    """The least-squares slope of the finite readings of the span; over-range while it is newest."""

    def __init__(self, span):
        self.span = span
        self.history = []

    def add(self, at, value):
        self.history.append((at, value))

    def value(self, now):
        if self.history and self.history[-1][1] is not None and isinf(self.history[-1][1]):
            return self.history[-1][1]
        left = now - self.span
        seen = [
            (Fraction(at, NANOSECONDS_PER_SECOND), Fraction(value))
            for at, value in self.history
            if value is not None and not isinf(value) and at >= left
        ]
        if len(seen) < 2 or (seen[-1][0] - seen[0][0]) * 10 < Fraction(
            self.span * 8, NANOSECONDS_PER_SECOND
        ):
            return None
        mean_t = sum(t for t, _ in seen) / len(seen)
        mean_v = sum(v for _, v in seen) / len(seen)
        return float(
            sum((t - mean_t) * (v - mean_v) for t, v in seen)
            / sum((t - mean_t) ** 2 for t, _ in seen)
        )


PAIRS = [(AverageWindow, PlainAverage), (RateWindow, PlainRate)]

VALUES = st.one_of(
    st.floats(-200, 200, width=32),
    st.floats(-200, 200, width=32),
    st.floats(-200, 200, width=32),
    st.none(),
    st.sampled_from([inf, inf, -inf]),
)
# Regular polls, bursts at one instant, jitter of nanoseconds, and gaps longer than the span.
STEPS = st.one_of(
    st.just(seconds(1)),
    st.just(seconds(1)),
    st.integers(0, 3),
    st.integers(0, seconds(3)),
    st.integers(seconds(5), seconds(30)),
)
SERIES = st.lists(st.tuples(STEPS, VALUES, st.integers(0, seconds(4))), min_size=1, max_size=60)


def close(left, right):
    if left is None or right is None or isinf(left) or isinf(right):
        return left == right
    return left == pytest.approx(right, rel=1e-7, abs=1e-6)


@pytest.mark.parametrize(("window", "plain"), PAIRS)
@given(series=SERIES)
def test_a_window_gives_what_its_definition_gives(window, plain, series):
    """It is asked as the engine does: at readings, some time after them, never back in time."""
    running, definition = window(SPAN), plain(SPAN)
    at = now = Instant(seconds(1000))

    for step, value, delay in series:
        at = Instant(at + step)
        running.add(at, value)
        definition.add(at, value)
        for asked in (at, at + delay):
            now = max(now, asked)
            assert close(definition.value(now), running.value(now))


@pytest.mark.parametrize(("window", "plain"), PAIRS)
@pytest.mark.parametrize("gap", [None, seconds(86400), seconds(300 * 86400)])
@pytest.mark.parametrize("spike", [40.0, 1e15])
def test_ten_thousand_readings_do_not_drift(window, plain, gap, spike):
    span = seconds(60)
    running, definition = window(span), plain(span)
    at = Instant(0)

    for i in range(10_000):
        at = Instant(at + seconds(0.5) + (i * 7919) % 1000)
        if gap is not None and i == 9_700:
            at = Instant(at + gap)
        value = spike if i == 8_000 else 20.0 + 40.0 * cos(i / 50) + (i % 7) * 0.01
        running.add(at, value)
        definition.add(at, value)
        del definition.history[:-200]
        if i % 997 == 0:
            running.value(at)

    assert definition.value(at) == pytest.approx(running.value(at), rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("window", [AverageWindow, RateWindow])
@pytest.mark.parametrize("value", [1.0, inf, None])
def test_memory_is_bounded_however_fast_readings_come(window, value):
    running = window(seconds(3600))

    for i in range(MOST_READINGS * 2):
        running.add(Instant(i), value if i % 2 else 2.0)

    held = len(running._readings)
    assert held <= MOST_READINGS
    assert len(getattr(running, "_infinite", ())) <= held


def test_an_average_is_unknown_one_nanosecond_below_its_coverage():
    running = AverageWindow(SPAN)
    running.add(Instant(0), 4.0)

    assert running.value(Instant(ENOUGH - 1)) is None
    assert running.value(Instant(ENOUGH)) == 4.0


def test_an_average_is_lost_one_nanosecond_below_its_coverage():
    running = AverageWindow(SPAN)
    running.add(Instant(0), 4.0)
    running.add(Instant(SPAN), None)

    assert running.value(Instant(SPAN + SPAN - ENOUGH)) == 4.0
    assert running.value(Instant(SPAN + SPAN - ENOUGH + 1)) is None


def test_a_rate_is_unknown_one_nanosecond_below_its_coverage():
    def slope_over(stretch):
        running = RateWindow(SPAN)
        running.add(Instant(0), 0.0)
        running.add(Instant(stretch), 8.0)
        return running.value(Instant(stretch))

    assert slope_over(ENOUGH - 1) is None
    assert slope_over(ENOUGH) == pytest.approx(1.0)


def test_a_reading_at_the_far_edge_of_the_span_is_in_a_rate_and_leaves_it_after():
    running = RateWindow(SPAN)
    running.add(Instant(0), 0.0)
    running.add(Instant(SPAN), 10.0)

    assert running.value(Instant(SPAN)) == pytest.approx(1.0)
    assert running.value(Instant(SPAN + 1)) is None


def test_a_poll_missed_in_five_still_leaves_an_average():
    running = AverageWindow(SPAN)
    for i in range(50):
        running.add(Instant(seconds(i)), None if i % 5 == 4 else 7.0)

    assert running.value(Instant(seconds(50))) == pytest.approx(7.0)


def test_over_range_in_the_window_never_dilutes_into_a_number():
    running = AverageWindow(SPAN)
    for i in range(20):
        running.add(Instant(seconds(i)), inf if i == 12 else 1.0)

    assert running.value(Instant(seconds(20))) == inf
    assert running.value(Instant(seconds(23) - 1)) == inf
    assert running.value(Instant(seconds(23))) == pytest.approx(1.0)


def test_nothing_is_known_before_the_first_reading():
    assert AverageWindow(SPAN).value(Instant(0)) is None
    assert RateWindow(SPAN).value(Instant(0)) is None
