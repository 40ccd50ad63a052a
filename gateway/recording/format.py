"""The form of a recording: bytes from what the core was given, and back.

A recording is a magic word and then frames: the length of what follows, its CRC-32, and that many
bytes of MessagePack, compressed. The first frame is the header, all others are segments. A file
that was cut off or damaged reads up to its last whole frame.

Each segment begins with the durable rows at that time, so that a judging can begin there; what a
life does not keep in its rows (windows, a running `for`, how often a detector failed) is unknown
then, as it is after a restart.
"""

import zlib
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from struct import Struct
from typing import Any, Final

import msgspec

from rules.engine import Input
from rules.event import ConditionEvent, Event, NoticeEvent
from rules.instant import Instant
from rules.operator import BeginTest, Disable, Enable, EndTest, OperatorCommand
from rules.part import Noted, PartFailed, PartRecovered, Tick, WallTime
from rules.reading import BusDown, BusUp, FailedPoll, Reading

MAGIC: Final = b"fire-gateway recording 1\n"
FRAME: Final = Struct("<II")
LARGEST_FRAME: Final = 64 * 1024 * 1024
"""Bytes; a length beyond this is damage, not a frame."""

LARGEST_SEGMENT: Final = 256 * 1024 * 1024
"""Bytes that a frame may unpack to: a damaged or forged file must not eat the memory."""

KINDS: Final[tuple[type[Any], ...]] = (
    Reading,
    FailedPoll,
    BusDown,
    BusUp,
    Tick,
    OperatorCommand,
    PartFailed,
    PartRecovered,
    Noted,
    WallTime,
    Disable,
    Enable,
    BeginTest,
    EndTest,
)
"""Every kind of input by its number in the file: new ones are added at the end."""

NUMBER_OF: Final[Mapping[type[Any], int]] = {kind: number for number, kind in enumerate(KINDS)}
EVENTS: Final[tuple[type[Any], ...]] = (ConditionEvent, NoticeEvent)

Taken = tuple[Instant, int, Input]
"""What the core was given: its own time then, the number of the kind, and the input."""


class NoRecordingError(ValueError):
    """The bytes are no recording, or of a version that is not known; the text says which."""


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """What a recording is of.

    Attributes:
        gateway: the gateway's id.
        version: of the program that made it.
        boot_id: whose clock the instants are of.
        site_file: the name of the site file.
        texts: the bytes of the site file and of the profiles that it names, by file name; empty
            where they were not known.
        reason: why it was kept: "fire-alarm rule/kitchen-fire", "request".
        kept_at: the instant of that.
        utc_offset: local time less UTC, nanoseconds.
    """

    gateway: str
    version: str
    boot_id: str
    site_file: str
    texts: dict[str, bytes]
    reason: str
    kept_at: int
    utc_offset: int


class _WrittenSegment(msgspec.Struct, frozen=True, kw_only=True):
    number: int
    begins: int
    started: tuple[int, int] | None
    rows: dict[str, str]
    wall_ns: int | None
    dropped: int
    inputs: list[tuple[int, int, msgspec.Raw]]
    events: list[tuple[int, msgspec.Raw]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A stretch of what the core was given.

    Attributes:
        number: counts the segments of a life; where one is missing, inputs are missing.
        begins: the core's time at its beginning.
        started: where this is the first segment of a life the instants with which the engine was
            made and was started; else None.
        rows: the durable rows at its beginning.
        wall_ns: the wall clock at its beginning, where it was known: UTC, nanoseconds since 1970.
        dropped: inputs that were lost in it, for want of room or of a form.
        inputs: with the core's time, in their order.
        events: what was told of them.
    """

    number: int
    begins: Instant
    started: tuple[Instant, Instant] | None
    rows: Mapping[str, str]
    wall_ns: int | None
    dropped: int
    inputs: tuple[tuple[Instant, Input], ...]
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A whole recording; `whole` is false where its end was damaged or cut off."""

    header: Header
    segments: tuple[Segment, ...]
    whole: bool


def encode_header(header: Header) -> bytes:
    """Give the beginning of a file."""
    return MAGIC + _frame(msgspec.msgpack.encode(header))


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSegment:
    """A segment as the core fills it; its fields are those of Segment."""

    number: int
    begins: Instant
    started: tuple[Instant, Instant] | None
    rows: Mapping[str, str]
    wall_ns: int | None
    dropped: int
    inputs: Sequence[Taken]
    events: Sequence[Event]


def encode_segment(segment: OpenSegment) -> tuple[bytes, int]:
    """Give a frame, and how many inputs could not be written."""
    try:
        return _frame(_packed(segment, segment.inputs, 0)), 0
    except (UnicodeEncodeError, TypeError, OverflowError):
        # One input with a text that is none must not cost the others.
        good = [taken for taken in segment.inputs if _is_packable(taken)]
        lost = len(segment.inputs) - len(good)
        return _frame(_packed(segment, good, lost)), lost


def _packed(segment: OpenSegment, inputs: Sequence[Taken], lost: int) -> bytes:
    return _ENCODER.encode(
        {
            "number": segment.number,
            "begins": segment.begins,
            "started": segment.started,
            "rows": dict(segment.rows),
            "wall_ns": segment.wall_ns,
            "dropped": segment.dropped + lost,
            "inputs": inputs,
            "events": [(EVENTS.index(type(event)), event) for event in segment.events],
        }
    )


def _is_packable(taken: Taken) -> bool:
    try:
        _ENCODER.encode(taken)
    except (UnicodeEncodeError, TypeError, OverflowError):
        return False
    return True


def _frame(packed: bytes) -> bytes:
    squeezed = zlib.compress(packed, level=1)  # fast; a higher level gains a fifth
    return FRAME.pack(len(squeezed), zlib.crc32(squeezed)) + squeezed


def decode(data: bytes) -> Recording:
    """Read a recording.

    Raises:
        NoRecordingError: not even its header can be read.
    """
    if not data.startswith(MAGIC):
        raise NoRecordingError("it does not begin as a recording of this version")
    frames = _frames(data)
    try:
        header = _HEADER.decode(next(frames, b""))
    except msgspec.MsgspecError as error:
        raise NoRecordingError(f"its header cannot be read: {error}") from None
    segments = []
    whole = True
    while True:
        try:
            segments.append(_segment(next(frames)))
        except StopIteration as end:
            whole = bool(end.value)
            break
        except (msgspec.MsgspecError, IndexError, UnicodeDecodeError):
            whole = False  # what comes after it could not be judged as it was
            break
    return Recording(header=header, segments=tuple(segments), whole=whole)


def _frames(data: bytes) -> Generator[bytes, None, bool]:
    """Give what each whole frame holds; returns whether nothing is left over."""
    at = len(MAGIC)
    while at + FRAME.size <= len(data):
        length, checksum = FRAME.unpack_from(data, at)
        squeezed = data[at + FRAME.size : at + FRAME.size + length]
        if length > LARGEST_FRAME or len(squeezed) < length or zlib.crc32(squeezed) != checksum:
            return False
        try:
            unpacker = zlib.decompressobj()
            packed = unpacker.decompress(squeezed, LARGEST_SEGMENT)
        except zlib.error:
            return False
        if not unpacker.eof:
            return False
        yield packed
        at += FRAME.size + length
    return at == len(data)


def _segment(packed: bytes) -> Segment:
    written = _SEGMENT.decode(packed)
    return Segment(
        number=written.number,
        begins=Instant(written.begins),
        started=None if written.started is None else _two(written.started),
        rows=written.rows,
        wall_ns=written.wall_ns,
        dropped=written.dropped,
        inputs=tuple(
            (Instant(now), _INPUTS[number].decode(raw)) for now, number, raw in written.inputs
        ),
        events=tuple(_EVENTS[number].decode(raw) for number, raw in written.events),
    )


def _two(started: tuple[int, int]) -> tuple[Instant, Instant]:
    made, begun = started
    return Instant(made), Instant(begun)


_ENCODER: Final = msgspec.msgpack.Encoder()
_HEADER: Final = msgspec.msgpack.Decoder(Header)
_SEGMENT: Final = msgspec.msgpack.Decoder(_WrittenSegment)
_INPUTS: Final = tuple(msgspec.msgpack.Decoder(kind) for kind in KINDS)
_EVENTS: Final = tuple(msgspec.msgpack.Decoder(kind) for kind in EVENTS)
