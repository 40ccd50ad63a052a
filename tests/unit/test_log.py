"""One record, one line, whatever a wire brings; a known fault once an hour."""

import io
import logging
import os
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.log import HeldBack, LogfmtFormatter, quoted, set_up, under_journald
from gateway.repetition import HOUR, Repetition
from rules.instant import Instant, seconds


def record(message: str = "no reply", level: int = logging.WARNING, **extra: object):
    made = logging.LogRecord("gateway.core", level, "core.py", 1, message, (), None)
    vars(made).update(extra)
    return made


def line_of(given_record: logging.LogRecord) -> str:
    return LogfmtFormatter(journald=True).format(given_record)


def test_a_line_says_level_part_message_and_fields():
    line = line_of(record(part="bus/stalls", unit=17))

    assert line == '<4>level=warning part=bus/stalls message="no reply" unit=17'


def test_beside_the_journal_a_line_says_the_time_and_no_priority():
    made = record()
    made.created = 0.25

    line = LogfmtFormatter(journald=False).format(made)

    assert line.startswith("time=1970-01-01T00:00:00.250Z level=warning part=gateway.core ")


def test_a_traceback_is_one_line_too():
    try:
        int("bad\nthing")
    except ValueError:
        made = logging.LogRecord("x", logging.ERROR, "x.py", 1, "failed", (), sys.exc_info())

    line = line_of(made)

    assert "\n" not in line
    assert "ValueError: invalid literal" in line


def test_a_field_that_sounds_like_a_secret_is_masked():
    line = line_of(record(mqtt_password="s3cret", private_key="k3y"))

    assert "s3cret" not in line
    assert "k3y" not in line


@given(st.text(max_size=40))
def test_no_value_can_end_its_line_or_begin_another_field(value):
    written = quoted(value)

    assert written.isprintable()
    if not written.startswith('"'):
        assert written == value
        assert not {" ", "=", '"'} & set(written)
    else:
        inside = written[1:-1]
        assert '"' not in inside.replace("\\\\", "").replace('\\"', "")


def test_a_value_without_end_is_cut():
    assert len(quoted("x" * 100_000)) < 10_000


def test_a_known_fault_is_told_once_an_hour_with_the_number_held_back():
    repetition = Repetition()
    start = Instant(5)

    told = [repetition.admit("bus/stalls", Instant(start + seconds(s))) for s in (0, 1, 3599)]

    assert told == [0, None, None]
    assert repetition.admit("bus/attic", start) == 0, "another fault is not held back"
    assert repetition.admit("bus/stalls", Instant(start + HOUR)) == 2


def test_a_fault_that_was_mended_in_between_is_told_at_once():
    repetition = Repetition()
    repetition.admit("bus/stalls", Instant(0))

    repetition.forget("bus/stalls")

    assert repetition.admit("bus/stalls", Instant(1)) == 0


def test_the_memory_of_faults_is_bounded_and_forgets_the_oldest():
    repetition = Repetition(keys=2)
    for number, key in enumerate("abc"):
        repetition.admit(key, Instant(number))

    assert repetition.admit("c", Instant(9)) is None
    assert repetition.admit("b", Instant(9)) is None
    assert repetition.admit("a", Instant(9)) == 0


def test_what_a_library_repeats_is_held_back_and_our_own_is_not():
    held_back = HeldBack(lambda: Instant(0))
    library = logging.LogRecord("pymodbus.logging", logging.ERROR, "", 1, "no answer", (), None)

    assert [held_back.filter(library) for _ in range(3)] == [True, False, False]
    assert [held_back.filter(record()) for _ in range(3)] == [True, True, True]
    again = [held_back.filter(record(once_an_hour="x")) for _ in range(3)]
    assert again == [True, False, False]


@pytest.fixture
def logging_restored():
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers, root.level = handlers, level
    for name in ("gateway", "drivers", "rules"):
        logging.getLogger(name).setLevel(logging.NOTSET)


def test_all_logging_goes_to_one_stream_libraries_from_warnings_on(logging_restored):
    stream = io.StringIO()
    set_up(lambda: Instant(0), {}, stream)

    logging.getLogger("gateway.core").info("started")
    logging.getLogger("gateway.core").debug("turn")
    logging.getLogger("paho.mqtt").info("sending")
    logging.getLogger("paho.mqtt").warning("odd %s", "packet")

    lines = stream.getvalue().splitlines()
    assert [line.partition(" level")[2] for line in lines] == [
        "=info part=gateway.core message=started",
        '=warning part=paho.mqtt message="odd packet"',
    ]


def test_the_journal_is_known_by_its_device_and_inode(tmp_path):
    with (tmp_path / "log").open("w") as stream:
        seen = os.fstat(stream.fileno())
        here = f"{seen.st_dev}:{seen.st_ino}"

        assert under_journald(stream, {"JOURNAL_STREAM": here})
        assert not under_journald(stream, {"JOURNAL_STREAM": "1:2"})
        assert not under_journald(stream, {})
    assert not under_journald(io.StringIO(), {"JOURNAL_STREAM": here})
