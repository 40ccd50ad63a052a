"""How a frame proves itself.

Of each sum its value over the text "123456789", as it is published, stands in the tests.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce
from operator import xor
from types import MappingProxyType
from typing import Final

from drivers.serial.frame import ByteOrder


class Checksum(StrEnum):
    """The sums that frames end with; a frame without one could be misread, and is not taken."""

    SUM8 = "sum8"  # the sum of the bytes
    SUM16 = "sum16"  # likewise, in two bytes
    NEGATED_SUM8 = "negated-sum8"  # two's complement of the sum: all together make 0
    XOR8 = "xor8"  # the bytes, exclusive or
    CRC8 = "crc8"  # polynomial 07, from 00 (CRC-8/SMBUS)
    CRC8_MAXIM = "crc8-maxim"  # polynomial 31 reflected, from 00 (1-Wire)
    CRC8_SENSIRION = "crc8-sensirion"  # polynomial 31, from FF (CRC-8/NRSC-5)
    CRC16_MODBUS = "crc16-modbus"  # polynomial 8005 reflected, from FFFF
    CRC16_ARC = "crc16-arc"  # polynomial 8005 reflected, from 0000
    CRC16_CCITT = "crc16-ccitt"  # polynomial 1021, from FFFF (CRC-16/IBM-3740)
    CRC16_XMODEM = "crc16-xmodem"  # polynomial 1021, from 0000
    MODBUS_LRC = "modbus-lrc"  # two characters: negated sum of the bytes that pairs of digits make


@dataclass(frozen=True, slots=True)
class Sum:
    """One kind of sum.

    Attributes:
        size: of the sum, in bytes.
        order: of its bytes, where the profile does not say otherwise.
        since: where it begins, likewise: offset in the frame.
        of: gives the sum of bytes.
    """

    size: int
    order: ByteOrder
    since: int
    of: Callable[[bytes], int]


def expected(data: bytes, checksum: Checksum, order: ByteOrder) -> bytes:
    """Give the bytes of the checksum of some data, as they stand in a frame.

    Raises:
        ValueError: the data is not of the digits that the checksum is taken of.
    """
    if checksum is Checksum.MODBUS_LRC:
        return b"%02X" % (-sum(_bytes_of_digits(data)) & 0xFF)
    kind = SUMS[checksum]
    return kind.of(data).to_bytes(kind.size, order.value)


def agrees(data: bytes, checksum: Checksum, order: ByteOrder, stands: bytes) -> bool:
    """Tell whether a checksum that stands in a frame is that of the data."""
    try:
        right = expected(data, checksum, order)
    except ValueError:
        return False
    return right == (stands.upper() if checksum is Checksum.MODBUS_LRC else stands)


def _bytes_of_digits(data: bytes) -> bytes:
    """Give the bytes that pairs of hexadecimal digits stand for; fromhex alone allows blanks."""
    if not data.isalnum():
        raise ValueError("not of digits alone")
    return bytes.fromhex(data.decode("ascii"))


def _table(polynomial: int, width: int, *, reflected: bool) -> tuple[int, ...]:
    """Give what each byte does to a cyclic redundancy check."""
    top, mask = 1 << (width - 1), (1 << width) - 1
    table = []
    for byte in range(256):
        rest = byte if reflected else byte << (width - 8)
        for _ in range(8):
            if reflected:
                rest = (rest >> 1) ^ (polynomial if rest & 1 else 0)
            else:
                rest = ((rest << 1) ^ (polynomial if rest & top else 0)) & mask
        table.append(rest)
    return tuple(table)


def _crc(polynomial: int, width: int, start: int, *, reflected: bool) -> Callable[[bytes], int]:
    """Make a cyclic redundancy check; of a reflected one the polynomial is reflected already."""
    table = _table(polynomial, width, reflected=reflected)
    shift, mask = width - 8, (1 << width) - 1

    def of(data: bytes) -> int:
        rest = start
        for byte in data:
            if reflected:
                rest = (rest >> 8) ^ table[(rest ^ byte) & 0xFF]
            else:
                rest = ((rest << 8) & mask) ^ table[((rest >> shift) ^ byte) & 0xFF]
        return rest

    return of


_BIG, _LITTLE = ByteOrder.BIG, ByteOrder.LITTLE
SUMS: Final[Mapping[Checksum, Sum]] = MappingProxyType(
    {
        Checksum.SUM8: Sum(1, _BIG, 0, lambda data: sum(data) & 0xFF),
        Checksum.SUM16: Sum(2, _BIG, 0, lambda data: sum(data) & 0xFFFF),
        Checksum.NEGATED_SUM8: Sum(1, _BIG, 1, lambda data: -sum(data) & 0xFF),
        Checksum.XOR8: Sum(1, _BIG, 0, lambda data: reduce(xor, data, 0)),
        Checksum.CRC8: Sum(1, _BIG, 0, _crc(0x07, 8, 0x00, reflected=False)),
        Checksum.CRC8_MAXIM: Sum(1, _BIG, 0, _crc(0x8C, 8, 0x00, reflected=True)),
        Checksum.CRC8_SENSIRION: Sum(1, _BIG, 0, _crc(0x31, 8, 0xFF, reflected=False)),
        Checksum.CRC16_MODBUS: Sum(2, _LITTLE, 0, _crc(0xA001, 16, 0xFFFF, reflected=True)),
        Checksum.CRC16_ARC: Sum(2, _LITTLE, 0, _crc(0xA001, 16, 0x0000, reflected=True)),
        Checksum.CRC16_CCITT: Sum(2, _BIG, 0, _crc(0x1021, 16, 0xFFFF, reflected=False)),
        Checksum.CRC16_XMODEM: Sum(2, _BIG, 0, _crc(0x1021, 16, 0x0000, reflected=False)),
        Checksum.MODBUS_LRC: Sum(2, _BIG, 1, lambda data: -sum(_bytes_of_digits(data)) & 0xFF),
    }
)

OF_ONE_ORDER: Final = frozenset(
    {Checksum.MODBUS_LRC, *(checksum for checksum, kind in SUMS.items() if kind.size == 1)}
)
"""Those whose bytes cannot stand in another order."""
