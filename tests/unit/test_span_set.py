"""Spans of events, joined where they touch."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.record import RecordName, Span
from gateway.span_set import SpanSet
from rules.condition import Lane

A, T = Lane.ALARM, Lane.TROUBLE
SPANS = st.builds(
    lambda epoch, lane, first, more: Span(epoch, lane, first, first + more),
    st.sampled_from("ef"),
    st.sampled_from([A, T]),
    st.integers(1, 30),
    st.integers(0, 8),
)
STEPS = st.lists(st.tuples(st.sampled_from(["add", "remove"]), SPANS))


def names_of(span):
    return {RecordName(span.epoch, span.lane, seq) for seq in range(span.first, span.last + 1)}


def done(steps):
    spans, expected = SpanSet(1_000), set()
    for what, span in steps:
        if what == "add":
            assert spans.add(span)
            expected |= names_of(span)
        else:
            spans.remove(span)
            expected -= names_of(span)
    return spans, expected


@given(STEPS)
def test_it_holds_what_was_added_and_not_removed_since(steps):
    spans, expected = done(steps)

    held = [name for span in spans for name in names_of(span)]
    assert len(held) == len(set(held))
    assert set(held) == expected
    assert all(
        (RecordName("e", A, seq) in spans) == (RecordName("e", A, seq) in expected)
        for seq in range(40)
    )


@given(STEPS)
def test_no_two_spans_of_a_lane_touch_each_other(steps):
    spans, expected = done(steps)

    runs = [
        name for name in expected if RecordName(name.epoch, name.lane, name.seq - 1) not in expected
    ]
    assert len(spans) == len(runs)
    assert bool(spans) == bool(expected)


@given(STEPS, SPANS)
def test_what_it_lacks_of_a_span_is_what_it_does_not_hold(steps, span):
    spans, expected = done(steps)

    lacking = [name for part in spans.lacking(span) for name in sorted(names_of(part), key=str)]
    assert len(lacking) == len(set(lacking))
    assert set(lacking) == names_of(span) - expected


@given(STEPS, st.integers(1, 5), st.integers(1, 20))
def test_what_is_taken_is_bounded_and_nothing_is_lost_or_taken_twice(steps, count, events):
    spans, expected = done(steps)
    taken = []
    while spans:
        turn = spans.take(count, events)
        names = [name for span in turn for name in names_of(span)]
        assert 1 <= len(turn) <= count
        assert len(names) <= events
        taken += names

    assert len(taken) == len(set(taken))
    assert set(taken) == expected


def test_a_full_one_takes_only_what_touches_a_span_that_it_has():
    spans = SpanSet(2)

    taken = [
        spans.add(Span("e", A, first, last)) for first, last in [(1, 2), (5, 6), (9, 9), (3, 4)]
    ]

    assert taken == [True, True, False, True]
    assert list(spans) == [Span("e", A, 1, 6)]
