"""The judge of a flashing relay, against its definition played millisecond by millisecond."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.gpio.flashing import FlashingJudge
from drivers.gpio.judge import Edge, Finding
from rules.instant import Duration, Instant

HOLD_MS = 20
WITHIN_MS = 300
POLL_MS = 70


def ms(value: int) -> Instant:
    return Instant(value * 1_000_000)


def level(edges: list[int], at: int) -> bool:
    """A contact that rests at first, and goes the other way at each of `edges`."""
    return sum(1 for edge in edges if edge <= at) % 2 == 1


def play(edges: list[int], until: int, missed: frozenset[int] = frozenset()) -> list[Finding]:
    """Bring a judge every edge that is not missed, and a level whenever it or a poll wants one."""
    judge = FlashingJudge(Duration(ms(HOLD_MS)), Duration(ms(WITHIN_MS)))
    found = []
    for now in range(until):
        due = judge.due
        if now % POLL_MS == 0 or (due is not None and ms(now) >= due):
            finding = judge.read(level(edges, now - 1), ms(now))
            if finding is not None:
                found.append(finding)
        if now in edges and now not in missed:
            judge.edge(Edge(ms(now), level(edges, now)))
    return found


def changes(found: list[Finding]) -> list[tuple[int, bool]]:
    return [(finding.at, bool(finding.value)) for finding in found if finding.changed]


def by_definition(edges: list[int], until: int) -> list[tuple[int, bool]]:
    """The oracle: when the relay changes, and to what, where every level of the contact holds."""
    active, closed, since = False, False, 0
    closings: list[int] = []
    changed: list[tuple[int, bool]] = []
    for now in range(until):
        if closed != active and now - since >= WITHIN_MS:
            active = closed
            changed.append((ms(now), active))
        if level(edges, now) != closed:
            closed, since = not closed, now
            if closed:
                closings.append(now)
                if not active and len(closings) > 1 and now - closings[-2] <= WITHIN_MS:
                    active = True
                    changed.append((ms(now), True))
    return changed


levels_that_hold = st.lists(st.integers(HOLD_MS, 2 * WITHIN_MS), min_size=1, max_size=12)


@settings(max_examples=60)
@given(levels_that_hold)
def test_a_relay_is_active_by_definition(lengths: list[int]) -> None:
    edges = list(itertools.accumulate(lengths))
    until = edges[-1] + WITHIN_MS + 3 * HOLD_MS

    # What happens in the last moments is told after them.
    settled = ms(until - 2 * HOLD_MS)
    told = [change for change in changes(play(edges, until)) if change[0] < settled]

    assert told == [c for c in by_definition(edges, until) if c[0] < settled]


@settings(max_examples=60)
@given(st.lists(st.integers(1, WITHIN_MS), min_size=1, max_size=20), st.data())
def test_no_instant_lies_before_the_one_told_last_whatever_is_missed(
    lengths: list[int], data: st.DataObject
) -> None:
    edges = list(itertools.accumulate(lengths))
    missed = data.draw(st.frozensets(st.sampled_from(edges)))

    instants = [finding.at for finding in play(edges, edges[-1] + 2 * WITHIN_MS, missed)]

    assert instants == sorted(instants)


@settings(max_examples=40)
@given(levels_that_hold)
def test_a_contact_that_stays_active_unseen_is_active_after_a_poll_and_the_window(
    lengths: list[int],
) -> None:
    edges = list(itertools.accumulate(lengths))[: len(lengths) // 2 * 2 + 1][-1:]
    by = edges[-1] + POLL_MS + 2 * HOLD_MS + WITHIN_MS

    found = play(edges, by, missed=frozenset(edges))

    assert found[-1].value == 1.0


@pytest.mark.parametrize("half_period_ms", [HOLD_MS, 50, 140])
def test_a_flashing_relay_stays_active_until_it_has_rested_for_the_window(
    half_period_ms: int,
) -> None:
    edges = list(range(500, 2500, half_period_ms))
    edges = edges[: len(edges) // 2 * 2]

    found = changes(play(edges, 4000))

    assert found == [(ms(edges[2]), True), (ms(edges[-1] + WITHIN_MS), False)]


def test_a_single_closure_is_no_alarm_unless_it_lasts() -> None:
    assert changes(play([500, 500 + WITHIN_MS - 1], 2000)) == []
    assert changes(play([500], 2000)) == [(ms(500 + WITHIN_MS), True)]


def test_two_closures_too_far_apart_are_no_alarm() -> None:
    assert changes(play([500, 550, 501 + WITHIN_MS, 601 + WITHIN_MS], 2000)) == []
    assert changes(play([500, 550, 500 + WITHIN_MS, 600 + WITHIN_MS], 2000))[0] == (
        ms(500 + WITHIN_MS),
        True,
    )


def test_bouncing_is_no_flashing() -> None:
    bounces = list(range(500, 512, 2))

    assert changes(play(bounces, 3000)) == []


def test_every_poll_is_answered_with_the_state_of_the_relay() -> None:
    found = play([500, 560, 620, 680], 1500)

    assert {finding.value for finding in found if ms(620) <= finding.at < ms(980)} == {1.0}
    assert {finding.value for finding in found if finding.at >= ms(980)} == {0.0}


def test_a_rest_that_was_over_before_anybody_looked_was_a_rest() -> None:
    judge = FlashingJudge(Duration(ms(HOLD_MS)), Duration(ms(WITHIN_MS)))
    for at in (0, HOLD_MS, HOLD_MS + WITHIN_MS):
        judge.read(active=True, at=ms(at))  # stuck
    judge.edge(Edge(ms(1000), active=False))
    judge.read(active=False, at=ms(1000 + HOLD_MS))

    judge.edge(Edge(ms(1001 + WITHIN_MS), active=True))
    found = judge.read(active=True, at=ms(1001 + WITHIN_MS + HOLD_MS))

    assert found == Finding("contact", 0.0, ms(1000 + WITHIN_MS), changed=True)
