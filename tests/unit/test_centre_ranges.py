"""Ranges of what has come and what is missing, against plain sets."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.centre.ranges import around, count, joined, missing

RANGES = st.tuples(st.integers(1, 60), st.integers(0, 12)).map(lambda pair: (pair[0], sum(pair)))
SOME = st.lists(RANGES, max_size=20)


def numbers(ranges) -> set[int]:
    return {number for first, last in ranges for number in range(first, last + 1)}


@given(SOME)
def test_joined_ranges_hold_the_same_numbers_and_no_two_touch(ranges):
    found = joined(ranges)

    assert numbers(found) == numbers(ranges)
    assert all(first <= last for first, last in found)
    assert all(found[place][0] > found[place - 1][1] + 1 for place in range(1, len(found)))
    assert count(found) == len(numbers(ranges))


@given(SOME, st.integers(0, 90))
def test_what_is_missing_is_all_that_has_not_come_up_to_the_highest_heard_of(ranges, announced):
    has = joined(ranges)

    gaps = missing(has, announced)

    highest = max([announced, *numbers(ranges)])
    assert numbers(gaps) == set(range(1, highest + 1)) - numbers(ranges)
    assert joined(gaps) == gaps


@given(SOME, st.sets(st.integers(1, 80)))
def test_the_ranges_around_some_numbers_are_those_that_hold_one_of_them(ranges, some):
    has = joined(ranges)

    assert around(has, some) == [each for each in has if numbers([each]) & some]


def test_a_million_events_in_a_row_are_one_range():
    assert joined((first, first + 999) for first in range(1, 1_000_000, 1000)) == [(1, 1_000_000)]
