"""The form of a recording: what was written is read, and what is damaged is read up to there."""

import math
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from recorded_life import HEADER, file_of

from gateway.recording.format import (
    KINDS,
    MAGIC,
    NUMBER_OF,
    NoRecordingError,
    OpenSegment,
    decode,
    encode_segment,
)
from gateway.recording.ring import KeptSegment, Ring
from rules.condition import Condition
from rules.engine import Input
from rules.event import Change, ConditionEvent, Notice, NoticeEvent
from rules.instant import Instant, Moment, seconds
from rules.operator import (
    Act,
    BeginTest,
    Disable,
    Disabled,
    Enable,
    EndTest,
    OperatorCommand,
    Target,
)
from rules.part import Noted, PartFailed, PartRecovered, Tick, WallTime
from rules.reading import BusDown, BusUp, FailedPoll, FaultCause, Reading

AT = Instant(5)
INPUTS = (
    Reading("a", "co", 1.5, AT),
    Reading("a", "co", math.inf, AT),
    FailedPoll("a", FaultCause.NO_REPLY, "không trả lời", AT),
    BusDown("b", "gone", AT),
    BusUp("b", AT),
    Tick(AT),
    OperatorCommand(Act.RESET, None, "Lan"),
    PartFailed(part="path/lan", cause="c", detail="d", at=AT, condition=Condition.SUPERVISORY),
    PartRecovered(part="path/lan", at=AT),
    Noted(notice=Notice.STARTED, at=AT, detail="x"),
    WallTime(AT, 17, is_known=True),
    Disable(target=Target(Disabled.ZONE, "hall"), author="Lan", reason="dust"),
    Enable(target=Target(Disabled.ZONE, "hall"), author="Lan"),
    BeginTest(zone=None, author="Lan", whole_site=True),
    EndTest(zone="hall", author="Lan"),
)
EVENT = ConditionEvent(
    change=Change.ENTERED,
    condition=Condition.FIRE_ALARM,
    zone="hall",
    source="rule/one",
    incident=Moment("boot-1", AT),
    at=AT,
)


def segment(inputs=INPUTS, number=1, **more):
    return OpenSegment(
        number=number,
        begins=AT,
        started=None,
        rows={"boot": "boot-1"},
        wall_ns=None,
        dropped=0,
        inputs=[(AT, NUMBER_OF[type(each)], each) for each in inputs],
        events=[EVENT, NoticeEvent(notice=Notice.RESET, at=AT)],
        **more,
    )


def test_every_kind_of_input_has_a_number():
    assert set(get_args(Input)) <= set(KINDS)
    assert {type(each) for each in INPUTS} == set(KINDS)


def test_what_was_written_is_read():
    recording = decode(file_of([segment()]))

    assert recording.header == HEADER
    assert recording.whole
    (read,) = recording.segments
    assert [each for _, each in read.inputs] == list(INPUTS)
    assert read.events[0] == EVENT
    assert read.rows == {"boot": "boot-1"}


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_a_file_that_was_cut_anywhere_reads_up_to_its_last_whole_segment(data):
    frames = [encode_segment(segment(number=number))[0] for number in (1, 2, 3)]
    whole = file_of([]) + b"".join(frames)
    begins = len(file_of([]))
    length = data.draw(st.integers(begins, len(whole)))

    recording = decode(whole[:length])

    ends = [begins + sum(map(len, frames[:count])) for count in range(4)]
    assert len(recording.segments) == max(count for count in range(4) if ends[count] <= length)
    assert recording.whole is (length in ends)


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_a_changed_byte_costs_no_segment_before_it_and_no_traceback(data):
    frames = [encode_segment(segment(number=number))[0] for number in (1, 2)]
    begins = len(file_of([]))
    whole = bytearray(file_of([]) + b"".join(frames))
    where = data.draw(st.integers(begins + len(frames[0]), len(whole) - 1))
    whole[where] ^= data.draw(st.integers(1, 255))

    recording = decode(bytes(whole))

    assert len(recording.segments) == 1
    assert not recording.whole


@given(st.binary(max_size=200))
def test_bytes_that_are_no_recording_are_refused_in_words(data):
    for given_bytes in (data, MAGIC + data):
        with pytest.raises(NoRecordingError):
            decode(given_bytes)


def test_a_text_that_is_none_costs_its_input_alone_and_is_counted():
    bad = FailedPoll("a", FaultCause.BAD_REPLY, "\udcff", AT)

    frame, lost = encode_segment(segment([INPUTS[0], bad, INPUTS[1]]))

    assert lost == 1
    (read,) = decode(file_of([]) + frame).segments
    assert [each for _, each in read.inputs] == [INPUTS[0], INPUTS[1]]
    assert read.dropped == 1


def test_the_ring_keeps_the_newest_that_fit():
    ring = Ring(100, seconds(3600))
    for number in range(10):
        begins = Instant(seconds(number))
        ring.add(KeptSegment(begins, Instant(seconds(number + 1)), bytes(30)))

    assert ring.bytes == 90
    assert [each.begins for each in ring.since(Instant(0))] == [seconds(7), seconds(8), seconds(9)]
    assert [each.begins for each in ring.since(Instant(seconds(9.5)))] == [seconds(9)]


def test_the_ring_lets_go_what_nobody_will_ask_for_any_more() -> None:
    ring = Ring(1_000_000, seconds(30))
    for second in range(0, 100, 10):
        begins = Instant(seconds(second))
        ring.add(KeptSegment(begins, Instant(begins + seconds(10)), b"x" * 10))

    kept = ring.since(Instant(0))
    assert [segment.begins // seconds(1) for segment in kept] == [60, 70, 80, 90]
    assert ring.bytes == 40


def test_a_segment_larger_than_the_ring_is_kept_all_the_same():
    ring = Ring(10, seconds(3600))
    ring.add(KeptSegment(AT, AT, bytes(5)))
    ring.add(KeptSegment(AT, AT, bytes(50)))

    assert ring.bytes == 50
