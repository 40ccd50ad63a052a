"""Modbus registers and answers: against struct, against the standard's limits, and real frames."""

import math
import struct
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.device_words import Parity
from drivers.modbus.codec import (
    BIT_TABLES,
    MOST_BITS,
    MOST_REGISTERS,
    Block,
    NotANumberError,
    NoValueError,
    block_of,
    character_time,
    decoder,
    encoder,
    place_in,
    read_plan,
    silence_between_frames,
)
from drivers.modbus.data_model import (
    REGISTERS,
    WHOLE_NUMBERS,
    ByteOrder,
    DataType,
    Table,
    WordOrder,
    lowest_and_highest,
)
from drivers.modbus.device import ModbusPoint
from drivers.modbus.numbers import CannotHoldError, own_bits
from drivers.modbus.options import ModbusBusOptions
from rules.instant import seconds
from rules.problem import InvalidSettingError

HOLDING = Table.HOLDING_REGISTER
COIL = Table.COIL
FLOATS = {DataType.FLOAT32: ">f", DataType.FLOAT64: ">d"}
DIGITS = {DataType.BCD16: 4, DataType.BCD32: 8}
BIT_TYPES = (DataType.BIT, DataType.BITS)
NUMBERS = [kind for kind in DataType if kind not in BIT_TYPES]

words = st.integers(0, 0xFFFF)
orders = {"word_order": st.sampled_from(WordOrder), "byte_order": st.sampled_from(ByteOrder)}


def point(kind: DataType = DataType.UINT16, **options: object) -> ModbusPoint:
    return ModbusPoint(**{"table": HOLDING, "address": 0, "type": kind} | options)


def registers_of(model: ModbusPoint, number: float) -> list[int]:
    """The oracle's way from a number to registers: its bytes on paper, then the two orders."""
    size = 2 * REGISTERS[model.type]
    if model.type in FLOATS:
        packed = struct.pack(FLOATS[model.type], number)
    elif model.type in DIGITS:
        packed = bytes.fromhex(f"{int(number):0{DIGITS[model.type]}d}")
    else:
        packed = (int(number) % 256**size).to_bytes(size, "big")
    pairs = [packed[n : n + 2] for n in range(0, size, 2)]
    if model.byte_order is ByteOrder.LITTLE:
        pairs = [pair[::-1] for pair in pairs]
    if model.word_order is WordOrder.LITTLE:
        pairs = pairs[::-1]
    return [int.from_bytes(pair, "big") for pair in pairs]


@st.composite
def points_and_numbers(draw: st.DrawFn) -> tuple[ModbusPoint, float]:
    model = point(draw(st.sampled_from(NUMBERS)), **{k: draw(v) for k, v in orders.items()})
    if model.type in FLOATS:
        width = 16 * REGISTERS[model.type]
        return model, draw(st.floats(width=width, allow_nan=False, allow_infinity=False))
    return model, draw(st.integers(*lowest_and_highest(model.type)))


# --- values -------------------------------------------------------------------------------------


@given(points_and_numbers(), st.integers(0, 5))
def test_registers_decode_to_the_number_that_was_put_into_them(
    found: tuple[ModbusPoint, float], at: int
) -> None:
    model, number = found
    reply = [0xAAAA] * at + registers_of(model, number) + [0x5555]

    assert decoder(model, at)(reply) == float(number)


@given(points_and_numbers())
def test_a_value_is_encoded_into_the_registers_that_decode_to_it(
    found: tuple[ModbusPoint, float],
) -> None:
    model, number = found
    if abs(number) > 2**53 and model.type in WHOLE_NUMBERS:
        number = float(number)  # values are floats: the last bits of 64 are rounded
        if number > lowest_and_highest(model.type)[1]:
            return

    assert list(encoder(model)(number)) == registers_of(model, number)
    assert own_bits(model) == (0xFFFF,) * REGISTERS[model.type]


@pytest.mark.parametrize(
    ("word_order", "byte_order", "single", "double"),
    [
        ("big", "big", [0x47F1, 0x2060], [0x40FE, 0x240C, 0x0102, 0x0304]),
        ("little", "big", [0x2060, 0x47F1], [0x0304, 0x0102, 0x240C, 0x40FE]),
        ("big", "little", [0xF147, 0x6020], [0xFE40, 0x0C24, 0x0201, 0x0403]),
        ("little", "little", [0x6020, 0xF147], [0x0403, 0x0201, 0x0C24, 0xFE40]),
    ],
    ids=["ABCD", "CDAB", "BADC", "DCBA"],
)
def test_the_four_orders_are_those_of_the_makers(
    word_order: str, byte_order: str, single: list[int], double: list[int]
) -> None:
    order = {"word_order": WordOrder(word_order), "byte_order": ByteOrder(byte_order)}

    assert decoder(point(DataType.FLOAT32, **order), 0)(single) == 123456.75
    assert decoder(point(DataType.UINT32, **order), 0)(single) == 0x47F12060
    assert decoder(point(DataType.UINT64, **order), 0)(double) == float(0x40FE240C01020304)
    (expected,) = struct.unpack(">d", bytes.fromhex("40FE240C01020304"))
    assert decoder(point(DataType.FLOAT64, **order), 0)(double) == expected


@given(st.sampled_from(list(FLOATS)), st.data())
def test_any_registers_are_a_number_or_are_refused(kind: DataType, data: st.DataObject) -> None:
    registers = data.draw(st.lists(words, min_size=REGISTERS[kind], max_size=REGISTERS[kind]))
    (expected,) = struct.unpack(FLOATS[kind], struct.pack(f">{len(registers)}H", *registers))
    decode = decoder(point(kind), 0)

    if math.isfinite(expected):
        assert decode(registers) == expected
    else:
        with pytest.raises(NotANumberError, match="is not a number"):
            decode(registers)


def test_a_number_that_the_scale_drives_to_infinity_is_refused() -> None:
    model = point(DataType.FLOAT32, scale=1e300)

    with pytest.raises(NotANumberError):
        decoder(model, 0)(registers_of(model, 3e38))


@given(st.sampled_from(list(DIGITS)), st.data())
def test_decimal_digits_above_9_are_no_number(kind: DataType, data: st.DataObject) -> None:
    registers = data.draw(st.lists(words, min_size=REGISTERS[kind], max_size=REGISTERS[kind]))
    text = "".join(f"{word:04X}" for word in registers)
    decode = decoder(point(kind), 0)

    if set(text) <= set("0123456789"):
        assert decode(registers) == int(text)
    else:
        with pytest.raises(NotANumberError, match=f"{text} has digits above 9"):
            decode(registers)


@given(words, st.integers(0, 15), st.data(), orders["byte_order"])
def test_a_field_of_bits_is_the_number_that_they_spell(
    word: int, bit: int, data: st.DataObject, byte_order: ByteOrder
) -> None:
    width = data.draw(st.integers(1, 16 - bit))
    model = point(DataType.BITS, bit=bit, width=width, byte_order=byte_order)
    as_sent = word if byte_order is ByteOrder.BIG else (word & 0xFF) << 8 | word >> 8
    spelt = f"{word:016b}"[16 - bit - width : 16 - bit]

    value = decoder(model, 0)([as_sent])

    assert value == int(spelt, 2)
    (mask,), (put,) = own_bits(model), encoder(model)(value)
    assert put & ~mask == 0
    assert as_sent & ~mask | put == as_sent


@pytest.mark.parametrize(
    ("model", "registers", "shown"),
    [
        (point(no_value=(0x7FFF,)), [0x7FFF], "0x7FFF"),
        (point(DataType.INT16, no_value=(-1,)), [0xFFFF], "0xFFFF"),
        (point(DataType.INT16, no_value=(0x8000, 0x7FFF)), [0x8000], "0x8000"),
        (point(DataType.UINT32, no_value=(-1,)), [0xFFFF, 0xFFFF], "0xFFFFFFFF"),
        (
            point(DataType.INT64, no_value=(0x1122334455667788,), word_order=WordOrder.LITTLE),
            [0x7788, 0x5566, 0x3344, 0x1122],
            "0x1122334455667788",
        ),
        (point(DataType.BCD16, no_value=(0xEEEE,)), [0xEEEE], "0xEEEE"),
        (point(DataType.BITS, bit=4, width=3, no_value=(7,)), [0x0F70], "0x7"),
    ],
)
def test_the_registers_of_no_value_give_none(
    model: ModbusPoint, registers: list[int], shown: str
) -> None:
    with pytest.raises(NoValueError, match=f"^{shown} says that it has no value$"):
        decoder(model, 0)(registers)

    assert decoder(model, len(registers))([*registers, *([0x1111] * len(registers))]) > 0


@pytest.mark.parametrize(
    ("model", "value"),
    [
        (point(), 65536),
        (point(), -0.6),
        (point(scale=0.1), 6553.6),
        (point(DataType.INT16), -32769),
        (point(DataType.INT64), 2.0**63),
        (point(DataType.BCD16), 10000),
        (point(DataType.BITS, width=3), 8),
        (point(DataType.BIT), 2),
        (point(DataType.BIT, table=COIL), -1),
        (point(DataType.FLOAT32), 1e39),
        (point(DataType.FLOAT32), math.nan),
        (point(DataType.FLOAT64), math.inf),
        (point(DataType.FLOAT64, scale=1e-300), 1e300),
        (point(no_value=(0xFFFF,)), 65535),
    ],
)
def test_a_value_that_the_registers_cannot_hold_is_not_encoded(
    model: ModbusPoint, value: float
) -> None:
    with pytest.raises(CannotHoldError):
        encoder(model)(value)


@given(words, st.sampled_from([1, 0.1, 0.01, 0.5, 3.0, -2.0]), st.integers(-100, 100))
def test_a_scaled_value_comes_back_from_its_registers(word: int, scale: float, offset: int) -> None:
    model = point(scale=scale, offset=offset)

    assert encoder(model)(decoder(model, 0)([word])) == (word,)


@pytest.mark.parametrize("inverted", [False, True])
@pytest.mark.parametrize("table", [COIL, HOLDING])
def test_a_bit_comes_back_from_its_place(table: Table, inverted: bool) -> None:
    model = point(DataType.BIT, table=table, inverted=inverted, bit=5)

    for value in (0, 1):
        assert decoder(model, 0)(encoder(model)(value)) == value
    assert own_bits(model) == ((1,) if table is COIL else (1 << 5,))


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


@given(words, st.floats(-1000, 1000).filter(bool), st.floats(-1000, 1000))
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


@given(st.lists(blocks, max_size=60), st.integers(4, 20), st.integers(1, 20))
def test_no_request_is_longer_than_the_device_answers(
    wanted: list[Block], most_registers: int, most_bits: int
) -> None:
    plan = read_plan(wanted, most_registers, most_bits)

    assert set().union(*map(addresses, plan)) == set().union(*map(addresses, wanted))
    for block in plan:
        assert block.count <= (most_bits if block.table in BIT_TABLES else most_registers)
    for block in wanted:
        place_in(plan, block)


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
