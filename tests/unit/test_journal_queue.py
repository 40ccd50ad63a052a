"""What the event loop hands to the journal's writer, and what happens when it is too much."""

import threading

import pytest

from gateway.journal import queue as journal_queue
from gateway.journal.queue import JournalQueue
from gateway.record import Batch, BootOffset, ClockQuality, Draft, Span
from rules.condition import Lane
from rules.instant import Instant

A, T, S = Lane.ALARM, Lane.TROUBLE, Lane.STATUS
MS = 1_000_000
LONG = Instant(3_600_000 * MS)


class HandClock:
    def __init__(self):
        self.now_ns = 0

    def __call__(self) -> Instant:
        return Instant(self.now_ns)


def batch(*lanes, changes=()):
    drafts = tuple(
        Draft(
            lane=lane,
            at=Instant(number),
            wall_ns=2,
            clock=ClockQuality.UNKNOWN,
            kind="condition",
            body=b"{}",
        )
        for number, lane in enumerate(lanes)
    )
    return Batch(drafts, tuple(changes))


def some_spans(count):
    """Spans that do not touch each other."""
    return [Span("e", A, seq, seq) for seq in range(1, 2 * count, 2)]


def test_everything_that_is_queued_goes_at_once_and_in_order():
    queue = JournalQueue(HandClock())
    batches = [batch(A), batch(S), batch(T, changes=[("k", "1")])]
    for one in batches:
        queue.put(one)

    assert queue.take(LONG).batches == tuple(batches)


def test_an_idle_turn_ends_when_its_time_is_over():
    clock = HandClock()
    queue = JournalQueue(clock)
    clock.now_ns = 5

    work = queue.take(Instant(5))

    assert not work.is_something
    assert not work.closing


def test_a_batch_wakes_the_writer():
    queue = JournalQueue(HandClock())
    taken = []
    writer = threading.Thread(target=lambda: taken.append(queue.take(LONG)))
    writer.start()

    queue.put(batch(A))
    writer.join(timeout=10)

    assert not writer.is_alive()
    assert taken[0].batches == (batch(A),)


def test_marks_wait_a_little_for_a_batch_and_then_go_alone():
    clock = HandClock()
    queue = JournalQueue(clock)
    queue.put_marks(some_spans(3))

    clock.now_ns = 199 * MS
    assert queue.take(Instant(clock.now_ns)).marks == ()

    clock.now_ns = 200 * MS
    assert list(queue.take(LONG).marks) == some_spans(3)


def test_marks_go_with_the_next_batch_but_few_so_that_it_need_not_wait():
    clock = HandClock()
    queue = JournalQueue(clock)
    spans = some_spans(700)
    queue.put_marks(spans)
    queue.put(batch(A))

    with_batch = queue.take(LONG)
    clock.now_ns = 200 * MS
    alone = [queue.take(LONG), queue.take(LONG)]

    assert list(with_batch.marks) == spans[:50]
    assert list(alone[0].marks) == spans[50:550]
    assert list(alone[1].marks) == spans[550:]
    assert queue.take(Instant(clock.now_ns)).marks == ()


def test_marks_are_bounded(monkeypatch):
    monkeypatch.setattr(journal_queue, "MARKS_QUEUED", 10)
    queue = JournalQueue(HandClock())
    for _ in range(3):
        queue.put_marks(some_spans(10))
    queue.put_marks([Span("e", T, 1, 1)])
    queue.close()

    assert list(queue.take(LONG).marks) == some_spans(10)


def test_adjacent_marks_are_one_and_a_large_one_is_done_in_parts():
    clock = HandClock()
    queue = JournalQueue(clock)
    queue.put_marks(Span("e", A, seq, seq) for seq in range(1, 2_001))
    queue.put_marks([Span("e", A, 2_001, 3_000)])

    clock.now_ns = 200 * MS
    turns = [queue.take(LONG).marks for _ in range(2)]

    assert turns == [(Span("e", A, 1, 2_500),), (Span("e", A, 2_501, 3_000),)]


def test_of_a_mark_and_its_contrary_the_later_one_counts():
    clock = HandClock()
    queue = JournalQueue(clock)
    queue.put_marks([Span("e", A, 1, 10)])
    queue.put_reopened(Span("e", A, 4, 7))
    queue.put_marks([Span("e", A, 6, 6)])

    clock.now_ns = 200 * MS
    work = queue.take(LONG)

    assert work.marks == (Span("e", A, 1, 3), Span("e", A, 6, 6), Span("e", A, 8, 10))
    assert work.reopened == (Span("e", A, 4, 5), Span("e", A, 7, 7))


def test_of_what_is_to_be_reopened_a_call_takes_a_bounded_part(monkeypatch):
    monkeypatch.setattr(journal_queue, "REOPENED_AT_ONCE", 10)
    monkeypatch.setattr(journal_queue, "REOPENED_QUEUED", 2)
    queue = JournalQueue(HandClock())
    for first in (1, 2**40, 50, 100):
        queue.put_reopened(Span("e", A, first, 2**62))
    queue.close()

    spans = [Span("e", A, 1, 10), Span("e", A, 2**40, 2**40 + 9)]
    assert list(queue.take(LONG).reopened) == spans


def test_the_last_word_about_a_boot_is_taken():
    queue = JournalQueue(HandClock())
    queue.put_boot("b", BootOffset(1, ClockQuality.SYNCHRONISED))
    queue.put_boot("b", BootOffset(2, ClockQuality.HOLDOVER))

    assert queue.take(LONG).boots == {"b": BootOffset(2, ClockQuality.HOLDOVER)}


def test_a_full_queue_drops_status_first_then_trouble_and_never_alarms_or_state():
    queue = JournalQueue(HandClock(), bound=2)
    queue.put(batch(S))
    queue.put(batch(S))

    queue.put(batch(S, T, A, changes=[("k", "1"), ("gone", None)]))
    queue.put(batch(T, changes=[("k", "2")]))
    queue.put(batch(T, A, S))
    *first, last = queue.take(LONG).batches

    assert first == [batch(S), batch(S)]
    assert [draft.lane for draft in last.drafts] == [T, A, T, A]
    assert dict(last.changes) == {"k": "2", "gone": None}
    assert queue.dropped == {S: 2, T: 1}


def test_a_queue_that_was_full_is_as_new_once_it_was_emptied():
    queue = JournalQueue(HandClock(), bound=1)
    for _ in range(3):
        queue.put(batch(T))
    queue.take(LONG)

    queue.put(batch(S))
    queue.put(batch(T))

    lanes = [draft.lane for one in queue.take(LONG).batches for draft in one.drafts]
    assert lanes == [S, T]


def test_closing_lets_what_is_queued_out_first():
    queue = JournalQueue(HandClock())
    queue.put_marks(some_spans(600))
    queue.close()

    turns = [queue.take(LONG), queue.take(LONG)]

    assert [turn.closing for turn in turns] == [False, True]
    assert [span for turn in turns for span in turn.marks] == some_spans(600)
    with pytest.raises(RuntimeError, match="closed"):
        queue.put(batch(A))
