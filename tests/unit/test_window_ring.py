"""The ring of a window held against a deque of tuples."""

import tracemalloc
from collections import deque

from hypothesis import given
from hypothesis import strategies as st

from rules.instant import Instant, seconds
from rules.window_functions import WINDOW_FUNCTIONS
from rules.window_ring import NEVER, Ring

ACTS = st.lists(
    st.one_of(
        st.integers(1, 40),  # so many are added
        st.integers(1, 40).map(lambda number: -number),  # so many of the oldest go
        st.just("newest"),
    ),
    max_size=60,
)


@given(acts=ACTS)
def test_a_ring_holds_what_a_deque_would(acts):
    ring, plain, told = Ring(), deque(), 0

    for act in acts:
        if act == "newest":
            if plain:
                plain.pop()
                ring.drop_newest()
        elif act > 0:
            for _ in range(act):
                told += 1
                plain.append((told, told / 7))
                ring.append(Instant(told), told / 7)
        else:
            for _ in range(min(-act, len(plain))):
                plain.popleft()
                ring.drop_oldest()
        assert list(ring) == list(plain)
        assert ring.length == len(plain)
        assert ring.oldest_at == (plain[0][0] if plain else NEVER)
        if plain:
            assert ring.oldest == plain[0][1]
            assert ring.newest() == plain[-1][1]


def test_a_ring_of_constant_length_does_not_grow():
    ring = Ring()
    for i in range(10_000):
        ring.append(Instant(i), 0.0)
        if ring.length > 60:
            ring.drop_oldest()

    assert len(ring._instants) == len(ring._numbers) == 64


def test_a_minute_at_a_reading_a_second_takes_two_kibibytes_at_most():
    def memory_of(name):
        tracemalloc.start()
        windows = [WINDOW_FUNCTIONS[name].make(seconds(60)) for _ in range(100)]
        for i in range(200):
            at = Instant(seconds(i))
            for window in windows:
                window.add(at, -float(i))  # the worst case of a maximum: all are kept
                window.value(at)
        used, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return used / len(windows)

    used = {name: memory_of(name) for name in WINDOW_FUNCTIONS}

    assert max(used.values()) < 2048, used
