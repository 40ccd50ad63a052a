"""What a frame says: the values in it, or why there are none, and whether it wants attention."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from struct import unpack
from types import MappingProxyType
from typing import Final

from drivers.device_words import DeviceState
from drivers.serial.codec import Frame
from drivers.serial.device import SerialProfile
from drivers.serial.frame import (
    IN_CHARACTERS,
    ByteOrder,
    FieldType,
    FrameFault,
    FramePlace,
    FrameState,
)
from rules.reading import FaultCause

BCD: Final = frozenset({FieldType.BCD8, FieldType.BCD16, FieldType.BCD32})
SIGNED: Final = frozenset({FieldType.INT8, FieldType.INT16, FieldType.INT32})
DECIMAL_CHARACTERS: Final = frozenset("0123456789.+-")

CAUSE_OF_STATE: Final[Mapping[DeviceState, FaultCause]] = MappingProxyType(
    {
        DeviceState.WARMING_UP: FaultCause.WARMING_UP,
        DeviceState.INHIBITED: FaultCause.INHIBITED,
        DeviceState.FAILED: FaultCause.DEVICE_FAULT,
    }
)

GRAVEST_FIRST: Final = (FaultCause.DEVICE_FAULT, FaultCause.INHIBITED, FaultCause.WARMING_UP)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a good frame gives no value: the device says that something is wrong with it."""

    cause: FaultCause
    detail: str


def decode(frame: Frame, device: SerialProfile) -> Mapping[str, float] | Refusal:
    """Give the value of each quantity in its canonical unit, or why there is none."""
    data, order = frame.bytes, device.byte_order
    said = (
        _signs(data, device.faults, order, FaultCause.DEVICE_FAULT),
        _state(data, device.state, order),
        _signs(data, device.inhibits, order, FaultCause.INHIBITED),
    )
    refusals = [refusal for refusal in said if refusal is not None]
    if refusals:
        return min(refusals, key=lambda refusal: GRAVEST_FIRST.index(refusal.cause))
    values: dict[str, float] = {}
    for quantity, place in device.fields.items():
        number = number_at(data, place, order)
        if number is None or number in place.no_value:
            shown = shown_at(data, place)
            return Refusal(FaultCause.DEVICE_FAULT, f"{quantity} has no value: {shown}")
        values[quantity] = number * place.scale + place.offset
    return values


def warning_in(frame: Frame, device: SerialProfile) -> str:
    """Give what wants attention beside the values, for the technician; empty where nothing does."""
    said = _signs(frame.bytes, device.warnings, device.byte_order, FaultCause.DEVICE_WARNING)
    return "" if said is None else said.detail


def number_at(frame: bytes, place: FramePlace, order: ByteOrder) -> float | None:
    """Give the number at a place, not scaled; None where what stands there is none."""
    data = frame[place.at : place.ends]
    kind = place.type
    if kind in IN_CHARACTERS:
        return _in_characters(data, kind)
    if kind is FieldType.FLOAT32:
        (number,) = unpack(">f" if order is ByteOrder.BIG else "<f", data)
        return float(number) if isfinite(number) else None
    if kind in BCD:
        digits = (data if order is ByteOrder.BIG else data[::-1]).hex()
        return int(digits) if digits.isdecimal() else None
    if kind in {FieldType.BIT, FieldType.BITS}:
        number = data[0] >> place.bit & ((1 << place.width) - 1)
        return 1 - number if place.inverted else number
    return int.from_bytes(data, order.value, signed=kind in SIGNED)


def shown_at(frame: bytes, place: FramePlace) -> str:
    """Show the bytes at a place as a technician finds them in the manual."""
    data = frame[place.at : place.ends]
    if place.type in IN_CHARACTERS:
        return f"{data.decode('ascii', 'backslashreplace')!r} at byte {place.at}"
    return f"{data.hex(' ').upper()} at byte {place.at}"


def _in_characters(data: bytes, kind: FieldType) -> float | None:
    """Give the number that characters write: no exponent, no infinity, whatever Python reads."""
    text = data.decode("ascii", "replace").strip(" ")
    try:
        if kind is FieldType.HEX:
            return int(text, 16) if text.isalnum() else None
        return float(text) if DECIMAL_CHARACTERS.issuperset(text) else None
    except ValueError:
        return None


def _signs(
    frame: bytes, signs: Mapping[str, FrameFault], order: ByteOrder, cause: FaultCause
) -> Refusal | None:
    """Find what the device reports by signs of its own: faults, or that it is out of service."""
    said = []
    for name, sign in signs.items():
        number = number_at(frame, sign, order)
        if number is None or number >= sign.lowest:
            said.append(f"{name} ({_word_for(number, sign.words) or shown_at(frame, sign)})")
    return Refusal(cause, f"the device reports {', '.join(said)}") if said else None


def _state(frame: bytes, state: FrameState | None, order: ByteOrder) -> Refusal | None:
    """Find that the device is not measuring."""
    if state is None:
        return None
    number = number_at(frame, state, order)
    for word, meaning in state.meanings.items():
        if number == int(word, 0):
            if meaning is DeviceState.MEASURING:
                return None
            return Refusal(CAUSE_OF_STATE[meaning], f"the device says {meaning} ({word})")
    shown = shown_at(frame, state)
    return Refusal(FaultCause.DEVICE_FAULT, f"the device says a state that is unknown: {shown}")


def _word_for(number: float | None, words: Mapping[str, str]) -> str:
    return next((meaning for word, meaning in words.items() if number == int(word, 0)), "")
