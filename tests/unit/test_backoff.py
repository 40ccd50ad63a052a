"""Waiting before the next attempt."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.backoff import Backoff
from rules.instant import Duration, seconds

RULE = Backoff(first=seconds(1), longest=seconds(60))


def test_the_ceiling_doubles_until_the_longest():
    ceilings = [RULE.ceiling(attempt) for attempt in range(8)]

    assert ceilings == [seconds(s) for s in (1, 2, 4, 8, 16, 32, 60, 60)]


def test_a_herd_spreads_over_the_whole_span():
    assert RULE.delay(3, 0.0) == 0
    assert RULE.delay(3, 0.25) == seconds(2)
    assert RULE.delay(3, 1.0) == seconds(8)


@given(
    first=st.integers(1, 10**12),
    more=st.integers(0, 10**13),
    attempt=st.integers(0, 10**9),
    fraction=st.floats(0, 1),
)
def test_no_wait_is_longer_than_the_longest_after_any_number_of_failures(
    first, more, attempt, fraction
):
    rule = Backoff(first=Duration(first), longest=Duration(first + more))

    assert 0 <= rule.delay(attempt, fraction) <= rule.longest


def test_what_makes_no_sense_is_refused():
    with pytest.raises(ValueError, match="not ascending"):
        Backoff(first=seconds(2), longest=seconds(1))
    with pytest.raises(ValueError, match="count from 0"):
        RULE.delay(-1, 0.5)
    with pytest.raises(ValueError, match="from 0 to 1"):
        RULE.delay(0, 1.5)
