"""What can be the answer to a question, what is an echo, and what is said where neither came."""

from itertools import combinations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pymodbus.framer import FramerRTU
from pymodbus.pdu import DecodePDU

from drivers.modbus.answer import Shape, answer_in, exception_text, shape_of, why_unanswered
from drivers.modbus.codec import decoder
from drivers.modbus.data_model import DataType, Table
from drivers.modbus.device import ModbusPoint
from rules.reading import FaultCause


def rtu(frame: str) -> bytes:
    return bytes.fromhex(frame)


def framed(body: bytes) -> bytes:
    """The oracle's checksum: MODBUS over Serial Line V1.02, 6.2.2."""
    crc = 0xFFFF
    for byte in body:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return body + crc.to_bytes(2, "little")


def sound(frame: bytes) -> bool:
    return framed(frame[:-2]) == frame


def point(kind: DataType, **options: object) -> ModbusPoint:
    return ModbusPoint(**{"table": Table.HOLDING_REGISTER, "address": 0, "type": kind} | options)


def read_shape(unit: int, function: int, size: int, *, numbered: bool = False) -> Shape:
    return shape_of(
        unit=unit,
        function=function,
        data_head=bytes((size,)),
        data_length=1 + size,
        numbered=numbered,
    )


def searched(received: bytes, sent: bytes, shape: Shape) -> bytes:
    return answer_in(received, sent, shape, sound, echoes=False)


def explained(received: bytes, sent: bytes, shape: Shape) -> tuple[FaultCause, str]:
    return why_unanswered(received, sent, shape, sound, echoes=False)


def taken(received: bytes, sent: bytes, shape: Shape) -> list[int] | None:
    """Registers or bits of an answer, the way they go: our search, then pymodbus's framer."""
    frame = searched(received, sent, shape)
    _, reply = FramerRTU(DecodePDU(is_server=False)).handleFrame(frame, shape.unit, 0)
    return None if reply is None else list(reply.registers or reply.bits)


@pytest.mark.parametrize(
    ("question", "answer", "model", "value"),
    [
        pytest.param(
            "01 03 00 06 00 01 64 0B",
            "01 03 02 00 BD 78 35",
            point(DataType.UINT16, address=6, scale=0.1),
            18.9,
            id="JXBS-3001-CO, 18.9 ppm",
        ),
        pytest.param(
            "FE 04 00 03 00 01 D5 C5",
            "FE 04 02 03 88 AD B2",
            point(DataType.UINT16, table=Table.INPUT_REGISTER, address=3),
            904,
            id="SenseAir S8, 904 ppm",
        ),
        pytest.param(
            "FF 02 00 00 00 08 6C 12",
            "FF 02 01 01 51 A0",
            point(DataType.BIT, table=Table.DISCRETE_INPUT, inverted=True),
            0,
            id="Novabo SQR-2, 1 is quiet",
        ),
        pytest.param(
            "FF 02 00 00 00 08 6C 12",
            "FF 02 01 00 90 60",
            point(DataType.BIT, table=Table.DISCRETE_INPUT, inverted=True),
            1,
            id="Novabo SQR-2, 0 is alarm",
        ),
    ],
)
def test_frames_of_real_devices_give_their_values(
    question: str, answer: str, model: ModbusPoint, value: float
) -> None:
    sent, received = rtu(question), rtu(answer)
    shape = read_shape(sent[0], sent[1], received[2])

    assert sound(sent)
    assert decoder(model, 0)(taken(received, sent, shape)) == value


def test_a_real_frame_with_another_frame_s_checksum_is_refused() -> None:
    sent, received = rtu("FE 04 00 03 00 01 D5 C5"), rtu("FE 04 02 03 88 D5 C5")
    shape = read_shape(0xFE, 4, 2)

    assert taken(received, sent, shape) is None
    cause, detail = explained(received, sent, shape)
    assert cause is FaultCause.BAD_CHECKSUM
    assert "FE 04 02 03 88 D5 C5" in detail


GOOD = rtu("01 03 02 00 BD 78 35")
ASKED = rtu("01 03 00 06 00 01 64 0B")
SHAPE = read_shape(1, 3, 2)


@given(st.binary(max_size=12))
def test_a_glitch_before_the_answer_does_not_hide_it(glitch: bytes) -> None:
    if SHAPE.head in glitch + SHAPE.head[:-1] or SHAPE.exception_head in glitch:
        return  # noise that begins like an answer may cost the answer, and no more than that

    assert taken(glitch + GOOD, ASKED, SHAPE) == [189]


@given(st.binary(max_size=12), st.binary(max_size=12))
def test_garbage_that_begins_like_the_answer_does_not_hide_it(before: bytes, inside: bytes) -> None:
    garbage = before + SHAPE.head + inside.ljust(4, b"\0")
    assume(not garbage.startswith(ASKED) and not sound(garbage[-7:]))

    assert taken(garbage + GOOD, ASKED, SHAPE) == [189]


@given(st.binary(min_size=1, max_size=12))
def test_what_is_joined_to_the_end_of_the_answer_changes_nothing(behind: bytes) -> None:
    assert taken(GOOD + behind, ASKED, SHAPE) == [189]


@given(st.sampled_from([2, 4, 6]), st.binary(max_size=6))
def test_an_exception_is_an_answer_without_a_value(code: int, glitch: bytes) -> None:
    assume(SHAPE.head not in glitch)
    refusal = framed(bytes((1, 0x83, code)))

    assert searched(glitch + refusal, ASKED, SHAPE) == refusal
    assert taken(refusal, ASKED, SHAPE) == []


@given(st.integers(1, 255), st.integers(0, 0xFFFF))
def test_the_late_answer_of_the_previous_unit_is_not_this_one_s(unit: int, value: int) -> None:
    assume(unit != 1)
    late = framed(bytes((unit, 3, 2)) + value.to_bytes(2, "big"))
    assume(SHAPE.head not in late)

    assert searched(late, ASKED, SHAPE) == b""
    assert taken(late + GOOD, ASKED, SHAPE) == [189]


@pytest.mark.parametrize("flips", [1, 2, 3])
def test_no_answer_with_one_two_or_three_bits_turned_is_taken(flips: int) -> None:
    """The checksum's distance is four over all frames: MODBUS over Serial Line V1.02, 2.5.1.2."""
    whole = int.from_bytes(GOOD, "big")
    for bits in combinations(range(8 * len(GOOD)), flips):
        turned = whole
        for bit in bits:
            turned ^= 1 << bit
        received = turned.to_bytes(len(GOOD), "big")
        if frame := searched(received, ASKED, SHAPE):
            assert not sound(frame)


@given(st.integers(0, len(GOOD) - 1))
def test_a_part_of_an_answer_is_none_yet(size: int) -> None:
    assert searched(GOOD[:size], ASKED, SHAPE) == b""


@given(st.binary(max_size=300))
def test_no_bytes_are_taken_for_an_answer_but_those_of_its_shape(received: bytes) -> None:
    frame = searched(received, ASKED, SHAPE)

    assert frame == b"" or (frame in received and frame[0] == 1 and frame[1] in (0x03, 0x83))


@pytest.mark.parametrize(
    ("received", "cause", "words_of_detail"),
    [
        ("", FaultCause.NO_REPLY, "no reply"),
        ("01 03 02 00", FaultCause.BAD_REPLY, "cut short after 4 bytes"),
        ("01", FaultCause.BAD_REPLY, "cut short after 1 bytes"),
        ("02 03 02 00 BD 3C 35", FaultCause.BAD_REPLY, "unit 2 answered"),
        ("01 04 02 00 BD 79 41", FaultCause.BAD_REPLY, "function 4 and not 3"),
        ("01 03 04 00 BD 00 00 6A 17", FaultCause.BAD_REPLY, "another length"),
        ("01 03 00 06 00 01 64 0B", FaultCause.NO_REPLY, "only the line's echo"),
        ("01 03 00 06 00 01 64 0B 02 03 02 00 BD 3C 35", FaultCause.BAD_REPLY, "unit 2 answered"),
        ("01 03 02 00 BC 78 35", FaultCause.BAD_CHECKSUM, "bad checksum"),
        ("01 83 02 C0 F0", FaultCause.BAD_CHECKSUM, "bad checksum"),
        ("7F 00 FF 12 13 14", FaultCause.BAD_CHECKSUM, "no frame with a good checksum"),
    ],
)
def test_what_came_instead_of_an_answer_is_said(
    received: str, cause: FaultCause, words_of_detail: str
) -> None:
    assert taken(rtu(received), ASKED, SHAPE) is None

    found, detail = explained(rtu(received), ASKED, SHAPE)

    assert (found, words_of_detail in detail) == (cause, True), detail
    assert (
        cause is FaultCause.NO_REPLY or received.removeprefix("01 03 00 06 00 01 64 0B ") in detail
    )


TCP_ASKED = bytes.fromhex("00 05 00 00 00 06 01 03 00 06 00 01")
TCP_GOOD = bytes.fromhex("00 05 00 00 00 05 01 03 02 00 BD")
TCP_SHAPE = read_shape(1, 3, 2, numbered=True)


@given(st.binary(max_size=40))
def test_the_answer_over_tcp_is_found_behind_an_older_one(before: bytes) -> None:
    older = bytes.fromhex("00 04 00 00 00 05 01 03 02 11 11")

    assert searched(older + TCP_GOOD, TCP_ASKED, TCP_SHAPE) == TCP_GOOD
    if TCP_GOOD[:9] not in before:
        assert searched(before + TCP_GOOD, TCP_ASKED, TCP_SHAPE) == TCP_GOOD


@pytest.mark.parametrize(
    ("received", "words_of_detail"),
    [
        ("00 04 00 00 00 05 01 03 02 00 BD", "another question, number 4 and not 5"),
        ("00 00 00 00 00 05 01 03 02 00 BD", "another question, number 0 and not 5"),
        ("00 05 00 00 00 05 02 03 02 00 BD", "unit 2 answered"),
        ("00 05 00 00 00 05 01 04 02 00 BD", "function 4 and not 3"),
        ("00 05 00 00 00 07 01 03 04 00 BD 00 00", "another length"),
        ("00 05 00 00 00 05 01 03", "cut short after 8 bytes"),
        ("48 54 54 50 2F 31", "not Modbus/TCP"),
    ],
)
def test_what_came_over_tcp_instead_of_an_answer_is_said(
    received: str, words_of_detail: str
) -> None:
    got = bytes.fromhex(received)
    assert searched(got, TCP_ASKED, TCP_SHAPE) == b""

    cause, detail = explained(got, TCP_ASKED, TCP_SHAPE)

    assert cause is FaultCause.BAD_REPLY
    assert words_of_detail in detail


@given(st.binary(min_size=1, max_size=80), st.booleans())
def test_whatever_came_is_explained_in_one_line(received: bytes, tcp: bool) -> None:
    sent, shape = (TCP_ASKED, TCP_SHAPE) if tcp else (ASKED, SHAPE)

    _, detail = explained(received, sent, shape)

    assert "\n" not in detail
    assert len(detail) < 200


def test_exception_codes_have_their_names() -> None:
    assert exception_text(2) == "exception 02 (illegal data address)"
    assert exception_text(77) == "exception 77 (reserved code)"


# --- echoes ---------------------------------------------------------------------------------------

WRITES = (5, 6, 15, 16)


def asking(function: int, unit: int, address: int, number: int) -> tuple[bytes, Shape, bytes]:
    """The oracle's question, the shape of its answer, and the answer of a device to it.

    A number is the value of a write, and how many registers or bits a read is for.
    """
    place = address.to_bytes(2, "big")
    head = bytes((unit, function))
    if function in (5, 6):
        value = (0xFF00 * (number & 1) if function == 5 else number).to_bytes(2, "big")
        question = answer = place + value
        data_head = question
    elif function == 15:
        question, answer = place + b"\0\1\1" + bytes((number & 1,)), place + b"\0\1"
        data_head = answer
    elif function == 16:
        question = place + b"\0\1\2" + number.to_bytes(2, "big")
        answer = data_head = place + b"\0\1"
    else:
        count = number % 8 + 1
        size = 2 * count if function in (3, 4) else 1
        question, answer = place + count.to_bytes(2, "big"), bytes((size, *range(size)))
        data_head = answer[:1]
    shape = shape_of(
        unit=unit,
        function=function,
        data_head=data_head,
        data_length=len(answer),
        numbered=False,
    )
    return framed(head + question), shape, framed(head + answer)


questions = st.builds(
    asking,
    st.sampled_from((1, 2, 3, 4, *WRITES)),
    st.integers(1, 247),
    st.integers(0, 0xFFFF) | st.integers(0x0100, 0x10FF),  # where the echo looks like an answer
    st.integers(0, 0xFFFF),
)
cuts = st.lists(st.integers(0, 600), max_size=4)


def arriving(received: bytes, at: list[int]) -> list[bytes]:
    """Give what is there each time that bytes have come."""
    return [received[:end] for end in sorted({*at, len(received)}) if 0 < end <= len(received)]


def first_taken(
    received: bytes, at: list[int], sent: bytes, shape: Shape, *, echoes: bool
) -> bytes | None:
    """Give the first frame that is found as the bytes arrive, and that the framer lets pass."""
    for part in arriving(received, at):
        frame = answer_in(part, sent, shape, sound, echoes=echoes)
        if frame and sound(frame):
            return frame
    return None


def tells_by_itself(shape: Shape) -> bool:
    """Whether the answer to a question differs from its echo: not so for single writes."""
    return shape.function not in (5, 6)


@given(questions, cuts, st.booleans())
def test_behind_an_echo_the_answer_is_found_however_the_bytes_arrive(
    asked: tuple[bytes, Shape, bytes], at: list[int], known: bool
) -> None:
    sent, shape, answer = asked
    echoes = known or not tells_by_itself(shape)

    assert first_taken(sent + answer, at, sent, shape, echoes=echoes) == answer


@given(questions, cuts, st.booleans())
def test_an_echo_alone_is_never_an_answer(
    asked: tuple[bytes, Shape, bytes], at: list[int], known: bool
) -> None:
    sent, shape, _ = asked
    echoes = known or not tells_by_itself(shape)

    assert first_taken(sent, at, sent, shape, echoes=echoes) is None
    assert why_unanswered(sent, sent, shape, sound, echoes=echoes) == (
        FaultCause.NO_REPLY,
        "no reply, only the line's echo,",
    )


@given(questions, cuts)
def test_without_an_echo_the_answer_is_found_however_the_bytes_arrive(
    asked: tuple[bytes, Shape, bytes], at: list[int]
) -> None:
    sent, shape, answer = asked
    assume(not tells_by_itself(shape) or not sent.startswith(answer))

    assert first_taken(answer, at, sent, shape, echoes=False) == answer


@given(questions, cuts, st.data())
def test_an_echo_that_was_cut_or_garbled_is_a_collision_and_no_answer(
    asked: tuple[bytes, Shape, bytes], at: list[int], data: st.DataObject
) -> None:
    """Somebody else sent at the same time: nobody knows what the device understood."""
    sent, shape, answer = asked
    if data.draw(st.booleans()):
        place = data.draw(st.integers(0, len(sent) - 1))
        echo = sent[:place] + sent[place + 1 :]
    else:
        place = data.draw(st.integers(0, len(sent) - 1))
        echo = sent[:place] + bytes((sent[place] ^ data.draw(st.integers(1, 255)),))
        echo += sent[place + 1 :]
    received = echo + data.draw(st.sampled_from((b"", answer)))
    assume(not received.startswith((sent, shape.head, shape.exception_head)))

    assert first_taken(received, at, sent, shape, echoes=True) is None
    cause, detail = why_unanswered(received, sent, shape, sound, echoes=True)
    assert cause is FaultCause.BAD_REPLY
    assert "did somebody else send at the same time?" in detail


@given(questions, cuts)
def test_where_an_echo_is_expected_an_answer_without_one_counts_all_the_same(
    asked: tuple[bytes, Shape, bytes], at: list[int]
) -> None:
    """An adapter may have been changed: a value that is there is not thrown away."""
    sent, shape, answer = asked
    assume(tells_by_itself(shape) and not sent.startswith(answer))

    assert first_taken(answer, at, sent, shape, echoes=True) == answer


@given(questions, st.sampled_from((1, 2, 4, 6)), cuts, st.booleans())
def test_a_refusal_is_found_with_and_without_an_echo(
    asked: tuple[bytes, Shape, bytes], code: int, at: list[int], echo: bool
) -> None:
    sent, shape, _ = asked
    refusal = framed(bytes((shape.unit, shape.function | 0x80, code)))
    assume(shape.head not in refusal)

    received = sent + refusal if echo else refusal
    assert first_taken(received, at, sent, shape, echoes=echo) == refusal


def test_an_echo_that_looks_like_an_answer_with_a_good_checksum_is_none() -> None:
    """Some six hundred questions begin like a sound answer: here 45056 for register 688."""
    sent = rtu("04 03 02 B0 00 01 84 00")
    shape = read_shape(4, 3, 2)
    answer = framed(bytes((4, 3, 2, 0, 189)))

    assert sound(sent)
    assert sound(sent[: shape.length])
    for size in range(len(sent) + 1):
        assert searched(sent[:size], sent, shape) == b""
    assert searched(sent + answer, sent, shape) == answer


@given(questions, st.binary(max_size=40), cuts, st.booleans())
def test_whatever_comes_only_a_sound_frame_of_the_right_unit_and_function_is_taken(
    asked: tuple[bytes, Shape, bytes], received: bytes, at: list[int], echoes: bool
) -> None:
    sent, shape, _ = asked

    frame = first_taken(received, at, sent, shape, echoes=echoes)

    assert frame is None or (frame[0], frame[1] & 0x7F) == (shape.unit, shape.function)
