"""Makes the frame that a device would send: what drivers.serial.answer undoes.

For whoever plays a device. What is not given is at rest: no fault, measuring, a number of 0.
"""

from collections.abc import Mapping
from math import isfinite
from struct import pack

from drivers.device_words import DeviceState
from drivers.serial.answer import BCD, SIGNED
from drivers.serial.checksum import SUMS, Checksum, expected
from drivers.serial.device import SerialProfile
from drivers.serial.frame import ByteOrder, FieldType, FrameFault, FramePlace


def encode(device: SerialProfile, values: Mapping[str, float]) -> bytes:
    """Make a frame.

    Args:
        device: the profile of a device that sends frames.
        values: by quantity, in its canonical unit; and by the name of a fault, an inhibit or a
            warning, or `state`, the number as it stands in the frame.

    Raises:
        ValueError: a value does not fit where it has to stand, or nothing stands there.
    """
    if device.checksum is None:
        raise ValueError("a panel that prints has no frames")
    for name in values.keys() - device.places.keys():
        raise ValueError(f"{name} does not stand in the frame")
    in_digits = device.checksum is Checksum.MODBUS_LRC
    frame = bytearray((b"0" if in_digits else b"\0") * device.shortest)
    header, trailer = bytes.fromhex(device.header), bytes.fromhex(device.trailer)
    frame[: len(header)] = header
    for name, number in _numbers(device, values).items():
        _write(frame, device.places[name], number, device.byte_order, name)
    length = device.length_field
    if length is not None:
        place = FramePlace(at=length.at, type=length.type)
        _write(frame, place, len(frame) - length.extra, device.byte_order, "length")
    end = len(frame) - device.behind
    order = device.checksum_order or SUMS[device.checksum].order
    checksum = expected(bytes(frame[device.checked_from : end]), device.checksum, order)
    return bytes(frame[:end]) + checksum + trailer


def _numbers(device: SerialProfile, values: Mapping[str, float]) -> dict[str, float]:
    """Give the numbers as they stand in the frame, by name."""
    numbers: dict[str, float] = {
        name: _of_no_fault(sign)
        for signs in (device.warnings, device.faults, device.inhibits)
        for name, sign in signs.items()
    }
    if device.state is not None:
        measuring = (
            int(word, 0)
            for word, meaning in device.state.meanings.items()
            if meaning is DeviceState.MEASURING
        )
        numbers["state"] = next(measuring)
    for name, value in values.items():
        place = device.fields.get(name)
        numbers[name] = value if place is None else (value - place.offset) / place.scale
    return numbers


def _of_no_fault(sign: FrameFault) -> float:
    return min(0, sign.lowest - 1)


def _write(frame: bytearray, place: FramePlace, number: float, order: ByteOrder, name: str) -> None:
    """Put a number where it has to stand."""
    try:
        whole = number if place.type in {FieldType.FLOAT32, FieldType.DECIMAL} else round(number)
        if place.type in {FieldType.BIT, FieldType.BITS}:
            frame[place.at] = _with_bits(frame[place.at], place, int(whole))
        else:
            frame[place.at : place.ends] = _bytes_of(place, whole, order)
    except (OverflowError, ValueError) as error:
        raise ValueError(f"{name}: {number:g} does not fit into a {place.type}") from error


def _with_bits(byte: int, place: FramePlace, number: int) -> int:
    if not 0 <= number < 1 << place.width:
        raise OverflowError
    number ^= place.inverted
    mask = ((1 << place.width) - 1) << place.bit
    return byte & ~mask | number << place.bit


def _bytes_of(place: FramePlace, number: float, order: ByteOrder) -> bytes:
    """Give the bytes of a number that takes whole bytes."""
    size = place.ends - place.at
    if place.type is FieldType.FLOAT32:
        return pack(">f" if order is ByteOrder.BIG else "<f", number)
    if place.type is FieldType.DECIMAL:
        return _decimal(number, size)
    whole = int(number)
    if whole < 0 and place.type not in SIGNED:
        raise OverflowError
    if place.type is FieldType.HEX:
        digits = f"{whole:0{size}X}".encode()
        return _of_size(digits, size)
    if place.type in BCD:
        data = _of_size(bytes.fromhex(f"{whole:0{2 * size}d}"), size)
        return data if order is ByteOrder.BIG else data[::-1]
    return whole.to_bytes(size, order.value, signed=place.type in SIGNED)


def _decimal(number: float, size: int) -> bytes:
    """Write a number with as many decimals as there is room for."""
    if not isfinite(number):
        raise OverflowError
    for decimals in range(size, -1, -1):
        text = f"{number:.{decimals}f}"
        if len(text) <= size:
            return text.zfill(size).encode()
    raise OverflowError


def _of_size(data: bytes, size: int) -> bytes:
    if len(data) != size:
        raise OverflowError
    return data
