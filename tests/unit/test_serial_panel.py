"""What a panel prints: lines cut from a stream, and what they say of its points."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.serial.answer import Refusal
from drivers.serial.line_cutter import LONGEST_LINE, Line, LineCutter, without_escapes
from drivers.serial.panel import DOUBT_LASTS, Outcome, Panel
from drivers.serial.printed import AtStart, Encoding, PrintedEvent, PrintedLines, Says
from gateway.settings.read_profile import load_profile
from rules.instant import Instant, later, seconds
from rules.reading import FaultCause

ROOT = Path(__file__).parents[2]
START = Instant(10**9)


# -- lines -------------------------------------------------------------------------------------


def cut(data: bytes, encoding: Encoding = Encoding.ASCII) -> list[Line]:
    cutter = LineCutter(encoding)
    return [*cutter.feed(data), *cutter.pause()]


@pytest.mark.parametrize("ending", [b"\r", b"\n", b"\r\n", b"\n\r", b"\x0c", b"\r\n\r\n"])
def test_a_line_ends_with_whatever_a_printer_takes_for_an_end(ending: bytes) -> None:
    assert LineCutter(Encoding.ASCII).feed(b"FIRE" + ending + b"REST" + ending) == [
        Line("FIRE"),
        Line("REST"),
    ]


def test_a_line_whose_end_does_not_come_is_one_after_a_pause() -> None:
    cutter = LineCutter(Encoding.ASCII)

    assert cutter.feed(b"\r\nFIRE ZONE 1") == []
    assert cutter.is_waiting
    assert cutter.pause() == [Line("FIRE ZONE 1")]
    assert not cutter.is_waiting
    assert cutter.pause() == []


@pytest.mark.parametrize(
    ("printed", "text"),
    [
        (b"\x1b@\x1bEFIRE\x1bF  ZONE\t1\x00\x07", "FIRE ZONE 1"),
        (b"\x1b[1;31mFIRE\x1b[0m", "FIRE"),
        (b"\x1d!\x11FIRE\x0e\x14", "FIRE"),
        (b"FIRE\x1b", "FIRE"),
        (b"FIRE\x1b[31", "FIRE"),
    ],
)
def test_what_is_meant_for_the_printer_is_dropped(printed: bytes, text: str) -> None:
    assert cut(printed) == [Line(text)]


@pytest.mark.parametrize(
    ("encoding", "data", "text"),
    [
        (Encoding.UTF_8, "CHÁY KHO SƠN".encode(), "CHÁY KHO SƠN"),
        (Encoding.WINDOWS_1258, "CHA\u0301Y".encode("cp1258"), "CHÁY"),
        (Encoding.WINDOWS_1252, b"Feuer\xa0K\xfcche", "Feuer Küche"),
        (Encoding.CP437, b"\xc9\xcd FIRE \xcd\xbb", "╔═ FIRE ═╗"),
    ],
)
def test_characters_are_those_of_the_encoding(encoding: Encoding, data: bytes, text: str) -> None:
    assert cut(data, encoding) == [Line(text)]


def test_bytes_that_are_no_characters_make_a_line_garbled() -> None:
    assert cut(b"FI\xffE ZONE 1") == [Line("FI\ufffdE ZONE 1", garbled=True)]


def test_a_line_that_is_too_long_is_told_at_once_and_its_end_after_it() -> None:
    cutter = LineCutter(Encoding.ASCII)

    told = cutter.feed(b"x" * (LONGEST_LINE + 1))
    rest = cutter.feed(b"FIRE ZONE 1\rFIRE ZONE 2\r")

    assert [(line.garbled, len(line.text)) for line in told] == [(True, LONGEST_LINE + 1)]
    assert rest == [Line("FIRE ZONE 1", garbled=True), Line("FIRE ZONE 2")]


def test_a_line_that_never_ends_is_told_again_and_again_and_kept_in_no_memory() -> None:
    cutter = LineCutter(Encoding.ASCII)

    told = cutter.feed(b"x" * 10_000)

    assert len(told) == 10_000 // (LONGEST_LINE + 1)
    assert all(line.garbled for line in told)


def test_after_a_pause_the_next_line_is_no_rest_of_one_that_was_too_long() -> None:
    cutter = LineCutter(Encoding.ASCII)
    cutter.feed(b"x" * (LONGEST_LINE + 1))

    assert cutter.is_waiting
    assert cutter.pause() == []
    assert cutter.feed(b"FIRE\r") == [Line("FIRE")]


@given(st.binary(max_size=600), st.sampled_from(Encoding), st.integers(1, 50))
def test_however_a_stream_is_cut_its_lines_are_the_same_and_hold_nothing_but_text(
    data: bytes, encoding: Encoding, size: int
) -> None:
    cutter = LineCutter(encoding)

    lines = [line for at in range(0, len(data), size) for line in cutter.feed(data[at : at + size])]
    lines += cutter.pause()

    assert lines == cut(data, encoding)
    for line in lines:
        assert line.text.isprintable()
        assert len(line.text) <= LONGEST_LINE + 1


def test_an_escape_sequence_ends_with_its_letter() -> None:
    assert without_escapes(b"a\x1b[0;1mb\x1b[Kc") == b"abc"


# -- points ------------------------------------------------------------------------------------


def printed(**changes: Any) -> PrintedLines:
    events = (
        ("FIRE ALARM SYSTEM V*", Says.ALIVE),
        ("*SYSTEM RESET*", Says.ALL_REST),
        ("*FIRE*ZONE {point} *", Says.ACTIVE),
        ("*CLEAR*ZONE {point} *", Says.REST),
        ("*TROUBLE*ZONE {point} *", Says.FAULT),
        ("*RESTORED*ZONE {point} *", Says.SOUND),
        ("*LOOP OPEN*", Says.ALL_FAULT),
        ("*LOOP CLOSED*", Says.ALL_SOUND),
        ("*", Says.ALIVE),
    )
    said = {"events": tuple(PrintedEvent(match=match, says=says) for match, says in events)}
    return PrintedLines(**(said | changes))


def panel(*points: str, **changes: Any) -> Panel:
    made = Panel(printed(**changes), points or ("1", "2", "12"))
    made.port_opened(START)
    return made


def heard(of: Panel, *lines: str, at: Instant = START) -> list[Outcome]:
    return [of.hear(Line(line, garbled="\ufffd" in line), at).outcome for line in lines]


def states(of: Panel, now: Instant = START) -> list[Any]:
    """Give 1, 0 or the cause of the fault, of each point."""
    present = [of.present(point, now) for point in ("1", "2", "12")]
    return [each.cause if isinstance(each, Refusal) else each for each in present]


FAULT = FaultCause.DEVICE_FAULT


def test_before_anything_was_printed_a_point_is_at_rest_or_unknown_as_the_profile_says() -> None:
    assert states(panel()) == [0, 0, 0]
    assert states(panel(at_start=AtStart.UNKNOWN)) == [FaultCause.NO_REPLY] * 3


def test_a_line_says_of_its_point_and_of_no_other_what_is_true_until_another_does() -> None:
    zone = panel()

    assert zone.hear(Line("09:12 FIRE ALARM ZONE 12 KHO"), START).points == ("12",)
    assert states(zone) == [0, 0, 1]
    heard(zone, "FIRE ZONE 1", "ALARM CLEAR ZONE 12")
    assert states(zone, later(START, seconds(86400))) == [1, 0, 0]
    heard(zone, "SYSTEM RESET")
    assert states(zone) == [0, 0, 0]


def test_a_fault_is_told_until_it_is_over_and_a_reset_does_not_end_it() -> None:
    zone = panel()

    heard(zone, "TROUBLE HEAD REMOVED ZONE 2")
    heard(zone, "SYSTEM RESET")
    refusal = zone.present("2", START)

    assert states(zone) == [0, FAULT, 0]
    assert isinstance(refusal, Refusal)
    assert "'TROUBLE HEAD REMOVED ZONE 2'" in refusal.detail
    heard(zone, "RESTORED ZONE 2")
    assert states(zone) == [0, 0, 0]


def test_a_warning_stands_beside_the_state_of_its_point_until_it_is_sound() -> None:
    maintenance = PrintedEvent(match="*DIRTY*ZONE {point} *", says=Says.WARNING)
    zone = panel(events=(maintenance, *printed().events))

    assert zone.hear(Line("SENSOR DIRTY ZONE 2"), START).points == ("2",)
    assert states(zone) == [0, 0, 0]
    assert [zone.warning(point) for point in ("1", "2", "12")] == [
        "",
        "the panel printed 'SENSOR DIRTY ZONE 2'",
        "",
    ]
    heard(zone, "FIRE ZONE 2", "SYSTEM RESET")
    assert zone.warning("2")
    heard(zone, "RESTORED ZONE 2")
    assert not zone.warning("2")


def test_a_fault_of_all_points_and_its_end_are_for_all() -> None:
    zone = panel()

    assert heard(zone, "LOOP OPEN") == [Outcome.ALL]
    assert states(zone) == [FAULT] * 3
    heard(zone, "LOOP CLOSED")
    assert states(zone) == [0, 0, 0]


def test_an_alarm_goes_before_every_fault() -> None:
    zone = panel(alive_within=seconds(60))

    heard(zone, "LOOP OPEN", "FIRE ZONE 1", "UNKNOWN ALARM")

    assert states(zone, later(START, seconds(3600))) == [
        1,
        FaultCause.NO_REPLY,
        FaultCause.NO_REPLY,
    ]
    assert states(zone) == [1, FAULT, FAULT]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("GAS ALARM TANK 3", "nothing explains the line 'GAS ALARM TANK 3'"),
        ("FIRE DOOR OPEN", "nothing explains the line"),
        ("BÁO CHÁY TẦNG 2", "nothing explains the line"),
        ("FIRE ZONE 99", "alarm at a point that no detector has: 'FIRE ZONE 99'"),
        ("CLEAR ZONE 1 AND ZONE 2", "rest of 1 and 2, in one line"),
    ],
)
def test_a_line_that_could_be_a_fire_puts_every_point_in_doubt_until_a_reset(
    line: str, said: str
) -> None:
    events = (*printed().events, PrintedEvent(match="*CLEAR*{point}*", says=Says.REST))
    events = (events[-1], *events[:-1]) if "AND" in line else events
    zone = panel(events=events)

    assert heard(zone, line) == [Outcome.ALL]

    refusal = zone.present("2", START)
    assert isinstance(refusal, Refusal)
    assert refusal.cause is FAULT
    assert said in refusal.detail
    assert states(zone) == [FAULT] * 3
    heard(zone, "SYSTEM RESET")
    assert states(zone) == [0, 0, 0]


def test_a_doubt_ends_after_an_hour() -> None:
    zone = panel()
    heard(zone, "GAS ALARM TANK 3")

    assert states(zone, Instant(later(START, DOUBT_LASTS) - 1)) == [FAULT] * 3
    assert states(zone, later(START, DOUBT_LASTS)) == [0, 0, 0]


def test_a_line_with_an_alarm_word_that_an_event_explains_by_its_text_is_no_doubt() -> None:
    zone = panel()

    assert heard(zone, "FIRE ALARM SYSTEM V1.2", "PRINTER TEST") == [Outcome.NOTHING] * 2
    assert states(zone) == [0, 0, 0]


def test_an_alarm_at_a_point_is_known_from_a_later_event_where_an_earlier_one_names_none() -> None:
    events = (
        PrintedEvent(match="*FIRE*ZONE {point} *", says=Says.ACTIVE),
        PrintedEvent(match="*FIRE*DEVICE {point} *", says=Says.ACTIVE),
        PrintedEvent(match="*", says=Says.ALIVE),
    )
    zone = panel(events=events)

    assert zone.hear(Line("FIRE ZONE 7 DEVICE 12"), START).points == ("12",)
    assert states(zone) == [0, 0, 1]


def test_of_a_point_and_a_longer_one_that_holds_it_the_line_means_the_longer() -> None:
    events = PrintedEvent(match="*FIRE*{point}*", says=Says.ACTIVE)
    zone = Panel(printed(events=(events,)), ("1", "1 a", "2"))

    assert zone.hear(Line("FIRE 1 A"), START).points == ("1 a",)
    assert zone.hear(Line("FIRE 1 AND 2"), START).points == ("1", "2")


def test_a_garbled_line_may_say_an_alarm_and_never_the_end_of_one() -> None:
    zone = panel()

    assert heard(zone, "\ufffd FIRE ZONE 1", "\ufffd CLEAR ZONE 1", "\ufffdxx") == [
        Outcome.SOME,
        Outcome.GARBLED,
        Outcome.GARBLED,
    ]
    assert states(zone) == [1, 0, 0]


def test_a_panel_that_prints_nothing_for_too_long_has_failed_until_the_next_line() -> None:
    zone = panel(alive_within=seconds(60), events=printed().events[:-1])
    late = later(START, seconds(60))

    assert states(zone, Instant(late - 1)) == [0, 0, 0]
    heard(zone, "what nobody knows", at=late)
    refusal = zone.present("1", late)
    assert isinstance(refusal, Refusal)
    assert refusal.cause is FaultCause.NO_REPLY
    assert "in 60 s; 1 others, the newest 'what nobody knows'" in refusal.detail
    heard(zone, "FIRE ALARM SYSTEM V1", at=late)
    assert states(zone, late) == [0, 0, 0]


def test_what_was_active_when_the_port_was_lost_is_active_when_it_is_back() -> None:
    zone = panel(at_start=AtStart.UNKNOWN)
    heard(zone, "SYSTEM RESET", "FIRE ZONE 1", "TROUBLE ZONE 2")

    zone.port_opened(later(START, seconds(5)))

    assert states(zone) == [1, FAULT, FaultCause.NO_REPLY]


@given(st.lists(st.text(max_size=240), max_size=20))
def test_no_line_whatever_raises_or_takes_an_alarm_back_unless_an_event_says_so(
    lines: list[str],
) -> None:
    zone = panel()
    heard(zone, "FIRE ZONE 1")
    ends = ("system reset", "clear")

    heard(zone, *(line for line in lines if not any(end in line.lower() for end in ends)))

    assert states(zone)[0] == 1


def test_the_profile_on_the_drivers_page_is_one() -> None:
    page = (ROOT / "drivers/serial/README.md").read_text(encoding="utf-8")
    (block,) = (each for each in page.split("```") if each.startswith("\nid: "))

    profile, problems = load_profile(block.encode(), "some-panel-printer.yaml")

    assert [str(problem) for problem in problems] == []
    assert profile is not None
    zone = Panel(profile.device.lines, ("1", "2", "12"))
    heard(zone, "12:04 FIRE ALARM ZONE 12 KHO SON", "TROUBLE ZONE 1", "SYSTEM NORMAL")
    assert states(zone) == [FAULT, 0, 1]
