"""The black box: what is around an alarm is on disk, a quiet day writes nothing, nobody waits."""

import os
import sys
from pathlib import Path

import pytest

from gateway.recording.folder import RecordingFolder
from gateway.recording.format import Header, decode
from gateway.recording.recorder import (
    AFTER,
    MOST_A_DAY,
    MOST_WAITING,
    SEGMENT_INPUTS,
    Recorder,
    RecorderPorts,
)
from rules.condition import Condition, Mode
from rules.event import Change, ConditionEvent
from rules.instant import Instant, Moment, seconds
from rules.part import Tick
from rules.reading import Reading
from rules.step import Step

HEADER = Header(
    gateway="GW-1",
    version="1",
    boot_id="boot-1",
    site_file="site.yaml",
    texts={"site.yaml": b"site: {}"},
    reason="",
    kept_at=0,
    utc_offset=0,
)
QUIET = Step((), (), ())


def alarm(at, condition=Condition.FIRE_ALARM, mode=Mode.LIVE):
    entered = ConditionEvent(
        change=Change.ENTERED,
        condition=condition,
        zone="hall",
        source="rule/one",
        incident=Moment("boot-1", at),
        at=at,
        mode=mode,
    )
    return Step((entered,), (), (("condition/fire-alarm/rule/one", "row"),))


class Box:
    """A recorder over a folder, and what it told."""

    def __init__(self, folder: Path, *, start=True) -> None:
        self.folder = folder
        self.told: list[str] = []
        self.recorder = Recorder(
            HEADER,
            folder,
            RecorderPorts(
                wall_ns=lambda: None,
                failed=self.told.append,
                recovered=lambda: self.told.append("recovered"),
            ),
            rows={"boot": "boot-1"},
            started=Instant(0),
        )
        self.now = 0
        self.paced = start
        if start:
            self.recorder.start()
        self.recorder.recorded(Instant(0), None, QUIET)

    def pass_by(self, span, step=QUIET):
        """Let some seconds go by, with a reading and a tick in each."""
        for _ in range(span):
            self.now += 1
            at = Instant(seconds(self.now))
            self.recorder.recorded(at, Reading("s1", "smoke", float(self.now), at), step)
            self.recorder.recorded(at, Tick(at), QUIET)
            while self.paced and len(self.recorder._writer._waiting) > MOST_WAITING // 2:
                os.sched_yield()  # days go by faster here than the thread can write

    def close(self):
        assert self.recorder.close(Instant(seconds(self.now)))
        return [decode(path.read_bytes()) for path in sorted(self.folder.glob("*"))]


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "recordings"


def inputs_of(recording):
    return [given for segment in recording.segments for _, given in segment.inputs]


def test_a_quiet_day_writes_nothing(folder):
    box = Box(folder)
    box.pass_by(3 * SEGMENT_INPUTS)

    assert box.close() == []
    assert not folder.exists()
    assert box.told == []


def test_what_was_before_an_alarm_and_after_it_is_kept_in_its_order(folder):
    box = Box(folder)
    box.pass_by(100)
    box.pass_by(1, alarm(Instant(seconds(101))))
    box.pass_by(100)

    (recording,) = box.close()

    assert recording.whole
    assert recording.header.reason == "fire-alarm rule/one"
    assert recording.header.texts == HEADER.texts
    assert recording.segments[0].started == (0, 0)
    values = [each.value for each in inputs_of(recording) if isinstance(each, Reading)]
    assert values == [float(second) for second in range(1, 202)]
    assert [len(segment.events) for segment in recording.segments].count(1) == 1
    rows = [dict(segment.rows) for segment in recording.segments]
    assert rows[0] == {"boot": "boot-1"}
    assert rows[-1] == {"boot": "boot-1", "condition/fire-alarm/rule/one": "row"}


def test_a_recording_ends_a_while_after_the_alarm(folder):
    box = Box(folder)
    box.pass_by(1, alarm(Instant(seconds(1))))
    box.pass_by(3 * AFTER // seconds(1))

    (recording,) = box.close()

    last = recording.segments[-1].inputs[-1][0]
    assert AFTER <= last <= AFTER + seconds(30)


def test_a_second_alarm_meanwhile_goes_into_the_same_file(folder):
    box = Box(folder)
    box.pass_by(1, alarm(Instant(seconds(1))))
    box.pass_by(10)
    box.pass_by(1, alarm(Instant(seconds(12)), Condition.PRE_ALARM))
    box.pass_by(10)

    (recording,) = box.close()

    assert sum(len(segment.events) for segment in recording.segments) == 2


@pytest.mark.parametrize(
    "step",
    [alarm(Instant(0), mode=Mode.TEST), alarm(Instant(0), Condition.FAULT)],
    ids=["under test", "a fault"],
)
def test_what_is_no_alarm_in_earnest_is_not_kept(folder, step):
    box = Box(folder)
    box.pass_by(1, step)

    assert box.close() == []


def test_a_person_can_have_the_last_while_kept(folder):
    box = Box(folder)
    box.pass_by(30)
    box.recorder.keep(Instant(seconds(30)), "request")
    box.pass_by(1)

    (recording,) = box.close()

    assert recording.header.reason == "request"
    assert len(inputs_of(recording)) == 62


def test_a_contact_that_chatters_all_day_does_not_wear_out_the_card(folder):
    box = Box(folder)
    for _ in range(MOST_A_DAY + 10):
        at = Instant(seconds(box.now + 1))
        box.pass_by(1, alarm(at))
        box.pass_by(AFTER // seconds(1) + 30)

    assert len(box.close()) == MOST_A_DAY


def test_a_folder_that_cannot_be_written_is_a_fault_and_is_tried_again(folder):
    folder.write_text("a file stands in the way")
    box = Box(folder)
    box.pass_by(1, alarm(Instant(seconds(1))))
    box.pass_by(30)
    while not box.told:  # the thread has tried at least once
        os.sched_yield()
    folder.unlink()
    box.pass_by(30)

    (recording,) = box.close()

    assert "a recording cannot be written" in box.told[0]
    assert box.told[-1] == "recovered"
    assert len(inputs_of(recording)) == 122


def test_what_finds_no_room_is_counted_and_told_and_the_core_never_waits(folder):
    box = Box(folder, start=False)  # the thread stands still
    box.pass_by(10 * (MOST_WAITING + 5))
    box.recorder.start()
    box.recorder.keep(Instant(seconds(box.now)), "request")

    (recording,) = box.close()

    assert any("inputs are missing" in told for told in box.told)
    numbers = [segment.number for segment in recording.segments]
    assert numbers[-1] > len(numbers)
    kept = len(inputs_of(recording)) + sum(segment.dropped for segment in recording.segments)
    assert kept == 2 * box.now


def test_the_oldest_files_go_first_in_number_and_in_bytes(folder):
    few = RecordingFolder(folder, most_files=3, most_bytes=100)
    for number in range(5):
        few.begin(f"fire {number}", bytes(10)).close()
    assert sorted(path.name for path in folder.iterdir()) == [
        "000003-fire-2.recording",
        "000004-fire-3.recording",
        "000005-fire-4.recording",
    ]

    few.begin("large", bytes(85)).close()

    assert [path.name for path in sorted(folder.iterdir())] == [
        "000005-fire-4.recording",
        "000006-large.recording",
    ]


def test_what_is_no_recording_is_left_alone(folder):
    folder.mkdir()
    (folder / "note.txt").write_text("of the owner")

    RecordingFolder(folder, most_files=1).begin("x", b"").close()
    RecordingFolder(folder, most_files=1).begin("../../y", b"").close()

    assert sorted(path.name for path in folder.iterdir()) == ["000002-y.recording", "note.txt"]


def test_a_source_of_an_input_costs_the_core_no_object_that_stays(folder):
    box = Box(folder)
    box.pass_by(2)
    reading = Reading("s1", "smoke", 1.0, Instant(seconds(3)))
    before = sys.getrefcount(reading)
    box.recorder.recorded(reading.at, reading, QUIET)
    box.close()

    assert sys.getrefcount(reading) == before
