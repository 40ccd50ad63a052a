"""The counting of pulses, against a plain count of those that are in the window."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.gpio.judge import Edge, Finding, NotKnown
from drivers.gpio.pulses import FIRST_RATE_AFTER, STEPS, PulseJudge
from rules.instant import Duration, Instant, seconds
from rules.quantity import QUANTITIES
from rules.reading import FaultCause
from rules.unit import UNITS

HOLD_MS = 20
OVER_MS = 30_000
WIDTH_MS = OVER_MS // STEPS
FIRST_MS = FIRST_RATE_AFTER // 1_000_000
POLL_MS = 1000


def ms(value: int) -> Instant:
    return Instant(value * 1_000_000)


def judge_of_pulses() -> PulseJudge:
    return PulseJudge(Duration(ms(HOLD_MS)), Duration(ms(OVER_MS)))


def level(edges: list[int], at: int) -> bool:
    """A line that rests at first, and goes the other way at each of `edges`."""
    return sum(1 for edge in edges if edge <= at) % 2 == 1


def play(
    edges: list[int], until: int, missed: frozenset[int] = frozenset()
) -> dict[int, Finding | NotKnown]:
    """Bring a judge the edges that are not missed, and the level at each poll; give its answers."""
    judge = judge_of_pulses()
    answers = {}
    awaited = sorted(set(edges) - missed)
    for now in range(0, until, POLL_MS):
        while awaited and awaited[0] <= now:
            edge = awaited.pop(0)
            judge.edge(Edge(ms(edge), level(edges, edge)))
        answers[now] = judge.read(level(edges, now), ms(now))
    return answers


def pulses_by(edges: list[int], now: int) -> list[int]:
    """The oracle: when the pulses began that hold at an instant or held before it."""
    bounds = [0, *(edge for edge in edges if edge <= now), now]
    held = [
        (start, number % 2 == 1)
        for number, (start, end) in enumerate(itertools.pairwise(bounds))
        if end - start >= HOLD_MS
    ]
    return [at for (_, before), (at, active) in itertools.pairwise(held) if active and not before]


def rate_by(edges: list[int], now: int) -> float:
    """The oracle: pulses a second from the beginning of the window on."""
    begins = max(0, (now // WIDTH_MS - STEPS + 1) * WIDTH_MS)
    return sum(1 for at in pulses_by(edges, now) if at >= begins) * 1000 / (now - begins)


lengths = st.one_of(st.integers(1, HOLD_MS - 1), st.integers(HOLD_MS, 3000))


@settings(max_examples=60)
@given(st.lists(lengths, min_size=1, max_size=60), st.integers(0, 40_000))
def test_the_rate_is_that_of_the_pulses_that_hold(levels: list[int], rest: int) -> None:
    edges = list(itertools.accumulate([FIRST_MS // 2, *levels]))

    answers = play(edges, edges[-1] + rest + POLL_MS)

    rates = {now: answer for now, answer in answers.items() if isinstance(answer, Finding)}
    assert {now for now in answers if now >= FIRST_MS} - rates.keys() <= _chatters(answers)
    for now, answer in rates.items():
        assert answer.quantity == "pulse_rate"
        assert answer.at == ms(now)
        assert answer.value == pytest.approx(rate_by(edges, now))


def _chatters(answers: dict[int, Finding | NotKnown]) -> set[int]:
    return {
        now
        for now, answer in answers.items()
        if isinstance(answer, NotKnown) and "no level holds" in answer.detail
    }


def steady(every: int, until: int) -> list[int]:
    return [edge for at in range(100, until, every) for edge in (at, at + every // 2)]


@pytest.mark.parametrize("every", [2 * HOLD_MS, 100, 1000, 10_000])
def test_steady_pulses_have_their_rate(every: int) -> None:
    last = list(play(steady(every, 100_000), 100_000).values())[-1]

    assert isinstance(last, Finding)
    assert last.value == pytest.approx(1000 / every, abs=1000 / OVER_MS * 1.1)


def test_a_window_later_than_the_last_pulse_the_rate_is_nothing() -> None:
    last = play(steady(500, 20_000), 20_000 + OVER_MS + 2 * POLL_MS).popitem()[1]

    assert last == Finding("pulse_rate", 0.0, last.at, changed=False)


def test_no_rate_is_told_before_it_means_something() -> None:
    answers = play(steady(500, 40_000), 40_000)

    early = [answer for now, answer in answers.items() if now < FIRST_MS]
    assert all(isinstance(a, NotKnown) and a.cause is FaultCause.WARMING_UP for a in early)
    assert isinstance(answers[FIRST_MS], Finding)


def test_a_line_that_is_active_at_first_is_no_pulse() -> None:
    judge = judge_of_pulses()
    judge.read(active=True, at=ms(0))
    judge.read(active=True, at=ms(1000))

    found = judge.read(active=True, at=ms(FIRST_MS))

    assert isinstance(found, Finding)
    assert found.value == 0


def test_a_lost_edge_makes_a_failed_poll_of_that_poll_alone() -> None:
    edges = steady(2000, 60_000)

    # A falling edge: the next rising one shows that the line had been at rest.
    answers = play(edges, 60_000, missed=frozenset({edges[51]}))

    failed = {now: answer for now, answer in answers.items() if isinstance(answer, NotKnown)}
    (last,) = [answer for now, answer in failed.items() if now >= FIRST_MS]
    assert last.cause is FaultCause.BAD_REPLY
    assert "at least 1 edges were lost" in last.detail


def test_pulses_whose_edges_are_never_told_are_told_to_be_lost() -> None:
    edges = steady(6000, 60_000)

    answers = play(edges, 60_000, missed=frozenset(edges))

    assert any("were lost" in a.detail for a in answers.values() if isinstance(a, NotKnown))


def test_edges_that_could_not_be_kept_are_told_unless_the_rate_is_more_than_was_told_last() -> None:
    judge = judge_of_pulses()
    judge.read(active=False, at=ms(0))
    for at in (2000, 4000):
        judge.edge(Edge(ms(at), active=True))
        judge.edge(Edge(ms(at + 1000), active=False))
    judge.missed(100)
    more = judge.read(active=False, at=ms(20_000))
    judge.missed(100)
    less = judge.read(active=False, at=ms(21_000))

    assert isinstance(more, Finding)
    assert isinstance(less, NotKnown)
    assert "at least 100 edges were lost" in less.detail


def test_pulses_too_short_to_hold_are_no_rate_but_a_failed_poll() -> None:
    quick = list(range(1000, 40_000, HOLD_MS // 2))

    answers = play(quick, 40_000)

    late = [answer for now, answer in answers.items() if now >= FIRST_MS]
    assert all(isinstance(a, NotKnown) and "no level holds for 20 ms" in a.detail for a in late)


def test_an_edge_that_is_told_after_the_level_it_made_is_not_lost() -> None:
    judge = judge_of_pulses()
    judge.read(active=False, at=ms(0))
    judge.read(active=True, at=ms(20_000))

    assert judge.due == ms(20_000 + HOLD_MS)
    judge.edge(Edge(ms(19_999), active=True))
    found = judge.read(active=True, at=ms(20_500))

    assert judge.due is None
    assert isinstance(found, Finding)
    assert found.value > 0


@settings(max_examples=20)
@given(st.lists(st.tuples(st.integers(0, 2000), st.booleans(), st.booleans()), max_size=200))
def test_whatever_comes_a_rate_is_never_negative_and_never_more_than_the_holds_allow(
    told: list[tuple[int, bool, bool]],
) -> None:
    judge = judge_of_pulses()
    now = 0
    for wait, active, is_edge in told:
        now += wait
        if is_edge:
            judge.edge(Edge(ms(now), active))
            continue
        answer = judge.read(active, ms(now))
        if isinstance(answer, Finding):
            assert 0 <= answer.value <= 1000 / (2 * HOLD_MS) * 1.1


def test_the_shortest_window_gives_its_first_rate_at_its_end() -> None:
    judge = PulseJudge(seconds(0.01), seconds(10))
    judge.read(active=False, at=ms(0))

    assert isinstance(judge.read(active=False, at=ms(9999)), NotKnown)
    assert isinstance(judge.read(active=False, at=ms(10_000)), Finding)


def test_a_rate_is_told_in_the_unit_of_its_quantity() -> None:
    assert QUANTITIES["pulse_rate"].unit is UNITS["Hz"]
