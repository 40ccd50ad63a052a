"""What serial profiles and options may say where no broken file shows it, and how long it takes."""

from dataclasses import replace
from typing import Any

import pytest

from drivers.bus import BusDetector, BusPlan
from drivers.device_words import Parity
from drivers.serial.checksum import Checksum
from drivers.serial.device import LONGEST_SILENCE, SerialProfile, bits, measures
from drivers.serial.frame import FieldType, FrameField, FramePlace, LengthField
from drivers.serial.options import SerialBusOptions, SerialDetectorOptions, port_settings
from drivers.serial.printed import PrintedEvent, PrintedLines, Says
from drivers.serial.times import times_of
from drivers.times import Wait
from gateway.buses import SHORTEST_BOUND
from rules.instant import in_seconds, seconds
from rules.problem import InvalidSettingError
from rules.profile import CONTACT_RANGE, DetectorKind, Profile

FRAMES = SerialProfile(
    header="42 4D",
    length=32,
    checksum=Checksum.SUM16,
    fields={"pm2_5": FrameField(at=12), "contact": FrameField(at=14, type=FieldType.BIT)},
)
LINES = SerialProfile(
    lines=PrintedLines(events=(PrintedEvent(match="FIRE {point}", says=Says.ACTIVE),))
)


def test_a_silence_that_is_waited_for_is_never_taken_for_a_bus_that_hangs() -> None:
    assert LONGEST_SILENCE < SHORTEST_BOUND


def test_what_the_site_file_says_of_the_port_goes_before_the_profile() -> None:
    model = replace(FRAMES, parity=Parity.EVEN)

    assert str(port_settings(SerialBusOptions(port="p"), model)) == "9600 8E1"
    own = SerialBusOptions(port="p", baud=300, data_bits=7, parity=Parity.ODD, stop_bits=2)
    assert str(port_settings(own, model)) == "300 7O2"
    assert in_seconds(port_settings(own, model).wire_time(3)) == 3 * 11 / 300


def test_frames_measure_what_stands_in_them_and_lines_a_contact() -> None:
    assert (measures(FRAMES), bits(FRAMES)) == ({"pm2_5", "contact"}, {"contact"})
    assert (measures(LINES), bits(LINES)) == ({"contact"}, {"contact"})


@pytest.mark.parametrize(
    ("field", "made"),
    [
        ("at", lambda: FramePlace(at=256)),
        ("at", lambda: FramePlace(at=-1)),
        ("bit", lambda: FramePlace(at=2, type=FieldType.BIT, bit=8)),
        ("width", lambda: FramePlace(at=2, type=FieldType.BITS, bit=4, width=5)),
        ("width", lambda: FramePlace(at=2, type=FieldType.BIT, width=2)),
        ("inverted", lambda: FramePlace(at=2, inverted=True)),
        ("size", lambda: FramePlace(at=2, size=4)),
        ("scale", lambda: FrameField(at=2, scale=0)),
        ("no_value", lambda: FrameField(at=2, type=FieldType.FLOAT32, no_value=(0,))),
        ("type", lambda: LengthField(at=2, type=FieldType.INT8)),
        ("at", lambda: LengthField(at=256)),
        ("extra", lambda: LengthField(at=2, extra=257)),
        ("stop_bits", lambda: replace(FRAMES, stop_bits=3)),
        ("baud", lambda: replace(FRAMES, baud=9601)),
        ("start", lambda: replace(FRAMES, start=("00",) * 9)),
        ("header", lambda: replace(FRAMES, header="")),
        ("fields", lambda: replace(FRAMES, fields={"pm2_5": FrameField(at=29)})),
        ("fields", lambda: replace(FRAMES, fields={"pm2_5": FrameField(at=1)})),
        ("ask", lambda: replace(LINES, ask="00")),
        ("events", lambda: PrintedLines(events=())),
        ("alarm_words", lambda: replace(LINES.lines, alarm_words=("FIRE",) * 21)),
        ("point", lambda: SerialDetectorOptions(point="*")),
        ("point", lambda: SerialDetectorOptions(point="1" * 41)),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(field: str, made: Any) -> None:
    with pytest.raises(InvalidSettingError) as caught:
        made()

    assert caught.value.field == field


def times(device: SerialProfile, every: float) -> Any:
    model = Profile(
        id="some",
        name="Some",
        driver="serial",
        kind=DetectorKind.SENSOR,
        source="made up",
        quantities={"contact": CONTACT_RANGE},
        device=device,
    )
    detector = BusDetector(
        id="d", profile=model, every=seconds(every), alarm=True, options=SerialDetectorOptions()
    )
    bus = BusPlan(id="b", options=SerialBusOptions(port="p"), detectors=(detector,), outputs=())
    found = times_of(bus)["d"]
    change = [(each.wait, round(in_seconds(each.takes), 4)) for each in found.change]
    return change, [round(in_seconds(each), 4) for each in found.failures]


def test_a_sensor_that_is_asked_is_waited_for_until_its_turn_and_its_answer() -> None:
    asked = replace(FRAMES, ask="FF 01 86 00 00 00 00 00 79", answer_within=seconds(0.5))
    answer = round(0.5 + 90 / 9600, 4)

    assert times(asked, 2.0) == (
        [(Wait.PERIOD, 2.0), (Wait.LINE, answer)],
        [2 + answer, 4 + answer, 6 + answer],
    )
    # Asked more often than it need answer, each unanswered question costs a turn.
    _, failures = times(asked, 0.1)
    assert failures == pytest.approx([0.1 + answer, 0.2 + 2 * answer, 0.3 + 3 * answer], abs=1e-3)


def test_a_printed_line_may_lack_its_end_and_silence_is_known_where_the_panel_says_so() -> None:
    change, failures = times(LINES, 10)

    assert change == [(Wait.PRINT, 1 + 2400 / 9600)]
    assert failures == [10, 20, 30]
    _, failures = times(replace(LINES, lines=replace(LINES.lines, alive_within=seconds(60))), 10)
    assert failures == [70, 80, 90]
