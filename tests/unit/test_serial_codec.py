"""Frames in a stream: the datasheets' examples, and any garbling against a plain oracle."""

import itertools

from hypothesis import assume, example, given
from hypothesis import strategies as st

from drivers.serial.codec import BadFrame, Frame, Framer, decode, is_sound
from drivers.serial.options import Checksum, FieldType, FrameField, SerialProfile

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


def pms5003(pm2_5: int, filling: int = 0) -> bytes:
    """A frame of a PMS5003: thirteen words, the fifth is PM2.5 under atmospheric conditions."""
    words = [filling] * 13
    words[4] = pm2_5
    body = bytes.fromhex("424D001C") + b"".join(word.to_bytes(2, "big") for word in words)
    return body + (sum(body) & 0xFFFF).to_bytes(2, "big")


def frames_of(found: list[Frame | BadFrame]) -> list[bytes]:
    return [frame.bytes for frame in found if isinstance(frame, Frame)]


def found_by_definition(stream: bytes, profile: SerialProfile) -> list[bytes]:
    """The oracle: from the left, each place that holds a whole and sound frame is one."""
    header = bytes.fromhex(profile.header)
    found, place = [], 0
    while place + profile.length <= len(stream):
        candidate = stream[place : place + profile.length]
        if candidate.startswith(header) and is_sound(candidate, profile.checksum):
            found.append(candidate)
            place += profile.length
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

    assert found == found_by_definition(stream, PMS5003)


@given(st.binary(max_size=200), st.lists(st.integers(0, 200), max_size=10))
def test_the_same_holds_for_a_one_byte_checksum(stream: bytes, places: list[int]) -> None:
    framer = Framer(ZE07)
    stream = stream.replace(b"\x00", b"\xff\x04\x03")

    found = [frame for chunk in cut(stream, places) for frame in frames_of(framer.feed(chunk))]

    assert found == found_by_definition(stream, ZE07)


@given(st.lists(st.one_of(garbage, deceit), max_size=6).map(b"".join), good, good)
@example(b"\x42\x4d\x00\x1c" * 8, pms5003(1), pms5003(2))
def test_after_any_garbage_the_very_next_good_frames_are_found(
    noise: bytes, first: bytes, second: bytes
) -> None:
    # Once in 65,536 what begins in the noise is sound by chance and swallows a frame's beginning.
    assume(
        not any(
            is_sound((noise + first + second)[place : place + 32], Checksum.SUM16)
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
    assert decode(frame, PMS5003.fields) == {"pm2_5": 0x1234}


def test_the_shorter_frame_of_a_pms3003_is_no_frame_of_a_pms5003() -> None:
    body = bytes.fromhex("424D0014") + bytes(18)
    pms3003 = body + (sum(body) & 0xFFFF).to_bytes(2, "big")

    assert Framer(PMS5003).feed(pms3003 * 4) == []


def test_the_checksum_of_the_mh_z19_reply_is_that_of_its_datasheet() -> None:
    reply = bytes.fromhex("FF 86 02 8A 44 00 00 00 AA")

    assert is_sound(reply, Checksum.NEGATED_SUM8)
    assert decode(Frame(reply), {"co": FrameField(at=2)}) == {"co": 650}


def test_the_checksum_of_the_ze07_frame_is_that_of_its_datasheet() -> None:
    frame = bytes.fromhex("FF 04 03 01 00 25 13 88 38")

    assert is_sound(frame, Checksum.NEGATED_SUM8)
    assert not is_sound(frame[:-1] + b"\x39", Checksum.NEGATED_SUM8)
    assert decode(Frame(frame), {"co": FrameField(at=4, scale=0.1)})["co"] == 0x25 * 0.1


def test_a_signed_word_and_a_byte_are_read_as_such() -> None:
    frame = Frame(bytes([0xAA, 0xFF, 0xFE, 0x80]))

    values = decode(
        frame,
        {
            "temperature": FrameField(at=1, type=FieldType.INT16, scale=0.5),
            "humidity": FrameField(at=3, type=FieldType.UINT8),
        },
    )

    assert values == {"temperature": -1.0, "humidity": 128.0}
