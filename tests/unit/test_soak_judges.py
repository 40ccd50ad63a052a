"""The long run's judges find what they are there for: what grows, what drifts, what is missing."""

import pytest
from soak.flatness import grown, is_flat, then_and_now
from soak.raster import WITHIN, kept_raster

from rules.instant import Instant, seconds
from rules.reading import BusUp, FailedPoll, FaultCause, Reading

PERIOD = seconds(1)
HOUR = 3600


def polled(every_s, *, late_s=lambda turn: 0.0, begins_s=0.0, turns=HOUR):
    """Give the readings of an hour that were asked for so often, each so late."""
    up = BusUp("line", Instant(seconds(begins_s)))
    times = (begins_s + turn * every_s + late_s(turn) for turn in range(turns))
    return [up, *(Reading("heat", "temperature", 30.0, Instant(seconds(at))) for at in times)]


def kept(inputs):
    return kept_raster(inputs, {"heat": "line"}, {"heat": PERIOD})["heat"]


def test_polls_that_keep_their_raster_move_by_nothing_however_late_some_answers_are():
    found = kept(polled(1.0, late_s=lambda turn: 0.3 if turn % 50 == 7 else 0.02))

    assert found.drift == 0
    assert (found.off, found.readings, found.periods) == (HOUR // 50, HOUR, HOUR)


@pytest.mark.parametrize("every_s", [1.00005, 0.99995])
def test_polls_that_are_a_little_late_each_time_drift(every_s):
    """By 50 µs each, which is 180 ms in an hour."""
    assert kept(polled(every_s)).drift > WITHIN


def test_a_bus_that_comes_back_begins_a_raster_of_its_own():
    inputs = [*polled(1.0, turns=300), *polled(1.0, begins_s=300.4, turns=300)]

    assert kept(inputs).drift == 0
    assert kept([each for each in inputs if not isinstance(each, BusUp)]).drift > WITHIN


def test_polls_that_were_left_out_are_missing():
    inputs = [each for n, each in enumerate(polled(1.0)) if n % 10 != 5]
    failed = FailedPoll("heat", FaultCause.NO_REPLY, "", Instant(seconds(5)))

    assert kept([*inputs, failed]).periods - kept(inputs).readings == HOUR // 10


def test_what_grows_steadily_is_not_flat_and_what_warms_up_is():
    assert not is_flat([40_000 + 15 * turn for turn in range(700)], 0.10)
    assert not is_flat([40_000 - 15 * turn for turn in range(700)], 0.10)
    assert is_flat([40_000 - 30_000 // (turn + 1) for turn in range(700)], 0.10)
    assert grown([30 + turn // 100 for turn in range(700)]) >= 3


def test_one_that_jumps_about_is_judged_by_its_middle():
    assert then_and_now([30, 31, 60] * 100) == (31, 31)


def test_too_few_signs_are_no_proof():
    assert not is_flat([40_000] * 3, 0.10)
