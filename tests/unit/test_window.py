"""The windows held against plain ones that keep the whole history and apply the definition."""

from fractions import Fraction
from itertools import pairwise
from math import cos, exp, inf, isinf, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.instant import NANOSECONDS_PER_SECOND, Instant, seconds
from rules.window import MOST_READINGS
from rules.window_average import AverageWindow
from rules.window_coverage import Coverage
from rules.window_functions import WINDOW_FUNCTIONS
from rules.window_rate import RateWindow
from rules.window_ring import Ring

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
        newest = len(self.history) - 1
        for i, ((start, value), end) in enumerate(zip(self.history, ends, strict=True)):
            if value is None or (i != newest and (end <= left or end == start)):
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


class PlainHistory:
    """All readings ever, and what was held when."""

    def __init__(self, span):
        self.span = span
        self.history = []

    def add(self, at, value):
        self.history.append((at, value))

    def stretches(self, now):
        """Give (begin, end, value) of each known stretch; the newest one has no end."""
        ends = [at for at, _ in self.history[1:]] + [inf]
        return [
            (at, end, value)
            for (at, value), end in zip(self.history, ends, strict=True)
            if value is not None and end > at
        ]

    def is_covered(self, now):
        left = now - self.span
        known = sum(
            max(0, min(end, now) - max(begin, left)) for begin, end, _ in self.stretches(now)
        )
        return known * 10 >= self.span * 8

    def held_in_span(self, now):
        """Give the values that were held at any instant of the span, its edges included."""
        left = now - self.span
        return [value for begin, end, value in self.stretches(now) if begin <= now and end > left]


class PlainLeast(PlainHistory):
    def value(self, now):
        return min(self.held_in_span(now)) if self.is_covered(now) else None


class PlainGreatest(PlainHistory):
    def value(self, now):
        return max(self.held_in_span(now)) if self.is_covered(now) else None


class PlainChange(PlainHistory):
    def value(self, now):
        if not self.is_covered(now) or self.history[-1][1] is None:
            return None
        newest = self.history[-1][1]
        if isinf(newest):
            return newest
        earliest = self.held_in_span(now)[0]
        return None if isinf(earliest) else newest - earliest


class PlainAge(PlainHistory):
    def value(self, now):
        known = [at for at, value in self.history if value is not None]
        return (now - known[-1]) / NANOSECONDS_PER_SECOND if known else None


class PlainDose(PlainHistory):
    """The dose of EN 50291-1, stretch by stretch."""

    TIMES = ((30, 150), (50, 75), (100, 25), (300, 2))

    def value(self, now):
        if all(value is None for _, value in self.history):
            return None
        dose = 0.0
        ends = [at for at, _ in self.history[1:]] + [now]
        for (begin, value), end in zip(self.history, ends, strict=True):
            minutes = (end - begin) / NANOSECONDS_PER_SECOND / 60
            if value is None:
                continue
            if value == inf:
                dose = 100.0
            elif value > 30:
                dose = min(100.0, dose + 100 * minutes / self.time_of(value))
            else:
                dose = max(0.0, dose - 100 * minutes / 240)
        return dose if dose >= 100 or self.history[-1][1] is not None else None

    def time_of(self, value):
        pairs = list(pairwise(self.TIMES))
        (low, slow), (high, fast) = next((pair for pair in pairs if value <= pair[1][0]), pairs[-1])
        part = (log(value) - log(low)) / (log(high) - log(low))
        return exp(log(slow) + part * (log(fast) - log(slow)))


PLAIN = {
    "avg": PlainAverage,
    "rate": PlainRate,
    "min": PlainLeast,
    "max": PlainGreatest,
    "change": PlainChange,
    "age": PlainAge,
    "co_dose": PlainDose,
}
PAIRS = [(AverageWindow, PlainAverage), (RateWindow, PlainRate)]


def test_every_function_of_the_language_is_held_against_its_definition():
    assert set(PLAIN) == set(WINDOW_FUNCTIONS)


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


def close(left, right):
    if left is None or right is None or isinf(left) or isinf(right):
        return left == right
    return left == pytest.approx(right, rel=1e-7, abs=1e-6)


LATER = st.one_of(
    st.integers(0, 4).map(seconds),
    st.integers(0, seconds(4)),
    st.integers(-seconds(20), seconds(20)),
)
SERIES = st.lists(st.tuples(STEPS, VALUES, LATER), min_size=1, max_size=60)


@pytest.mark.parametrize("name", PLAIN)
@given(series=SERIES, scale=st.sampled_from([1, 60]))
def test_a_window_gives_what_its_definition_gives(name, series, scale):
    """At readings, some time after them, and late: that counts as at the newest instant so far."""
    running, definition = WINDOW_FUNCTIONS[name].make(SPAN), PLAIN[name](SPAN)
    at = now = Instant(seconds(1000))

    for step, value, later in series:
        at = Instant(at + (step if name != "co_dose" else step * scale))
        running.add(at, value)
        definition.add(at, value)
        for asked in (at, at + later):
            now = max(now, asked, at)
            expected = definition.value(now)
            glimpsed = running.glimpse(asked)
            assert close(expected, glimpsed)
            assert glimpsed == running.glimpse(asked) == running.value(asked)
            assert running.is_known(asked) is (expected is not None)


@pytest.mark.parametrize("name", PLAIN)
@given(series=SERIES, glimpses=st.lists(st.integers(-seconds(5), seconds(60)), max_size=20))
def test_a_glimpse_ahead_leaves_a_window_as_it_was(name, series, glimpses):
    looked_at, left_alone = (WINDOW_FUNCTIONS[name].make(SPAN) for _ in range(2))
    at = Instant(seconds(1000))

    for (step, value, _), ahead in zip(series, glimpses, strict=False):
        at = Instant(at + step)
        for window in (looked_at, left_alone):
            window.add(at, value)
        looked_at.glimpse(Instant(at + ahead))
        assert looked_at.value(at) == left_alone.value(at)


@pytest.mark.parametrize("name", PLAIN)
@given(series=SERIES, looks=st.lists(st.integers(-seconds(5), seconds(60)), max_size=40))
def test_whether_a_window_is_known_can_be_asked_at_any_instant_and_changes_nothing(
    name, series, looks
):
    looked_at, left_alone = (WINDOW_FUNCTIONS[name].make(SPAN) for _ in range(2))
    at = Instant(seconds(1000))

    for (step, value, later), ahead in zip(series, looks, strict=False):
        at = Instant(at + step)
        for window in (looked_at, left_alone):
            window.add(at, value)
        asked = Instant(at + ahead)
        assert looked_at.is_known(asked) is (left_alone.glimpse(asked) is not None)
        assert looked_at.value(at + later) == left_alone.value(at + later)


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


@pytest.mark.parametrize("name", ["avg", "rate", "min", "max", "change"])
@pytest.mark.parametrize("value", [1.0, inf, None, "falling", "rising"])
def test_memory_is_bounded_however_fast_readings_come(name, value):
    running = WINDOW_FUNCTIONS[name].make(seconds(3600))

    for i in range(MOST_READINGS * 3):
        monotone = {"falling": -float(i), "rising": float(i)}.get(value, value)
        running.add(Instant(i), 2.0 if i % 2 and not isinstance(value, str) else monotone)

    assert sum(map(len, _bytes_of(running))) <= 3 * 16 * MOST_READINGS


def _bytes_of(window):
    """Give the arrays and lists that a window holds, as bytes or as long as those would be."""
    for held in (getattr(window, slot) for slot in type(window).__slots__):
        if isinstance(held, Ring):
            yield from (held._instants.tobytes(), held._numbers.tobytes())
        elif isinstance(held, Coverage):
            yield held._closed.tobytes()
        elif isinstance(held, list):
            yield bytes(16 * len(held))


@pytest.mark.parametrize("name", ["min", "max", "change", "avg"])
def test_a_window_that_is_fed_too_fast_is_unknown_rather_than_short_sighted(name):
    """Its oldest readings have gone: what it could say would not be of the span."""
    running = WINDOW_FUNCTIONS[name].make(SPAN)
    apart = SPAN // MOST_READINGS // 2
    for i in range(MOST_READINGS * 2):
        running.add(Instant(i * apart), -float(i) if name == "max" else float(i))

    assert running.value(Instant(SPAN)) is None


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


@pytest.mark.parametrize("name", WINDOW_FUNCTIONS)
def test_nothing_is_known_before_the_first_reading(name):
    assert WINDOW_FUNCTIONS[name].make(SPAN).value(Instant(0)) is None


@pytest.mark.parametrize(("name", "at_the_edge", "after"), [("max", 9.0, 1.0), ("min", 0.0, 1.0)])
def test_a_value_leaves_an_extreme_when_it_is_held_no_more_within_the_span(
    name, at_the_edge, after
):
    running = WINDOW_FUNCTIONS[name].make(SPAN)
    running.add(Instant(0), 50.0 if name == "max" else -50.0)  # held at no instant
    for at, value in enumerate([at_the_edge, after, after]):
        running.add(Instant(seconds(at)), value)

    assert running.value(Instant(seconds(11) - 1)) == at_the_edge
    assert running.value(Instant(seconds(11))) == after


def test_a_change_is_from_the_value_that_was_held_where_the_span_begins():
    running = WINDOW_FUNCTIONS["change"].make(SPAN)
    for at, value in [(0, 50.0), (0, 20.0), (5, 26.0), (9, 29.0)]:  # 50 was held at no instant
        running.add(Instant(seconds(at)), value)

    assert running.value(Instant(seconds(9))) == 9.0
    assert running.value(Instant(seconds(15) - 1)) == 9.0
    assert running.value(Instant(seconds(15))) == 3.0


def test_a_change_from_over_range_is_unknown_and_one_to_it_is_beyond_everything():
    running = WINDOW_FUNCTIONS["change"].make(SPAN)
    running.add(Instant(0), inf)
    running.add(Instant(seconds(5)), 20.0)
    assert running.value(Instant(seconds(10))) is None

    running.add(Instant(seconds(11)), inf)
    assert running.value(Instant(seconds(11))) == inf


def test_what_a_rate_is_asked_late_counts_as_at_the_newest_reading_though_that_is_unknown():
    running = RateWindow(SPAN)
    for at, value in [(0, 0.0), (5, 5.0), (10, 10.0), (12, None)]:
        running.add(Instant(seconds(at)), value)

    assert running.value(Instant(seconds(10))) is None  # at 12 s, the first has left the span
