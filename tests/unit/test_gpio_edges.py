"""Edges on their way from one thread to another, and their instants."""

from hypothesis import given
from hypothesis import strategies as st

from drivers.gpio.edges import MOST_WAITING, EdgeQueue, instant_of_edge
from drivers.gpio.judge import Edge
from rules.instant import Instant, in_seconds, seconds

NOW = Instant(seconds(100))
BEFORE = Instant(seconds(99))


def test_the_kernels_time_stamp_is_the_instant() -> None:
    assert instant_of_edge(99.25, earliest=BEFORE, now=NOW) == seconds(99.25)


@given(
    st.one_of(
        st.floats(),
        st.integers(),
        st.none(),
        st.text(),
        st.floats(98.0, 101.0),
        st.just(1e308),
    )
)
def test_an_instant_is_never_later_than_now_nor_before_the_edge_before(ticks: object) -> None:
    assert BEFORE <= instant_of_edge(ticks, earliest=BEFORE, now=NOW) <= NOW


@given(st.integers(BEFORE, NOW))
def test_a_stamp_in_seconds_loses_less_than_a_microsecond(at: int) -> None:
    assert abs(instant_of_edge(in_seconds(at), earliest=BEFORE, now=NOW) - at) < 1000


def test_where_nobody_takes_them_the_newest_edges_stay_and_the_others_are_counted() -> None:
    queue = EdgeQueue()
    for at in range(MOST_WAITING + 5):
        queue.put(Edge(Instant(at), active=at % 2 == 0))

    assert queue.is_filling
    assert queue.dropped == 5
    assert queue.told == MOST_WAITING + 5
    assert [edge.at for edge in queue.take()] == list(range(5, MOST_WAITING + 5))
    assert list(queue.take()) == []
    assert not queue.is_filling
