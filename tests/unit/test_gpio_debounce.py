"""The judge of a contact, against a plain oracle."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from drivers.gpio.debounce import Debouncer, Judgement
from rules.instant import Duration, Instant, seconds

HOLD_MS = 100
LONGEST_MS = 1000  # ten hold times
POLL_MS = 250


def ms(value: int) -> Instant:
    return Instant(value * 1_000_000)


@dataclass
class Wave:
    """A line's level over time: low at first, the other way at each of `edges` (ms)."""

    edges: list[int]
    missed: set[int] = field(default_factory=set)

    def level(self, at: int) -> bool:
        return sum(1 for edge in self.edges if edge <= at) % 2 == 1

    def level_before(self, at: int) -> bool:
        return sum(1 for edge in self.edges if edge < at) % 2 == 1


def play(wave: Wave, until: int, poll_ms: int | None = None) -> Iterator[tuple[int, Judgement]]:
    """Bring a judge every edge that is not missed, and a reading whenever it or a poll wants one.

    A reading and an edge at one instant: the reading is taken just before the edge.
    """
    judge = Debouncer(Duration(ms(HOLD_MS)))
    polls = set(range(0, until, poll_ms)) if poll_ms else {0}
    edges = {edge for edge in wave.edges if edge not in wave.missed}
    for now in range(until):
        due = judge.due
        if now in polls or (due is not None and ms(now) >= due):
            judgement = judge.read(wave.level_before(now), ms(now))
            if judgement is not None:
                yield now, judgement
        if now in edges:
            judge.edge(ms(now))


def judged_by_definition(edges: list[int], until: int) -> list[tuple[int, bool]]:
    """The oracle: a level counts when it has held; (since when, which), each time it is another."""
    starts = [0, *edges]
    ends = [*edges, until]
    judged: list[tuple[int, bool]] = []
    for number, (start, end) in enumerate(zip(starts, ends, strict=True)):
        level = number % 2 == 1
        if end - start >= HOLD_MS and (not judged or judged[-1][1] != level):
            judged.append((start, level))
    return judged


def edges_of(lengths: list[int]) -> list[int]:
    edges, at = [], 0
    for length in lengths:
        at += length
        edges.append(at)
    return edges


# A rest, then up to eight short levels: bouncing that ends before ten hold times are over.
bursts = st.tuples(
    st.integers(HOLD_MS, 400), st.lists(st.integers(1, HOLD_MS - 1), max_size=8)
).map(lambda burst: [burst[0], *burst[1]])
bouncing = st.lists(bursts, min_size=1, max_size=6).map(
    lambda parts: edges_of([length for part in parts for length in part])
)


@given(bouncing)
@example([100, 150])
@example([100, 200])
def test_exactly_the_levels_that_hold_are_judged(edges: list[int]) -> None:
    until = edges[-1] + 2 * HOLD_MS

    found = [
        (judgement.at, judgement.level)
        for _, judgement in play(Wave(edges), until)
        if judgement.changed
    ]

    assert found == [(ms(start), level) for start, level in judged_by_definition(edges, until)]


@given(bouncing)
def test_polls_change_nothing_of_what_is_judged(edges: list[int]) -> None:
    until = edges[-1] + 2 * HOLD_MS

    with_polls = [j for _, j in play(Wave(edges), until, POLL_MS) if j.changed]
    without = [j for _, j in play(Wave(edges), until) if j.changed]

    assert with_polls == without


@given(bouncing, st.data())
def test_missed_edges_cost_a_poll_and_a_hold_time(edges: list[int], data: st.DataObject) -> None:
    missed = data.draw(st.sets(st.sampled_from(edges)))
    settled = edges[-1] + POLL_MS + 2 * HOLD_MS

    judgements = [j for _, j in play(Wave(edges, missed), settled + 1, POLL_MS)]

    assert judgements[-1].level == Wave(edges).level(settled)


@given(
    st.lists(st.integers(1, LONGEST_MS // 4), min_size=1, max_size=80).map(edges_of),
    st.data(),
)
def test_no_instant_of_a_judgement_lies_before_the_one_told_last(
    edges: list[int], data: st.DataObject
) -> None:
    missed = data.draw(st.sets(st.sampled_from(edges)))

    instants = [j.at for _, j in play(Wave(edges, missed), edges[-1] + 500, POLL_MS)]

    assert instants == sorted(instants)


@given(st.lists(st.integers(1, HOLD_MS - 1), min_size=1, max_size=20))
def test_chatter_without_end_is_judged_at_least_every_ten_hold_times(pattern: list[int]) -> None:
    until = 4 * LONGEST_MS
    edges = [edge for edge in edges_of(pattern * until) if edge < until]

    judged_at = [now for now, _ in play(Wave(edges), until)]

    # A window opens with the first edge after the one before has ended.
    gaps = [later - earlier for earlier, later in itertools.pairwise([0, *judged_at, until])]
    assert max(gaps) <= LONGEST_MS + HOLD_MS


@pytest.mark.parametrize(("closed_ms", "changes"), [(50, 0), (99, 0), (150, 2)])
def test_a_closure_of_50_ms_is_no_change_and_one_of_150_ms_is(closed_ms: int, changes: int) -> None:
    wave = Wave([1000, 1000 + closed_ms])

    judgements = [j for now, j in play(wave, 3000) if now >= 1000 and j.changed]

    assert len(judgements) == changes


def test_the_longest_hold_time_still_leaves_an_alarm_within_three_seconds() -> None:
    judge = Debouncer(seconds(2))
    judge.read(level=False, at=ms(0))
    judge.read(level=False, at=ms(2000))

    for at in range(5000, 8000, 100):
        judge.edge(ms(at))

    assert judge.due == ms(8000)


def test_an_edge_told_after_a_reading_that_saw_it_does_not_date_a_change_before_that() -> None:
    judge = Debouncer(Duration(ms(HOLD_MS)))
    judge.read(level=True, at=ms(0))
    judge.read(level=True, at=ms(100))
    judge.read(level=True, at=ms(500))

    judge.edge(ms(499))
    judgement = judge.read(level=False, at=ms(600))

    assert judgement == Judgement(level=False, at=ms(500), changed=True)
