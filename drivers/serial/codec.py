"""Finds frames in a stream of bytes, and values in a frame.

    header ............ fields ............ checksum
    |<------------------- length ----------------->|

A stream starts anywhere, loses bytes and gains some. So the header is hunted for, the whole frame
awaited, the checksum compared; where it differs only the first byte is given up, and the hunt goes
on behind it: a frame that begins inside what was no frame is not lost. Less than one frame is kept
between two chunks.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from drivers.serial.options import Checksum, FieldType, FrameField, SerialProfile


@dataclass(frozen=True, slots=True)
class Frame:
    """A whole frame whose checksum is right."""

    bytes: bytes


@dataclass(frozen=True, slots=True)
class BadFrame:
    """What began like a frame and had another checksum than it should."""

    bytes: bytes


@dataclass(slots=True)
class Tally:
    """What the framer has seen since it was made.

    Attributes:
        frames: good frames.
        bad_checksums: frames with a bad checksum.
        discarded: bytes that belonged to no good frame.
        resyncs: how often the hunt for a header began anew after a good frame or the start.
    """

    frames: int = 0
    bad_checksums: int = 0
    discarded: int = 0
    resyncs: int = 0


class Framer:
    """Cuts a stream into frames."""

    def __init__(self, profile: SerialProfile) -> None:
        self._header = bytes.fromhex(profile.header)
        self._length = profile.length
        self._checksum = profile.checksum
        self._buffer = bytearray()
        self._is_in_step = True
        self.tally = Tally()

    def feed(self, chunk: bytes) -> list[Frame | BadFrame]:
        """Take bytes as they came; give what they complete, in order."""
        self._buffer += chunk
        found: list[Frame | BadFrame] = []
        while self._hunt() and len(self._buffer) >= self._length:
            candidate = bytes(self._buffer[: self._length])
            if is_sound(candidate, self._checksum):
                found.append(Frame(candidate))
                self.tally.frames += 1
                self._is_in_step = True
                del self._buffer[: self._length]
            else:
                found.append(BadFrame(candidate))
                self.tally.bad_checksums += 1
                self._discard(1)
        return found

    def _hunt(self) -> bool:
        """Drop what cannot begin a frame; tell whether a whole header is at the front."""
        place = self._buffer.find(self._header)
        if place >= 0:
            self._discard(place)
            return True
        # The end may be the beginning of a header whose rest is still to come.
        most = min(len(self._header) - 1, len(self._buffer))
        kept = next(
            (size for size in range(most, 0, -1) if self._buffer.endswith(self._header[:size])), 0
        )
        self._discard(len(self._buffer) - kept)
        return False

    def _discard(self, count: int) -> None:
        """Give up bytes at the front."""
        if count == 0:
            return
        del self._buffer[:count]
        self.tally.discarded += count
        if self._is_in_step:
            self._is_in_step = False
            self.tally.resyncs += 1


def is_sound(frame: bytes, checksum: Checksum) -> bool:
    """Tell whether a frame's checksum is right."""
    match checksum:
        case Checksum.SUM16:
            return sum(frame[:-2]) & 0xFFFF == int.from_bytes(frame[-2:], "big")
        case Checksum.NEGATED_SUM8:
            return -sum(frame[1:-1]) & 0xFF == frame[-1]


def decode(frame: Frame, fields: Mapping[str, FrameField]) -> dict[str, float]:
    """Give the value of each quantity in its canonical unit."""
    return {quantity: _number(frame.bytes, place) for quantity, place in fields.items()}


def _number(frame: bytes, place: FrameField) -> float:
    """Give the number at a place, scaled."""
    size = 1 if place.type is FieldType.UINT8 else 2
    number = int.from_bytes(
        frame[place.at : place.at + size], "big", signed=place.type is FieldType.INT16
    )
    return number * place.scale
