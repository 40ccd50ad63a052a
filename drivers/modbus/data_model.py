"""What Modbus knows: units, tables, addresses, rates, and how registers make numbers."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from rules.instant import Duration, seconds
from rules.problem import InvalidSettingError

LOWEST_UNIT, HIGHEST_UNIT = 1, 255  # 248-255 are reserved, but devices are sold that use them
HIGHEST_ADDRESS = 0xFFFF
BAUD_RATES = (1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200)
MOST_REGISTERS = 125  # of one answer: MODBUS Application Protocol V1.1b3, 6.3 and 6.4
MOST_BITS = 2000  # likewise, 6.1 and 6.2
LONGEST_STRING = 32  # registers: a name or a serial number of 64 characters
SHORTEST_REPLY, LONGEST_REPLY = seconds(0.01), seconds(5)
LONGEST_TURN_AROUND = seconds(1)


class Table(StrEnum):
    """The four tables of the Modbus data model and their read functions."""

    COIL = "coil"  # 01
    DISCRETE_INPUT = "discrete-input"  # 02
    HOLDING_REGISTER = "holding-register"  # 03
    INPUT_REGISTER = "input-register"  # 04


BIT_TABLES: Final = (Table.COIL, Table.DISCRETE_INPUT)


class DataType(StrEnum):
    """How registers make a number; bit is for coils, discrete inputs and single bits of a word."""

    BIT = "bit"
    BITS = "bits"  # some bits of one register
    UINT16 = "uint16"
    INT16 = "int16"
    UINT32 = "uint32"
    INT32 = "int32"
    UINT64 = "uint64"
    INT64 = "int64"
    FLOAT32 = "float32"
    FLOAT64 = "float64"
    BCD16 = "bcd16"  # four decimal digits, four bits each
    BCD32 = "bcd32"  # eight of them


REGISTERS: Final[Mapping[DataType, int]] = MappingProxyType(
    {
        DataType.BIT: 1,
        DataType.BITS: 1,
        DataType.UINT16: 1,
        DataType.INT16: 1,
        DataType.UINT32: 2,
        DataType.INT32: 2,
        DataType.UINT64: 4,
        DataType.INT64: 4,
        DataType.FLOAT32: 2,
        DataType.FLOAT64: 4,
        DataType.BCD16: 1,
        DataType.BCD32: 2,
    }
)
"""How many registers a number takes."""

WHOLE_NUMBERS: Final = frozenset(REGISTERS) - {DataType.FLOAT32, DataType.FLOAT64}
SIGNED: Final = (DataType.INT16, DataType.INT32, DataType.INT64)
DECIMAL: Final = (DataType.BCD16, DataType.BCD32)


def lowest_and_highest(kind: DataType, width: int = 1) -> tuple[int, int]:
    """Give the range of the whole numbers that a type holds; `width` counts for bits."""
    if kind in (DataType.BIT, DataType.BITS):
        return 0, 2**width - 1
    if kind in DECIMAL:
        return 0, 10 ** (4 * REGISTERS[kind]) - 1
    size = 16 * REGISTERS[kind]
    return (-(2 ** (size - 1)), 2 ** (size - 1) - 1) if kind in SIGNED else (0, 2**size - 1)


class WordOrder(StrEnum):
    """Which of several registers holds the most significant part."""

    BIG = "big"
    LITTLE = "little"


class ByteOrder(StrEnum):
    """Which byte of a register is the more significant; the protocol itself says big."""

    BIG = "big"
    LITTLE = "little"


def check_unit(unit: int) -> None:
    """Refuse a unit identifier that no device can have."""
    if not LOWEST_UNIT <= unit <= HIGHEST_UNIT:
        raise InvalidSettingError(
            "unit", f"unit {unit} is out of range", f"from {LOWEST_UNIT} to {HIGHEST_UNIT}"
        )


def check_reply_within(reply_within: Duration | None) -> None:
    """Refuse a time in which no device answers, or that holds its line up for too long."""
    if reply_within is not None and not SHORTEST_REPLY <= reply_within <= LONGEST_REPLY:
        raise InvalidSettingError("reply_within", "must be from 10 ms to 5 s")


def check_serial(baud: int, stop_bits: int) -> None:
    """Refuse what no serial port does."""
    if baud not in BAUD_RATES:
        raise InvalidSettingError(
            "baud", f"{baud} is no baud rate", "one of " + ", ".join(map(str, BAUD_RATES))
        )
    if stop_bits not in (1, 2):
        raise InvalidSettingError("stop_bits", "must be 1 or 2")
