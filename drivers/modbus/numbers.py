"""Registers make numbers, and numbers registers: types, orders, bit fields and decimal digits.

The four orders that makers speak of, for the bytes A B C D of a number, A the most significant:

    ABCD  word_order big, byte_order big        CDAB  word_order little, byte_order big
    BADC  word_order big, byte_order little     DCBA  word_order little, byte_order little

Four registers are turned round as a whole by word_order little: GH EF CD AB.
"""

import struct
from collections.abc import Callable, Sequence
from typing import Final

from drivers.modbus.data_model import (
    BIT_TABLES,
    DECIMAL,
    REGISTERS,
    SIGNED,
    ByteOrder,
    DataType,
    WordOrder,
    lowest_and_highest,
)
from drivers.modbus.device import ModbusPoint

Words = Sequence[int]
"""Registers (0 to 65535) or bits (0 and 1) of one reply, in the order of their addresses."""

FLOATS: Final = {DataType.FLOAT32: "f", DataType.FLOAT64: "d"}
UNSIGNED_CODES: Final = {1: "H", 2: "I", 4: "Q"}
SIGNED_CODES: Final = {1: "h", 2: "i", 4: "q"}


class NotANumberError(ValueError):
    """The registers hold no number; the reply counts as bad, and no value comes of it."""


class CannotHoldError(ValueError):
    """A number is beyond what its registers can hold, or stands for no value there."""


def raw_reader(point: ModbusPoint, at: int) -> Callable[[Words], float]:
    """Make what takes a number, before scale and offset, out of a reply, from its place `at` on.

    Of 64 bits all are taken: as a value beyond 2^53 they are rounded, since values are floats.
    What it makes raises NotANumberError where decimal digits are none.
    """
    if point.type in (DataType.BIT, DataType.BITS):
        bits = _field_reader(point, at)
        inverted = int(point.inverted)
        return (lambda words: bits(words) ^ inverted) if inverted else bits
    if point.type is DataType.UINT16 and point.byte_order is ByteOrder.BIG:
        return lambda words: words[at]
    if point.type in DECIMAL:
        digits = bits_reader(point, at)
        return lambda words: _decimal(digits(words), point.type)
    return _unpacking(point, at, _code_of(point.type))


def bits_reader(point: ModbusPoint, at: int) -> Callable[[Words], int]:
    """Make what takes the bare bits of a point out of a reply, as a number without a sign."""
    if point.type in (DataType.BIT, DataType.BITS):
        return _field_reader(point, at)
    return _unpacking(point, at, UNSIGNED_CODES[REGISTERS[point.type]])


def bits_as_text(point: ModbusPoint, bits: int) -> str:
    """Give bare bits as a technician's Modbus tool shows them."""
    digits = 4 * REGISTERS[point.type] if point.type not in (DataType.BIT, DataType.BITS) else 1
    return f"0x{bits:0{digits}X}"


def raw_writer(point: ModbusPoint) -> Callable[[float], tuple[int, ...]]:
    """Make the inverse of `raw_reader`: the registers, or the bit, that hold a number.

    Bits that are not the point's own are 0. What it makes rounds to a whole number where the type
    holds no others, and raises CannotHoldError for a number that does not fit.
    """
    kind, count = point.type, REGISTERS[point.type]
    if kind in FLOATS:
        return lambda number: _arranged(point, _packed_float(number, FLOATS[kind]))
    lowest, highest = lowest_and_highest(kind, point.width)

    def write(number: float) -> tuple[int, ...]:
        whole = round(number)
        if not lowest <= whole <= highest:
            raise CannotHoldError(f"{whole} is no {kind}: it goes from {lowest} to {highest}")
        if kind in DECIMAL:
            whole = int(str(whole), 16)
        elif kind in (DataType.BIT, DataType.BITS):
            whole ^= int(point.inverted)
            if point.table in BIT_TABLES:
                return (whole,)
            whole <<= point.bit
        return _arranged(point, (whole % 2 ** (16 * count)).to_bytes(2 * count, "big"))

    return write


def own_bits(point: ModbusPoint) -> tuple[int, ...]:
    """Give the bits of each of its registers that belong to a point, as the registers hold them."""
    if point.table in BIT_TABLES:
        return (1,)
    if point.type not in (DataType.BIT, DataType.BITS):
        return (0xFFFF,) * REGISTERS[point.type]
    return _arranged(point, ((2**point.width - 1) << point.bit).to_bytes(2, "big"))


def _code_of(kind: DataType) -> str:
    if kind in FLOATS:
        return FLOATS[kind]
    return (SIGNED_CODES if kind in SIGNED else UNSIGNED_CODES)[REGISTERS[kind]]


def _unpacking(point: ModbusPoint, at: int, code: str) -> Callable[[Words], int]:
    """Make a reader by way of the bytes; `code` is struct's word for the type."""
    count = REGISTERS[point.type]
    pack = struct.Struct(("<" if point.byte_order is ByteOrder.LITTLE else ">") + f"{count}H").pack
    unpack = struct.Struct(">" + code).unpack
    end = at + count
    if point.word_order is WordOrder.LITTLE:
        return lambda words: unpack(pack(*reversed(words[at:end])))[0]
    return lambda words: unpack(pack(*words[at:end]))[0]


def _field_reader(point: ModbusPoint, at: int) -> Callable[[Words], int]:
    if point.table in BIT_TABLES:
        return lambda words: int(words[at])
    shift, mask = point.bit, 2**point.width - 1
    if point.byte_order is ByteOrder.LITTLE:
        return lambda words: (words[at] >> 8 | (words[at] & 0xFF) << 8) >> shift & mask
    return lambda words: words[at] >> shift & mask


def _decimal(bits: int, kind: DataType) -> int:
    """Give the number whose decimal digits stand in four bits each.

    Raises:
        NotANumberError: one of them is above 9.
    """
    text = f"{bits:0{4 * REGISTERS[kind]}X}"
    if not text.isdecimal():
        raise NotANumberError(f"{text} has digits above 9")
    return int(text)


def _packed_float(number: float, code: str) -> bytes:
    try:
        return struct.pack(">" + code, number)
    except OverflowError:
        raise CannotHoldError(f"{number} is beyond what a float32 holds") from None


def _arranged(point: ModbusPoint, packed: bytes) -> tuple[int, ...]:
    """Give the registers that hold bytes, the most significant first, in a point's orders."""
    little = point.byte_order is ByteOrder.LITTLE
    registers = struct.unpack(("<" if little else ">") + f"{len(packed) // 2}H", packed)
    return registers[::-1] if point.word_order is WordOrder.LITTLE else registers
