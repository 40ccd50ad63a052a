"""Numbers out of memory while the store fails."""

from gateway.journal.ram_epoch import RamEpoch
from gateway.record import Batch, ClockQuality, Draft, Span
from rules.condition import Lane
from rules.instant import Instant

A, T, S = Lane.ALARM, Lane.TROUBLE, Lane.STATUS


def batch(*lanes, changes=()):
    drafts = tuple(
        Draft(
            lane=lane,
            at=Instant(1),
            wall_ns=2,
            clock=ClockQuality.UNKNOWN,
            kind="condition",
            body=b"{}",
        )
        for lane in lanes
    )
    return Batch(drafts, tuple(changes))


def names(records):
    return [(record.name.lane, record.name.seq) for record in records]


def test_each_lane_counts_from_one_and_nothing_is_called_durable():
    memory = RamEpoch("e", "boot")

    told = memory.number([batch(A, T), batch(A)])

    assert names(told) == [(A, 1), (T, 1), (A, 2)]
    assert {record.name.epoch for record in told} == {"e"}
    assert not any(record.durable for record in told)
    assert {record.number for record in told} == {None}
    assert memory.records == told


def test_beyond_the_bound_status_goes_first_then_trouble_and_alarms_never():
    memory = RamEpoch("e", "boot", bound=4)

    memory.number([batch(S, A, T, S, T)])
    assert names(memory.records) == [(A, 1), (T, 1), (S, 2), (T, 2)]

    memory.number([batch(A, A, A)])
    assert names(memory.records) == [(A, 1), (A, 2), (A, 3), (A, 4)]

    memory.number([batch(A, A, S)])
    assert names(memory.records) == [(A, n) for n in range(1, 7)]
    assert memory.dropped == {A: 0, T: 2, S: 3}


def test_what_was_dropped_leaves_its_number_unused():
    memory = RamEpoch("e", "boot", bound=1)

    memory.number([batch(S, S)])
    memory.number([batch(S)])

    assert names(memory.records) == [(S, 3)]


def test_the_last_change_of_a_key_counts_and_marks_are_joined():
    memory = RamEpoch("e", "boot")

    memory.number([batch(changes=[("a", "1"), ("b", "1")]), batch(changes=[("a", None)])])
    memory.mark([Span("e", A, 1, 2)])
    memory.mark([Span("e", A, 2, 5)])

    assert memory.changes == {"a": None, "b": "1"}
    assert list(memory.delivered) == [Span("e", A, 1, 5)]
