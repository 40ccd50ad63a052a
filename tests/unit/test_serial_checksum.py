"""Each sum over "123456789", as catalogues of checksums publish it; and those of devices."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from soak.frames_by_definition import sum_of

from drivers.serial.checksum import SUMS, Checksum, agrees, expected
from drivers.serial.frame import ByteOrder

CHECK = b"123456789"
PUBLISHED = {
    Checksum.SUM8: 0xDD,
    Checksum.SUM16: 0x01DD,
    Checksum.NEGATED_SUM8: 0x23,
    Checksum.XOR8: 0x31,
    Checksum.CRC8: 0xF4,
    Checksum.CRC8_MAXIM: 0xA1,
    Checksum.CRC8_SENSIRION: 0xF7,
    Checksum.CRC16_MODBUS: 0x4B37,
    Checksum.CRC16_ARC: 0xBB3D,
    Checksum.CRC16_CCITT: 0x29B1,
    Checksum.CRC16_XMODEM: 0x31C3,
}


@pytest.mark.parametrize("checksum", PUBLISHED)
def test_the_sum_is_the_published_one(checksum: Checksum) -> None:
    kind = SUMS[checksum]

    assert kind.of(CHECK) == PUBLISHED[checksum]
    for order in ByteOrder:
        stands = PUBLISHED[checksum].to_bytes(kind.size, order.value)
        assert expected(CHECK, checksum, order) == stands
        assert agrees(CHECK, checksum, order, stands)


def test_every_sum_has_its_published_value_here() -> None:
    assert PUBLISHED.keys() | {Checksum.MODBUS_LRC} == set(Checksum)


@pytest.mark.parametrize("checksum", PUBLISHED)
@given(data=st.binary(max_size=60))
def test_the_sum_is_that_of_its_definition(checksum: Checksum, data: bytes) -> None:
    assert expected(data, checksum, SUMS[checksum].order) == sum_of(data, checksum.value)


@pytest.mark.parametrize("checksum", PUBLISHED)
@given(data=st.binary(min_size=1, max_size=40), bit=st.integers(0, 10_000))
def test_one_bit_turned_is_always_seen(checksum: Checksum, data: bytes, bit: int) -> None:
    order = SUMS[checksum].order
    turned = bytearray(data)
    turned[bit // 8 % len(data)] ^= 1 << bit % 8

    assert not agrees(bytes(turned), checksum, order, expected(data, checksum, order))


def test_the_lrc_of_modbus_ascii_is_of_the_bytes_that_its_digits_make() -> None:
    # A read of three registers from unit 17, as Modbus over serial line writes it.
    body, stands = b"11030006B0003", b"7E"

    assert agrees(b"1103006B0003", Checksum.MODBUS_LRC, ByteOrder.BIG, stands)
    assert agrees(b"1103006b0003", Checksum.MODBUS_LRC, ByteOrder.BIG, b"7e")
    assert not agrees(body, Checksum.MODBUS_LRC, ByteOrder.BIG, stands)


@pytest.mark.parametrize("body", [b"1103006B000", b"11 3006B0003", b"1103006B000G", b"\xff" * 12])
def test_what_is_not_of_digits_has_no_lrc(body: bytes) -> None:
    assert not agrees(body, Checksum.MODBUS_LRC, ByteOrder.BIG, b"7E")
