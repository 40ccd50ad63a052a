"""Modbus registers and answers: against struct, against the standard's limits, and real frames."""

import math
import struct
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymodbus.framer import FramerRTU
from pymodbus.pdu import DecodePDU

from drivers.bus import BusDetector
from drivers.modbus.answer import answer_in, exception_text, shape_of, why_unanswered
from drivers.modbus.codec import (
    BIT_TABLES,
    MOST_BITS,
    MOST_REGISTERS,
    Block,
    NotANumberError,
    block_of,
    character_time,
    decoder,
    place_in,
    read_plan,
    silence_between_frames,
)
from drivers.modbus.data_model import (
    DataType,
    Parity,
    Table,
    WordOrder,
)
from drivers.modbus.device import (
    ModbusFault,
    ModbusPoint,
    ModbusProfile,
)
from drivers.modbus.options import (
    ModbusBusOptions,
    ModbusDetectorOptions,
)
from drivers.modbus.station import stations_of
from rules.instant import Instant, seconds
from rules.problem import InvalidSettingError
from rules.profile import DetectorKind, Profile, QuantityRange
from rules.reading import FailedPoll, FaultCause, Reading

HOLDING = Table.HOLDING_REGISTER
STRUCT_OF = {
    DataType.UINT16: ">H",
    DataType.INT16: ">h",
    DataType.UINT32: ">I",
    DataType.INT32: ">i",
    DataType.FLOAT32: ">f",
}

words = st.integers(0, 0xFFFF)
numeric_types = st.sampled_from(list(STRUCT_OF))
word_orders = st.sampled_from(WordOrder)


def point(kind: DataType = DataType.UINT16, **options: object) -> ModbusPoint:
    return ModbusPoint(**{"table": HOLDING, "address": 0, "type": kind} | options)


def registers_of(kind: DataType, order: WordOrder, number: float) -> list[int]:
    """The oracle's way from a number to registers."""
    packed = struct.pack(STRUCT_OF[kind], number)
    registers = [int.from_bytes(packed[n : n + 2], "big") for n in range(0, len(packed), 2)]
    return registers[::-1] if order is WordOrder.LITTLE else registers


# --- values -------------------------------------------------------------------------------------


@given(numeric_types, word_orders, st.data(), st.integers(0, 5))
def test_registers_decode_to_the_number_that_struct_packed(
    kind: DataType, order: WordOrder, data: st.DataObject, at: int
) -> None:
    if kind is DataType.FLOAT32:
        number = data.draw(st.floats(width=32, allow_nan=False, allow_infinity=False))
    else:
        size = 8 * struct.calcsize(STRUCT_OF[kind])
        signed = kind in (DataType.INT16, DataType.INT32)
        lowest = -(2 ** (size - 1)) if signed else 0
        number = data.draw(st.integers(lowest, lowest + 2**size - 1))
    reply = [0xAAAA] * at + registers_of(kind, order, number) + [0x5555]

    assert decoder(point(kind, word_order=order), at)(reply) == number


@given(words, words, word_orders)
def test_any_two_registers_are_a_number_or_are_refused(
    first: int, second: int, order: WordOrder
) -> None:
    high, low = (first, second) if order is WordOrder.BIG else (second, first)
    (expected,) = struct.unpack(">f", struct.pack(">HH", high, low))
    decode = decoder(point(DataType.FLOAT32, word_order=order), 0)

    if math.isfinite(expected):
        assert decode([first, second]) == expected
    else:
        with pytest.raises(NotANumberError, match="is not a number"):
            decode([first, second])


def test_a_number_that_the_scale_drives_to_infinity_is_refused() -> None:
    decode = decoder(point(DataType.FLOAT32, scale=1e300), 0)

    with pytest.raises(NotANumberError):
        decode(registers_of(DataType.FLOAT32, WordOrder.BIG, 3e38))


@given(words, st.integers(0, 15), st.booleans())
def test_a_bit_of_a_register_is_told_by_its_number(word: int, bit: int, inverted: bool) -> None:
    decode = decoder(point(DataType.BIT, bit=bit, inverted=inverted), 0)

    assert decode([word]) == float(bool(word & 2**bit) != inverted)


@pytest.mark.parametrize("table", BIT_TABLES)
@given(bits=st.lists(st.booleans(), min_size=1, max_size=16), inverted=st.booleans())
def test_a_coil_or_input_is_the_bit_at_its_place(
    table: Table, bits: list[bool], inverted: bool
) -> None:
    for at, bit in enumerate(bits):
        decode = decoder(point(DataType.BIT, table=table, inverted=inverted), at)
        assert decode(bits) == float(bit != inverted)


@given(words, st.sampled_from([0.1, 0.01, 0.001, 0.5, 0.25]), st.integers(-100, 100))
def test_a_decimal_scale_gives_the_decimal_that_a_person_would_write(
    word: int, scale: float, offset: int
) -> None:
    decode = decoder(point(scale=scale), 0)
    shifted = decoder(point(scale=scale, offset=offset), 0)

    assert decode([word]) == float(f"{word / round(1 / scale):.3f}")
    assert shifted([word]) == decode([word]) + offset


@given(words, st.floats(-1000, 1000), st.floats(-1000, 1000))
def test_a_value_is_number_times_scale_plus_offset(word: int, scale: float, offset: float) -> None:
    value = decoder(point(scale=scale, offset=offset), 0)([word])

    assert value == pytest.approx(word * scale + offset, rel=1e-12, abs=1e-12)


# --- which registers to ask for -------------------------------------------------------------------

blocks = st.builds(
    lambda table, address, wide: Block(table, address, 1 if table in BIT_TABLES or not wide else 2),
    st.sampled_from(Table),
    st.one_of(st.integers(0, 40), st.integers(0, 4000)),
    st.booleans(),
)


def addresses(block: Block) -> set[tuple[Table, int]]:
    return {(block.table, block.address + n) for n in range(block.count)}


@given(st.lists(blocks, max_size=60))
def test_a_read_plan_reads_what_is_wanted_and_nothing_else(wanted: list[Block]) -> None:
    plan = read_plan(wanted)

    asked_for = set().union(*map(addresses, wanted))
    assert set().union(*map(addresses, plan)) == asked_for
    for block in wanted:
        index, at = place_in(plan, block)
        assert plan[index].table is block.table
        assert plan[index].address + at == block.address
        assert at + block.count <= plan[index].count
    for before, after in pairwise(plan):
        apart = before.table is not after.table or before.address + before.count < after.address
        assert apart, "two requests where one would do"


@pytest.mark.parametrize(
    ("table", "most"), [(HOLDING, MOST_REGISTERS), (Table.DISCRETE_INPUT, MOST_BITS)]
)
def test_no_request_is_longer_than_the_standard_allows(table: Table, most: int) -> None:
    plan = read_plan(Block(table, address, 1) for address in range(3 * most))

    assert [block.count for block in plan] == [most, most, most]


def test_a_number_of_two_registers_is_never_read_in_two_requests() -> None:
    numbers = [Block(HOLDING, 1 + 2 * n, 2) for n in range(100)]

    plan = read_plan([Block(HOLDING, 0, 1), *numbers])

    assert [block.count for block in plan] == [125, 76]
    for number in numbers:
        place_in(plan, number)


def test_a_place_that_was_not_planned_is_refused() -> None:
    with pytest.raises(ValueError, match="does not read holding-register 5"):
        place_in(read_plan([Block(HOLDING, 0, 2)]), Block(HOLDING, 5, 1))


@pytest.mark.parametrize(
    ("kind", "address", "offset", "field"),
    [
        (DataType.UINT16, 0xFFFF, 1, "register_offset"),
        (DataType.FLOAT32, 0xFFFE, 1, "register_offset"),
        (DataType.FLOAT32, 0xFFFF, 0, "address"),
    ],
)
def test_a_point_beyond_the_last_address_is_refused(
    kind: DataType, address: int, offset: int, field: str
) -> None:
    with pytest.raises(InvalidSettingError) as caught:
        block_of(point(kind, address=address), offset)

    assert caught.value.field == field


# --- the wire -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "character", "silence"),
    [
        ({"baud": 9600}, 1.0417e-3, 3.646e-3),
        ({"baud": 9600, "parity": Parity.EVEN}, 1.1458e-3, 4.010e-3),
        ({"baud": 19200, "stop_bits": 2}, 0.5729e-3, 2.005e-3),
        ({"baud": 115200}, 86.8e-6, 1.75e-3),
    ],
)
def test_the_wire_s_times_are_those_of_the_standard(
    options: dict[str, object], character: float, silence: float
) -> None:
    line = ModbusBusOptions(port="/dev/ttyUSB0", **options)

    assert character_time(line) == pytest.approx(seconds(character), rel=1e-3)
    assert silence_between_frames(line) == pytest.approx(seconds(silence), rel=1e-3)


# --- answers --------------------------------------------------------------------------------------


def rtu(frame: str) -> bytes:
    return bytes.fromhex(frame)


def sound(frame: bytes) -> bool:
    return FramerRTU.check_CRC(frame[:-2], int.from_bytes(frame[-2:], "big"))


def read_shape(unit: int, function: int, size: int, *, tcp: bool = False):
    return shape_of(
        unit=unit, function=function, data_head=bytes((size,)), data_length=1 + size, tcp=tcp
    )


def taken(received: bytes, sent: bytes, shape) -> list[int] | None:
    """Registers or bits of an answer, the way they go: our search, then pymodbus's framer."""
    frame = answer_in(received, sent, shape)
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
    cause, detail = why_unanswered(
        received, sent, shape, shown=answer_in(received, sent, shape), sound=sound
    )
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


@given(st.integers(0, len(GOOD) - 1))
def test_a_part_of_an_answer_is_none_yet(size: int) -> None:
    assert answer_in(GOOD[:size], ASKED, SHAPE) == b""


@given(st.binary(max_size=300))
def test_no_bytes_are_taken_for_an_answer_but_those_of_its_shape(received: bytes) -> None:
    frame = answer_in(received, ASKED, SHAPE)

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
        ("01 03 00 06 00 01 64 0B", FaultCause.BAD_REPLY, "echo"),
        ("7F 00 FF 12 13 14", FaultCause.BAD_CHECKSUM, "no frame with a good checksum"),
    ],
)
def test_what_came_instead_of_an_answer_is_said(
    received: str, cause: FaultCause, words_of_detail: str
) -> None:
    assert answer_in(rtu(received), ASKED, SHAPE) == b""

    found, detail = why_unanswered(rtu(received), ASKED, SHAPE, shown=b"", sound=sound)

    assert (found, words_of_detail in detail) == (cause, True), detail
    assert received in detail


TCP_ASKED = bytes.fromhex("00 05 00 00 00 06 01 03 00 06 00 01")
TCP_GOOD = bytes.fromhex("00 05 00 00 00 05 01 03 02 00 BD")
TCP_SHAPE = read_shape(1, 3, 2, tcp=True)


@given(st.binary(max_size=40))
def test_the_answer_over_tcp_is_found_behind_an_older_one(before: bytes) -> None:
    older = bytes.fromhex("00 04 00 00 00 05 01 03 02 11 11")

    assert answer_in(older + TCP_GOOD, TCP_ASKED, TCP_SHAPE) == TCP_GOOD
    if TCP_GOOD[:9] not in before:
        assert answer_in(before + TCP_GOOD, TCP_ASKED, TCP_SHAPE) == TCP_GOOD


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
    assert answer_in(got, TCP_ASKED, TCP_SHAPE) == b""

    cause, detail = why_unanswered(got, TCP_ASKED, TCP_SHAPE, shown=b"", sound=sound)

    assert cause is FaultCause.BAD_REPLY
    assert words_of_detail in detail


@given(st.binary(min_size=1, max_size=80), st.booleans())
def test_whatever_came_is_explained_in_one_line(received: bytes, tcp: bool) -> None:
    sent, shape = (TCP_ASKED, TCP_SHAPE) if tcp else (ASKED, SHAPE)

    _, detail = why_unanswered(received, sent, shape, shown=b"", sound=sound)

    assert "\n" not in detail
    assert len(detail) < 200


def test_exception_codes_have_their_names() -> None:
    assert exception_text(2) == "exception 02 (illegal data address)"
    assert exception_text(77) == "exception 77 (reserved code)"


# --- stations -------------------------------------------------------------------------------------


def detector(name: str, device: ModbusProfile, every: float = 1.0, **options: int) -> BusDetector:
    wide = QuantityRange(lowest=-1e6, highest=1e6)
    profile = Profile(
        id=name,
        name=name,
        driver="modbus",
        kind=DetectorKind.SENSOR,
        source="made up",
        quantities=dict.fromkeys(device.points, wide),
        device=device,
    )
    return BusDetector(
        id=name,
        profile=profile,
        every=seconds(every),
        alarm=True,
        options=ModbusDetectorOptions(**{"unit": 1} | options),
    )


CHANNEL = ModbusProfile(
    points={"contact": point(DataType.BIT, table=Table.DISCRETE_INPUT, address=0)}
)
GAS = ModbusProfile(
    points={
        "gas": point(DataType.FLOAT32, address=102),
        "temperature": point(DataType.INT16, address=104, scale=0.1),
    },
    faults={
        "sensor": ModbusFault(table=HOLDING, address=105, bit=5),
        "supply": ModbusFault(table=HOLDING, address=200, bit=0),
    },
)


def test_the_channels_of_a_module_are_one_request() -> None:
    channels = [detector(f"c{n}", CHANNEL, register_offset=n) for n in range(8)]

    (station,) = stations_of(channels)

    assert station.blocks == (Block(Table.DISCRETE_INPUT, 0, 8),)
    replies, arrivals = [[n == 3 for n in range(8)]], [Instant(5)]
    told = [m for subject in station.subjects for m in subject.measurements(replies, arrivals)]
    assert told == [Reading(f"c{n}", "contact", float(n == 3), Instant(5)) for n in range(8)]


def test_a_station_taken_apart_asks_for_each_detector_by_itself() -> None:
    channels = [detector(f"c{n}", CHANNEL, register_offset=n) for n in range(3)]

    apart = stations_of(channels)[0].taken_apart()

    assert apart.blocks == tuple(Block(Table.DISCRETE_INPUT, n, 1) for n in range(3))
    assert [subject.blocks for subject in apart.subjects] == [{0}, {1}, {2}]


def test_units_and_periods_are_stations_of_their_own() -> None:
    stations = stations_of(
        [detector("a", CHANNEL), detector("b", CHANNEL, unit=2), detector("c", CHANNEL, 5.0)]
    )

    assert [(s.unit, [d.id for d in s.detectors]) for s in stations] == [
        (1, ["a"]),
        (2, ["b"]),
        (1, ["c"]),
    ]


def gas_replies(gas: float, tenths: int, status: int = 0, supply: int = 0) -> list[list[int]]:
    registers = [*registers_of(DataType.FLOAT32, WordOrder.BIG, gas), tenths & 0xFFFF, status]
    return [registers, [supply]]


def test_each_quantity_is_a_reading_of_the_instant_its_reply_arrived() -> None:
    (station,) = stations_of([detector("gas", GAS)])
    (subject,) = station.subjects

    assert station.blocks == (Block(HOLDING, 102, 4), Block(HOLDING, 200, 1))
    assert station.ready_after(0) == ()
    assert station.ready_after(1) == (subject,)
    assert subject.measurements(gas_replies(12.5, -53), [Instant(7), Instant(9)]) == [
        Reading("gas", "gas", 12.5, Instant(7)),
        Reading("gas", "temperature", -5.3, Instant(7)),
    ]


def test_a_device_that_reports_its_own_fault_gives_no_values() -> None:
    (subject,) = stations_of([detector("gas", GAS)])[0].subjects

    told = subject.measurements(gas_replies(12.5, 0, 1 << 5, 1), [Instant(7), Instant(9)])

    assert told == [
        FailedPoll("gas", FaultCause.DEVICE_FAULT, "unit 1 reports sensor, supply", Instant(9))
    ]


def test_a_value_that_is_no_number_spoils_the_whole_poll() -> None:
    (subject,) = stations_of([detector("gas", GAS)])[0].subjects

    (told,) = subject.measurements(gas_replies(math.nan, 0), [Instant(7), Instant(9)])

    assert isinstance(told, FailedPoll)
    assert told.cause is FaultCause.BAD_REPLY
    assert told.detail == "unit 1, gas: 7FC0 0000 is not a number"
