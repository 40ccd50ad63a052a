"""The state that is told never runs ahead of the journal, and never starves behind it."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.durable_present import DurablePresent

# Whether an event is handed to the journal (True) or so many come back from it (a number).
MOVES = st.lists(st.one_of(st.just(True), st.integers(1, 5)))


@given(MOVES)
def test_what_is_told_holds_only_what_is_durable_and_follows_each_commit(moves):
    made = durable = 0
    followed = DurablePresent(lambda: made)
    for move in moves:
        if move is True:
            followed.stepping()
            made += 1
            followed.submitted(1)
        else:
            committed = min(move, made - durable)
            durable += committed
            followed.done(committed)
        assert followed.now <= durable
        if durable == made:
            assert followed.now == made


def test_a_storm_without_a_pause_does_not_starve_the_state():
    made = 0
    followed = DurablePresent(lambda: made)
    told = []
    for _ in range(10):
        for _ in range(3):
            followed.stepping()
            made += 1
            followed.submitted(1)
        followed.done(2)  # the journal stays behind
        told.append(followed.now)

    assert told == sorted(told)
    assert told[-1] >= 15


def test_no_snapshot_is_taken_while_an_event_is_committed_and_the_core_stands_still():
    taken = []
    followed = DurablePresent(lambda: taken.append("a snapshot"))
    taken.clear()

    followed.stepping()
    followed.submitted(1)
    assert taken == []

    followed.done(1)
    assert taken == ["a snapshot"]


def test_what_changes_without_an_event_is_seen_at_the_next_look():
    present = "starting"
    followed = DurablePresent(lambda: present)

    present = "protected"
    followed.look()

    assert followed.now == "protected"
