"""A set of ranges against a plain set."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.range_set import RangeSet

RANGES = st.tuples(st.integers(1, 60), st.integers(0, 12)).map(lambda pair: (pair[0], sum(pair)))


def made(ranges) -> RangeSet:
    made_ = RangeSet()
    for each in ranges:
        made_.add(*each)
    return made_


def numbers(ranges) -> set[int]:
    return {number for first, last in ranges for number in range(first, last + 1)}


@given(st.lists(RANGES), RANGES)
def test_it_holds_what_a_plain_set_holds(ranges, asked):
    oracle, ours = numbers(ranges), made(ranges)

    assert numbers(ours) == oracle
    assert {number for number in range(80) if number in ours} == oracle
    assert numbers(ours.within(*asked)) == oracle & numbers([asked])


@given(st.lists(RANGES), RANGES)
def test_its_ranges_ascend_and_no_two_touch(ranges, asked):
    for found in (list(made(ranges)), made(ranges).within(*asked)):
        flat = [end for each in found for end in each]

        assert flat == sorted(flat)
        assert all(found[place][0] > found[place - 1][1] + 1 for place in range(1, len(found)))


@given(st.lists(RANGES, max_size=60), st.integers(1, 4))
def test_it_never_has_more_ranges_than_it_may_and_never_a_number_too_many(ranges, most):
    bounded = RangeSet(most)
    for each in ranges:
        bounded.add(*each)

        assert len(bounded) <= most
    assert numbers(bounded) <= numbers(ranges)


def test_the_lowest_range_is_forgotten_for_want_of_room():
    bounded = RangeSet(2)
    for number in (5, 1, 9):
        bounded.add(number, number)

    assert list(bounded) == [(5, 5), (9, 9)]


def test_a_million_events_in_a_row_are_one_range():
    ours = RangeSet()
    for first in range(1, 1_000_000, 1000):
        ours.add(first, first + 999)

    assert list(ours) == [(1, 1_000_000)]
