"""When an alarm's way took too long, when nobody has confirmed it, and when a proof is due."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.delivery_watch import (
    MOST_UNCONFIRMED,
    UNCONFIRMED,
    ProofOfLife,
    Unconfirmed,
    output_budget,
    publication_budget,
)
from gateway.record import RecordName, Span, span_of
from rules.condition import Condition, Lane
from rules.instant import Instant, seconds
from rules.part import PartFailed, PartRecovered

START = Instant(10**15)


def after(second: float) -> Instant:
    return Instant(START + seconds(second))


def name(seq: int, epoch: str = "epoch-of-now") -> RecordName:
    return RecordName(epoch, Lane.ALARM, seq)


# Budgets.


@pytest.mark.parametrize(
    ("budget", "part", "limit"),
    [
        (output_budget, "gateway/budget/output", 3),
        (publication_budget, "gateway/budget/publication", 10),
    ],
)
def test_a_budget_is_kept_at_its_limit_and_broken_a_second_beyond_it(budget, part, limit):
    for in_time in (limit - 1, limit):
        assert budget().took(seconds(in_time), START) == PartRecovered(part=part, at=START)
    late = budget().took(seconds(limit + 1), START)

    assert isinstance(late, PartFailed)
    assert (late.part, late.cause, late.condition) == (part, "late", Condition.FAULT)
    assert f"took {limit + 1}.0 s; {limit} s at most" in late.detail


def test_a_breach_is_told_once_and_ends_with_the_next_alarm_in_time():
    budget = output_budget()
    told = [budget.took(seconds(took), START) for took in (1, 2, 5, 6, 1, 1)]

    assert [type(each) for each in told] == [
        PartRecovered,  # an earlier process may have left a fault
        type(None),
        PartFailed,
        type(None),
        PartRecovered,
        type(None),
    ]


# Unconfirmed alarms.


def watch(*begun: tuple[int, float], outbox: tuple[int, ...] = ()) -> Unconfirmed:
    """A watch over alarms; the outbox holds so many, a number each time that it is asked."""
    counts = iter(outbox)
    unconfirmed = Unconfirmed(START, lambda _: ("pc07-33",), lambda: next(counts, 0))
    for seq, second in begun:
        unconfirmed.begun(name(seq), after(second))
    return unconfirmed


@pytest.mark.parametrize("begun", [0, 7])
def test_an_alarm_may_wait_ninety_nine_seconds_and_not_a_hundred(begun):
    unconfirmed = watch((1, begun))

    for waited in (0, 20, 99):
        assert not isinstance(unconfirmed.late(after(begun + waited)), PartFailed)
    assert isinstance(unconfirmed.late(after(begun + 100)), PartFailed)


def test_the_fault_names_the_alarm_how_long_it_waits_and_who_has_not_answered():
    unconfirmed = watch((41, 0), (42, 5), (43, 6))
    unconfirmed.done(span_of(name(41)))
    late = unconfirmed.late(after(106))

    assert (late.part, late.cause) == (UNCONFIRMED, "not-acknowledged")
    assert late.condition is Condition.FAULT
    assert late.detail == (
        "record 42 of lane alarm, epoch epoch-of, has waited 101 s for the word of pc07-33; "
        "1 more wait"
    )


def test_it_is_told_once_and_ends_when_nothing_is_late_any_more():
    unconfirmed = watch((1, 0), (2, 50))

    assert isinstance(unconfirmed.late(after(100)), PartFailed)
    assert unconfirmed.late(after(101)) is None
    unconfirmed.done(span_of(name(1)))
    assert unconfirmed.late(after(149)) == PartRecovered(part=UNCONFIRMED, at=after(149))
    assert isinstance(unconfirmed.late(after(150)), PartFailed)


def test_good_news_waits_until_what_an_earlier_process_left_has_been_read():
    unconfirmed = watch()

    assert unconfirmed.late(after(99)) is None
    assert isinstance(unconfirmed.late(after(100)), PartRecovered)
    assert unconfirmed.late(after(101)) is None


def test_what_an_earlier_process_left_is_a_fault_though_no_path_has_carried_it():
    unconfirmed = watch(outbox=(3, 3, 3, 3))

    assert unconfirmed.late(after(99)) is None
    assert unconfirmed.late(after(100)) is None
    late = unconfirmed.late(after(110))
    assert (late.part, late.cause) == (UNCONFIRMED, "not-acknowledged")
    assert "3 events of lane alarm from before the start" in late.detail
    assert [unconfirmed.late(after(each)) for each in (111, 112)] == [None, None]
    assert isinstance(unconfirmed.late(after(113)), PartRecovered)


def test_what_the_journal_has_not_yet_taken_note_of_is_no_fault():
    unconfirmed = watch((1, 95), outbox=(2, 2, 1))
    unconfirmed.done(span_of(name(1)))

    assert [unconfirmed.late(after(100)), unconfirmed.late(after(101))] == [None, None]
    unconfirmed.begun(name(2), after(102))
    assert isinstance(unconfirmed.late(after(102)), PartRecovered)


def test_a_copy_that_goes_by_another_path_once_an_alarm_is_confirmed_is_not_waited_for():
    unconfirmed = watch((1, 0))
    unconfirmed.done(span_of(name(1)))
    unconfirmed.begun(name(1), after(1))

    assert not isinstance(unconfirmed.late(after(200)), PartFailed)


def test_a_fault_of_this_process_ends_at_once_however_young_it_is():
    unconfirmed = watch((1, -60))

    assert isinstance(unconfirmed.late(after(40)), PartFailed)
    unconfirmed.done(span_of(name(1)))
    assert isinstance(unconfirmed.late(after(41)), PartRecovered)


def test_an_alarm_that_is_sent_again_still_counts_from_its_beginning():
    unconfirmed = watch((1, 0), (1, 60))

    assert isinstance(unconfirmed.late(after(100)), PartFailed)


def test_an_older_alarm_that_is_told_later_counts_from_its_own_beginning():
    unconfirmed = watch((2, 50), (1, 0))

    assert "record 1 " in unconfirmed.late(after(100)).detail


def test_only_the_oldest_are_watched_one_by_one_and_the_others_are_counted():
    unconfirmed = watch(*((seq, seq / 1000) for seq in range(1, 3001)))

    assert len(unconfirmed._began) == MOST_UNCONFIRMED
    assert unconfirmed.late(after(200)).detail.endswith("2999 more wait")
    unconfirmed.done(Span("epoch-of-now", Lane.ALARM, 1, 2000))
    assert isinstance(unconfirmed.late(after(201)), PartRecovered)
    unconfirmed.begun(name(2001), after(2))  # it is sent once more
    assert isinstance(unconfirmed.late(after(202)), PartFailed)
    unconfirmed.done(span_of(name(2001)))
    unconfirmed.late(after(203))
    unconfirmed.begun(name(4000), after(204))
    assert "more" not in unconfirmed.late(after(304)).detail


def test_the_word_on_other_events_ends_nothing():
    unconfirmed = watch((5, 0))
    unconfirmed.done(Span("epoch-of-now", Lane.ALARM, 1, 4))
    unconfirmed.done(Span("epoch-of-now", Lane.TROUBLE, 1, 9))
    unconfirmed.done(Span("another", Lane.ALARM, 1, 9))

    assert isinstance(unconfirmed.late(after(100)), PartFailed)


SEQS = st.integers(1, 12)
STEPS = st.lists(
    st.tuples(st.just("begun"), SEQS) | st.tuples(st.just("done"), SEQS, st.integers(0, 6)),
    max_size=30,
)


@given(STEPS)
def test_what_is_late_is_what_a_plain_oracle_says(steps):
    """A step every 7 s; begun once more counts from the first time, and not once it is done."""
    unconfirmed, oracle, stands, ended = watch(), {}, None, set()
    for number, (what, seq, *more) in enumerate(steps):
        now = 7 * number
        if what == "begun":
            unconfirmed.begun(name(seq), after(now))
            if seq not in ended:
                oracle.setdefault(seq, now)
        else:
            last = seq + more[0]
            unconfirmed.done(Span("epoch-of-now", Lane.ALARM, seq, last))
            ended |= set(range(seq, last + 1))
            oracle = {each: at for each, at in oracle.items() if not seq <= each <= last}
        verdict = unconfirmed.late(after(now))
        stands = stands if verdict is None else isinstance(verdict, PartFailed)

        longest = max((now - at for at in oracle.values()), default=0)
        assert bool(stands) == (longest >= 100)


# The proof of life.

DAY = seconds(86_400)


@pytest.mark.parametrize(("spread", "first"), [(0, 60), (0.5, 1830), (1, 3600)])
def test_the_first_proof_comes_between_a_minute_and_an_hour_after_the_start(spread, first):
    proof = ProofOfLife(DAY, START, spread)

    assert not proof.due(after(first - 1))
    assert proof.due(after(first))
    assert proof.due(after(first + 1))


@pytest.mark.parametrize(("spread", "next_"), [(0, 86_400), (1, 84_672)])
def test_the_next_one_comes_a_day_later_or_a_little_sooner_and_never_later(spread, next_):
    proof = ProofOfLife(DAY, START, 0)
    proof.made(after(100), spread)

    assert not proof.due(after(100 + next_ - 1))
    assert proof.due(after(100 + next_))
