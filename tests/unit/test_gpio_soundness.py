"""Whether an output works is told without wavering."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from drivers.gpio.soundness import (
    FAILURES_BEFORE_TELLING,
    LONGEST_AGAIN_AFTER,
    SOUND_AFTER,
    Soundness,
)
from rules.instant import Instant, seconds

attempts = st.lists(st.tuples(st.integers(1, SOUND_AFTER), st.booleans()), max_size=80)


def play(tried: list[tuple[int, bool]]) -> list[tuple[Instant, bool]]:
    """Give what was told of an output, and when."""
    soundness, now, told = Soundness(), Instant(0), []
    for wait, succeeded in tried:
        now = Instant(now + wait)
        if soundness.succeeded(now) if succeeded else soundness.failed(now):
            told.append((now, succeeded))
    return told


@given(attempts)
def test_down_and_up_are_told_in_turn_and_up_never_soon_after_down(
    tried: list[tuple[int, bool]],
) -> None:
    told = play(tried)

    for (before, was_up), (after, is_up) in itertools.pairwise(told):
        assert was_up != is_up
        assert not is_up or after - before >= SOUND_AFTER


@given(attempts)
def test_an_output_that_always_works_is_told_to_be_up_once(tried: list[tuple[int, bool]]) -> None:
    assert len(play([(wait, True) for wait, _ in tried])) == min(1, len(tried))


def test_one_that_fails_every_second_time_is_down_and_stays_so() -> None:
    second = seconds(1)
    flapping = [(second, number % 2 == 0) for number in range(100)]

    told = play(flapping)

    assert [is_up for _, is_up in told] == [True, False]
    assert told[1][0] == 2 * FAILURES_BEFORE_TELLING * second


def test_it_is_up_again_once_nothing_has_failed_for_a_while() -> None:
    told = play([(1, False)] * 3 + [(seconds(1), True)] * 20)

    assert told == [(3, False), (3 + SOUND_AFTER, True)]


def test_a_failed_attempt_is_tried_again_soon_then_ever_more_seldom() -> None:
    soundness = Soundness()
    waits = []
    now = Instant(0)
    for _ in range(60):
        soundness.failed(now)
        assert soundness.due is not None
        waits.append(soundness.due - now)
        now = soundness.due

    assert waits[0] == seconds(0.1)
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_AGAIN_AFTER
    assert not soundness.works
    soundness.succeeded(now)
    assert soundness.works
    assert soundness.due is None
