"""Frames in a stream: the datasheets' examples, and any garbling against a plain oracle."""

import itertools
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from drivers.serial.answer import decode
from drivers.serial.checksum import Checksum
from drivers.serial.codec import BadFrame, Frame, Framer
from drivers.serial.device import SerialProfile
from drivers.serial.frame import ByteOrder, FieldType, FrameField, LengthField
from drivers.serial.printed import PrintedEvent, PrintedLines, Says

PMS5003 = SerialProfile(
    header="42 4D 00 1C",
    length=32,
    checksum=Checksum.SUM16,
    fields={"pm2_5": FrameField(at=12)},
)
ZE07 = SerialProfile(
    header="FF 04 03",
    length=9,
    checksum=Checksum.NEGATED_SUM8,
    fields={"co": FrameField(at=4, scale=0.1)},
)
MH_Z19B = SerialProfile(
    header="FF 86",
    length=9,
    checksum=Checksum.NEGATED_SUM8,
    ask="FF 01 86 00 00 00 00 00 79",
    fields={"co2": FrameField(at=2)},
)


def pms5003(pm2_5: int, filling: int = 0) -> bytes:
    """A frame of a PMS5003: thirteen words, the fifth is PM2.5 under atmospheric conditions."""
    words = [filling] * 13
    words[4] = pm2_5
    body = bytes.fromhex("424D001C") + b"".join(word.to_bytes(2, "big") for word in words)
    return body + (sum(body) & 0xFFFF).to_bytes(2, "big")


def frames_of(found: list[Frame | BadFrame]) -> list[bytes]:
    return [frame.bytes for frame in found if isinstance(frame, Frame)]


def sum16_is_right(frame: bytes) -> bool:
    return sum(frame[:-2]) % 65536 == frame[-2] * 256 + frame[-1]


def found_by_definition(stream: bytes, header: bytes, length: int, is_right: Any) -> list[bytes]:
    """The oracle: from the left, each place that holds a whole and sound frame is one."""
    found, place = [], 0
    while place + length <= len(stream):
        candidate = stream[place : place + length]
        if candidate.startswith(header) and is_right(candidate):
            found.append(candidate)
            place += length
        else:
            place += 1
    return found


def cut(stream: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({0, len(stream), *(place % (len(stream) + 1) for place in cuts)})
    return [stream[a:b] for a, b in itertools.pairwise(places)]


good = st.builds(pms5003, st.integers(0, 0xFFFF), st.integers(0, 0xFFFF))
garbage = st.binary(max_size=80)
# What deceives a hunter: headers, their beginnings, frames cut short, frames with one bit turned.
deceit = st.one_of(
    st.sampled_from([b"\x42", b"\x42\x4d", b"\x42\x4d\x00", b"\x42\x4d\x00\x1c", b"\x42\x42\x4d"]),
    good.flatmap(lambda frame: st.integers(1, 31).map(lambda size: frame[:size])),
    good.flatmap(
        lambda frame: st.integers(0, 255).map(
            lambda bit: (int.from_bytes(frame, "big") ^ (1 << bit)).to_bytes(32, "big")
        )
    ),
)
streams = st.lists(st.one_of(good, garbage, deceit), max_size=12).map(b"".join)
cuts = st.lists(st.integers(0, 2000), max_size=20)


@given(streams, cuts)
def test_however_the_stream_is_cut_and_garbled_the_frames_are_those_of_the_definition(
    stream: bytes, places: list[int]
) -> None:
    framer = Framer(PMS5003)

    found = [frame for chunk in cut(stream, places) for frame in frames_of(framer.feed(chunk))]

    assert found == found_by_definition(stream, b"\x42\x4d\x00\x1c", 32, sum16_is_right)


@given(st.binary(max_size=200), st.lists(st.integers(0, 200), max_size=10))
def test_the_same_holds_for_a_one_byte_checksum(stream: bytes, places: list[int]) -> None:
    framer = Framer(ZE07)
    stream = stream.replace(b"\x00", b"\xff\x04\x03")

    found = [frame for chunk in cut(stream, places) for frame in frames_of(framer.feed(chunk))]

    assert found == found_by_definition(
        stream, b"\xff\x04\x03", 9, lambda frame: sum(frame[1:]) % 256 == 0
    )


@given(st.lists(st.one_of(garbage, deceit), max_size=6).map(b"".join), good, good)
@example(b"\x42\x4d\x00\x1c" * 8, pms5003(1), pms5003(2))
def test_after_any_garbage_the_very_next_good_frames_are_found(
    noise: bytes, first: bytes, second: bytes
) -> None:
    # Once in 65,536 what begins in the noise is sound by chance and swallows a frame's beginning.
    assume(
        not any(
            sum16_is_right((noise + first + second)[place : place + 32])
            for place in range(len(noise))
        )
    )

    found = frames_of(Framer(PMS5003).feed(noise + first + second))

    assert found == [first, second]


@given(streams, cuts)
def test_less_than_a_frame_is_kept_and_every_byte_is_accounted_for(
    stream: bytes, places: list[int]
) -> None:
    framer = Framer(PMS5003)

    for chunk in cut(stream, places):
        framer.feed(chunk)

    kept = len(framer._buffer)
    assert kept < PMS5003.length
    assert len(stream) == framer.tally.frames * 32 + framer.tally.discarded + kept


def test_each_loss_of_step_counts_once() -> None:
    framer = Framer(PMS5003)
    bad = bytearray(pms5003(12))
    bad[10] ^= 1

    framer.feed(pms5003(1) + b"\x00\x01\x02" + pms5003(2) + bytes(bad) + pms5003(3))

    assert framer.tally.frames == 3
    assert framer.tally.bad_checksums == 1
    assert framer.tally.discarded == 3 + 32
    assert framer.tally.resyncs == 2


def test_a_pms5003_frame_gives_its_atmospheric_pm2_5() -> None:
    (frame,) = Framer(PMS5003).feed(pms5003(0x1234, filling=7))

    assert isinstance(frame, Frame)
    assert decode(frame, PMS5003) == {"pm2_5": 0x1234}


def test_the_shorter_frame_of_a_pms3003_is_no_frame_of_a_pms5003() -> None:
    body = bytes.fromhex("424D0014") + bytes(18)
    pms3003 = body + (sum(body) & 0xFFFF).to_bytes(2, "big")

    assert Framer(PMS5003).feed(pms3003 * 4) == []


def test_the_answer_of_an_mh_z19b_in_its_datasheet_is_650_ppm() -> None:
    (frame,) = Framer(MH_Z19B).feed(bytes.fromhex("FF 86 02 8A 44 00 00 00 AA"))

    assert isinstance(frame, Frame)
    assert decode(frame, MH_Z19B) == {"co2": 650}


def test_the_frame_of_a_ze07_in_its_datasheet_is_read_and_no_other_sum_is_right() -> None:
    (frame,) = Framer(ZE07).feed(bytes.fromhex("FF 04 03 01 00 25 13 88 38"))

    assert isinstance(frame, Frame)
    assert decode(frame, ZE07) == {"co": 0x25 * 0.1}
    assert frames_of(Framer(ZE07).feed(frame.bytes[:-1] + b"\x39")) == []


def pms3003(pm2_5: int) -> bytes:
    """A frame of a PMS3003, whose length field says 0x14: 24 bytes."""
    body = bytes.fromhex("424D0014") + bytes(8) + pm2_5.to_bytes(2, "big") + bytes(8)
    return body + (sum(body) & 0xFFFF).to_bytes(2, "big")


def values_of(stream: bytes, profile: SerialProfile = PMS5003) -> list[Any]:
    frames = [each for each in Framer(profile).feed(stream) if isinstance(each, Frame)]
    return [decode(frame, profile) for frame in frames]


def test_a_pms_frame_with_a_wrong_sum_gives_no_value_and_the_next_frame_does() -> None:
    wrong = bytearray(pms5003(999))
    wrong[-1] ^= 1

    assert values_of(pms5003(1) + wrong + pms5003(2)) == [{"pm2_5": 1}, {"pm2_5": 2}]


def test_a_pms_stream_joined_in_the_middle_of_a_frame_is_in_step_with_the_next() -> None:
    for cut_at in range(1, 32):
        assert values_of(pms5003(999)[cut_at:] + pms5003(3)) == [{"pm2_5": 3}]


def test_pms_frames_of_length_0x14_between_those_of_a_pms5003_are_passed_over() -> None:
    stream = pms5003(1) + pms3003(999) + pms5003(2) + pms3003(999) + pms5003(3)

    assert values_of(stream) == [{"pm2_5": 1}, {"pm2_5": 2}, {"pm2_5": 3}]


BY_LENGTH = SerialProfile(
    header="42 4D",
    length_field=LengthField(at=2, type=FieldType.UINT16, extra=4, longest=64),
    checksum=Checksum.SUM16,
    fields={"pm2_5": FrameField(at=12)},
)


def test_frames_that_say_their_length_are_found_whatever_it_is() -> None:
    assert values_of(pms5003(1) + pms3003(2) + pms5003(3), BY_LENGTH) == [
        {"pm2_5": 1},
        {"pm2_5": 2},
        {"pm2_5": 3},
    ]


def test_a_length_that_has_not_come_yet_is_waited_for() -> None:
    framer = Framer(BY_LENGTH)

    found = [each for byte in pms3003(7) for each in framer.feed(bytes([byte]))]

    assert frames_of(found) == [pms3003(7)]


def test_a_panel_that_prints_has_no_frames_to_look_for() -> None:
    events = (PrintedEvent(match="FIRE {point}", says=Says.ACTIVE),)

    with pytest.raises(ValueError, match="no frames"):
        Framer(SerialProfile(lines=PrintedLines(events=events)))


def test_a_length_that_no_frame_can_have_is_not_waited_for() -> None:
    too_long, too_short = bytes.fromhex("424D0100"), bytes.fromhex("424D0001")

    assert values_of(too_long + too_short + pms5003(5), BY_LENGTH) == [{"pm2_5": 5}]


def test_a_garbled_length_holds_frames_up_until_the_line_rests() -> None:
    framer = Framer(BY_LENGTH)

    held = framer.feed(bytes.fromhex("424D003C") + pms5003(6))

    assert held == []
    assert [decode(each, BY_LENGTH) for each in framer.pause() if isinstance(each, Frame)] == [
        {"pm2_5": 6}
    ]
    assert framer.tally.discarded == 4


def test_a_frame_without_its_trailer_is_none() -> None:
    # The dust sensor SDS011: AA C0, six bytes, their sum, AB.
    sds011 = SerialProfile(
        header="AA C0",
        length=10,
        trailer="AB",
        checksum=Checksum.SUM8,
        checksum_from=2,
        byte_order=ByteOrder.LITTLE,
        fields={"pm2_5": FrameField(at=2, scale=0.1)},
    )
    good = bytes.fromhex("AA C0 D4 04 3A 0A A1 60 1D AB")

    assert values_of(good[:-1] + b"\xac" + good, sds011) == [{"pm2_5": 0x04D4 * 0.1}]


def test_how_much_was_skipped_before_a_good_frame_is_told_with_it() -> None:
    found = Framer(PMS5003).feed(b"\x00\x42" + pms5003(1) + pms5003(2) + b"\x42\x4d" + pms5003(3))

    assert [each.skipped for each in found if isinstance(each, Frame)] == [2, 0, 2]


def test_what_came_before_it_was_told_to_forget_is_no_part_of_a_frame() -> None:
    framer = Framer(PMS5003)
    framer.feed(pms5003(1)[:20])

    framer.forget()

    assert frames_of(framer.feed(pms5003(1)[20:] + pms5003(2))) == [pms5003(2)]
