"""Finds frames in a stream of bytes, whatever comes between them.

A stream starts anywhere, loses bytes and gains some. So the header is hunted for, the whole frame
awaited, trailer and checksum compared; where they differ only the first byte is given up, and the
hunt goes on behind it: a frame that begins inside what was no frame is not lost. Less than one
frame is kept between two chunks.
"""

from dataclasses import dataclass

from drivers.serial.checksum import SUMS, agrees
from drivers.serial.device import SerialProfile


@dataclass(frozen=True, slots=True)
class Frame:
    """A whole frame whose checksum is right.

    Attributes:
        bytes: all of it.
        skipped: how many bytes before it, since the good frame before, belonged to none.
    """

    bytes: bytes
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class BadFrame:
    """What began like a frame and had another checksum or end than it should."""

    bytes: bytes


@dataclass(slots=True)
class Tally:
    """What the framer has seen since it was made.

    Attributes:
        frames: good frames.
        bad_checksums: frames with a bad checksum or trailer.
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
        self._shape = _Shape(profile)
        self.waits_for_more = profile.length is None  # a garbled length may promise bytes for long
        self._buffer = bytearray()
        self._skipped = 0
        self.tally = Tally()

    def feed(self, chunk: bytes) -> list[Frame | BadFrame]:
        """Take bytes as they came; give what they complete, in order."""
        self._buffer += chunk
        found: list[Frame | BadFrame] = []
        while self._hunt():
            length = self._shape.length_of(self._buffer)
            if length is None or len(self._buffer) < length:
                break
            candidate = bytes(self._buffer[:length])
            if length and self._shape.is_sound(candidate):
                found.append(Frame(candidate, self._skipped))
                self.tally.frames += 1
                self._skipped = 0
                del self._buffer[:length]
                continue
            if length:
                found.append(BadFrame(candidate))
                self.tally.bad_checksums += 1
            self._discard(1)
        return found

    def pause(self) -> list[Frame | BadFrame]:
        """Take that the line has rested: what is not whole by now has lost its end.

        Gives the frames that begin inside it.
        """
        found: list[Frame | BadFrame] = []
        while self._buffer:
            self._discard(1)
            found += self.feed(b"")
        return found

    def forget(self) -> None:
        """Forget what has come; whoever asks wants what comes behind his question."""
        self._buffer.clear()
        self._skipped = 0

    def _hunt(self) -> bool:
        """Drop what cannot begin a frame; tell whether a whole header is at the front."""
        header = self._shape.header
        place = self._buffer.find(header)
        if place >= 0:
            self._discard(place)
            return True
        # The end may be the beginning of a header whose rest is still to come.
        most = min(len(header) - 1, len(self._buffer))
        kept = next(
            (size for size in range(most, 0, -1) if self._buffer.endswith(header[:size])), 0
        )
        self._discard(len(self._buffer) - kept)
        return False

    def _discard(self, count: int) -> None:
        """Give up bytes at the front."""
        if count == 0:
            return
        del self._buffer[:count]
        self.tally.discarded += count
        self.tally.resyncs += self._skipped == 0
        self._skipped += count


class _Shape:
    """What a profile says of its frames, ready for use."""

    def __init__(self, profile: SerialProfile) -> None:
        if profile.checksum is None:
            raise ValueError("lines have no frames")
        self.header = bytes.fromhex(profile.header)
        self._trailer = bytes.fromhex(profile.trailer)
        self._length = profile.length
        self._field = profile.length_field
        self._shortest, self._longest = profile.shortest, profile.longest
        self._order = profile.byte_order
        self._checksum = profile.checksum
        self._checked_from = profile.checked_from
        self._checksum_order = profile.checksum_order or SUMS[profile.checksum].order
        self._behind = profile.behind

    def length_of(self, buffer: bytearray) -> int | None:
        """Give the length of the frame at the front: 0 where it can be none, None if unknown."""
        if self._length is not None or self._field is None:
            return self._length
        place = self._field
        if len(buffer) < place.ends:
            return None
        length = int.from_bytes(buffer[place.at : place.ends], self._order.value) + place.extra
        return length if self._shortest <= length <= self._longest else 0

    def is_sound(self, frame: bytes) -> bool:
        """Tell whether a whole frame's trailer and checksum are right."""
        end = len(frame) - self._behind
        stands = frame[end : len(frame) - len(self._trailer)]
        return frame.endswith(self._trailer) and agrees(
            frame[self._checked_from : end], self._checksum, self._checksum_order, stands
        )
