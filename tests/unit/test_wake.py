"""The turns of what is asked by itself: they lie on one raster for ever."""

from hypothesis import given
from hypothesis import strategies as st

from drivers.wake import next_turn
from rules.instant import Duration, Instant, seconds

BEGINS = Instant(10**15)


@given(
    every=st.integers(1, seconds(30)),
    stalls=st.lists(st.integers(0, seconds(100)), max_size=50),
)
def test_turns_keep_their_raster_whatever_stalls(every: int, stalls: list[int]) -> None:
    turn = BEGINS
    for stall in stalls:
        now = Instant(turn + stall)

        turn = next_turn(turn, Duration(every), now)

        assert (turn - BEGINS) % every == 0
        assert now < turn <= now + every


def test_a_turn_that_has_not_come_is_followed_by_the_one_behind_it() -> None:
    assert next_turn(BEGINS, seconds(1), Instant(BEGINS - 5)) == BEGINS + seconds(1)
