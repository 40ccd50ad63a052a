"""Registers and bits: which to ask for, and what values they make.

Two rules keep it simple. A block never spans an address that nobody asked for, since devices answer
a hole with an exception. And a number is decoded from one block, never from two: the halves of a
32-bit value that were read apart need not belong together.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from drivers.device_words import Parity
from drivers.modbus.data_model import (
    BIT_TABLES,
    HIGHEST_ADDRESS,
    MOST_BITS,
    MOST_REGISTERS,
    REGISTERS,
    Table,
)
from drivers.modbus.device import ModbusPoint
from drivers.modbus.numbers import (
    CannotHoldError,
    NotANumberError,
    Words,
    bits_as_text,
    bits_reader,
    raw_reader,
    raw_writer,
)
from drivers.modbus.options import ModbusBusOptions
from rules.instant import NANOSECONDS_PER_SECOND, Duration, seconds
from rules.problem import InvalidSettingError

__all__ = (
    "BIT_TABLES",
    "READ_FUNCTIONS",
    "Block",
    "CannotHoldError",
    "Decoder",
    "Encoder",
    "NoValueError",
    "NotANumberError",
    "Words",
    "block_of",
    "character_time",
    "decoder",
    "encoder",
    "place_in",
    "read_plan",
    "silence_between_frames",
)

READ_FUNCTIONS: Final = {
    Table.COIL: 1,
    Table.DISCRETE_INPUT: 2,
    Table.HOLDING_REGISTER: 3,
    Table.INPUT_REGISTER: 4,
}

Decoder = Callable[[Words], float]
"""Takes the value of one point out of the reply to its block."""

Encoder = Callable[[float], tuple[int, ...]]
"""Gives the registers, or the bit, by which a device says a value."""


class NoValueError(ValueError):
    """The device says by the number itself that it has no value: a fault of its own."""


@dataclass(frozen=True, slots=True, order=True)
class Block:
    """What one request reads: `count` registers or bits of a table, from `address` on."""

    table: Table
    address: int
    count: int

    def __str__(self) -> str:
        last = self.address + self.count - 1
        return f"{self.table} {self.address}" + (f" to {last}" if self.count > 1 else "")


def block_of(point: ModbusPoint, register_offset: int = 0) -> Block:
    """Give the registers or bits of one point.

    Raises:
        InvalidSettingError: they lie beyond the last address.
    """
    count = REGISTERS[point.type]
    address = point.address + register_offset
    if address + count - 1 > HIGHEST_ADDRESS:
        raise InvalidSettingError(
            "register_offset" if register_offset else "address",
            f"{point.table} {address} is beyond the last address, {HIGHEST_ADDRESS}",
        )
    return Block(point.table, address, count)


def read_plan(
    blocks: Iterable[Block], most_registers: int = MOST_REGISTERS, most_bits: int = MOST_BITS
) -> tuple[Block, ...]:
    """Merge the blocks of points into the fewest requests that read no hole.

    Each of the blocks lies wholly within one of those that come back, none of which is longer than
    the device answers at once.
    """
    merged: list[Block] = []
    for block in sorted(blocks):
        most = most_bits if block.table in BIT_TABLES else most_registers
        last = merged[-1] if merged else None
        if last is not None and last.table is block.table:
            end = max(last.address + last.count, block.address + block.count)
            touches = block.address <= last.address + last.count
            if touches and end - last.address <= most:
                merged[-1] = Block(last.table, last.address, end - last.address)
                continue
        merged.append(block)
    return tuple(merged)


def place_in(plan: Sequence[Block], block: Block) -> tuple[int, int]:
    """Find a point's block: the index of the request that reads it, and the offset in its reply.

    Raises:
        ValueError: the plan was made without it.
    """
    for index, read in enumerate(plan):
        start = block.address - read.address
        if read.table is block.table and 0 <= start <= read.count - block.count:
            return index, start
    raise ValueError(f"the plan does not read {block}")


def decoder(point: ModbusPoint, at: int) -> Decoder:
    """Make the decoder of a point whose first register or bit is number `at` of its reply.

    It raises NotANumberError or NoValueError, which say in hex what stood there instead.
    """
    read = raw_reader(point, at)
    if point.no_value:
        read = _refusing_no_value(point, at, read)
    # 101 * 0.1 is 10.100000000000001 and 101 / 10 is 10.1: a tenth is no binary fraction.
    divisor = 1 / point.scale
    divides = divisor > 1 and divisor.is_integer()
    scale, offset = (divisor if divides else point.scale), point.offset
    end = at + REGISTERS[point.type]

    def decode(words: Words) -> float:
        number = read(words)
        value = (number / scale if divides else number * scale) + offset
        if not math.isfinite(value):
            raise NotANumberError(_in_hex(words[at:end]) + " is not a number")
        return value

    return decode


def encoder(point: ModbusPoint) -> Encoder:
    """Make the inverse of `decoder`, for whoever plays a device: a value becomes registers.

    The value is rounded to what the type holds, and bits that are not the point's own are 0 (see
    `own_bits`). It raises CannotHoldError for a value that does not fit, that is not finite, or
    that the device would take for having none.
    """
    write, bare = raw_writer(point), bits_reader(point, 0)
    refused = point.bits_without_value

    def encode(value: float) -> tuple[int, ...]:
        number = (value - point.offset) / point.scale
        if not math.isfinite(number):
            raise CannotHoldError(f"no registers give {value}")
        words = write(number)
        if bare(words) in refused:
            raise CannotHoldError(f"{value} would be {bits_as_text(point, bare(words))}: no value")
        return words

    return encode


def _refusing_no_value(
    point: ModbusPoint, at: int, read: Callable[[Words], float]
) -> Callable[[Words], float]:
    """Make a reader that looks first whether the device says that it has no value."""
    bare = bits_reader(point, at)
    refused = point.bits_without_value

    def read_value(words: Words) -> float:
        bits = bare(words)
        if bits in refused:
            raise NoValueError(f"{bits_as_text(point, bits)} says that it has no value")
        return read(words)

    return read_value


def _in_hex(words: Words) -> str:
    """Give registers as a technician's Modbus tool shows them."""
    return " ".join(f"{word:04X}" for word in words)


def character_time(options: ModbusBusOptions) -> Duration:
    """Give how long a character takes on the serial line: start bit, 8 data bits, parity, stop."""
    bits = 1 + 8 + (options.parity is not Parity.NONE) + options.stop_bits
    return Duration(bits * NANOSECONDS_PER_SECOND // options.baud)


def silence_between_frames(options: ModbusBusOptions) -> Duration:
    """Give the silence that separates frames on a serial line.

    3.5 characters, and 1.75 ms above 19200 baud (MODBUS over Serial Line V1.02, 2.5.1.1).
    """
    if options.baud > 19200:
        return seconds(0.00175)
    return Duration(character_time(options) * 7 // 2)
