"""What the journal holds, and what is handed to it.

A draft is an event before it has a number; a record is one that has. A record's name (epoch, lane,
seq) is given once and for ever: the centre removes duplicates by it.
"""

from dataclasses import dataclass
from enum import StrEnum

from rules.condition import Lane
from rules.instant import Instant


class ClockQuality(StrEnum):
    """How far a wall time can be believed."""

    SYNCHRONISED = "synchronised"
    HOLDOVER = "holdover"  # was synchronised earlier in this boot, is not now
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An event before numbering.

    Attributes:
        lane: the stream in which it is told.
        at: the instant at which it happened, of this boot.
        wall_ns: nanoseconds since 1970-01-01 UTC, worth what `clock` says.
        clock: how far wall_ns can be believed.
        kind: what kind of event, in a word, for machines.
        body: the event as it will be told, encoded.
    """

    lane: Lane
    at: Instant
    wall_ns: int
    clock: ClockQuality
    kind: str
    body: bytes


@dataclass(frozen=True, slots=True)
class RecordName:
    """Names an event for ever, within its gateway."""

    epoch: str
    lane: Lane
    seq: int


@dataclass(frozen=True, slots=True)
class Span:
    """Names events that follow each other in a lane: from the first seq to the last.

    Raises:
        ValueError: it would be empty, or begin before 1.
    """

    epoch: str
    lane: Lane
    first: int
    last: int

    def __post_init__(self) -> None:
        if not 1 <= self.first <= self.last:
            raise ValueError(f"no span: {self.first} to {self.last}")

    def __contains__(self, name: RecordName) -> bool:
        """Tell whether it names an event."""
        return (
            name.epoch == self.epoch
            and name.lane is self.lane
            and self.first <= name.seq <= self.last
        )


def span_of(name: RecordName) -> Span:
    """Give the span of one event."""
    return Span(name.epoch, name.lane, name.seq, name.seq)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """An event with its name.

    Attributes:
        name: its name.
        number: its place in the journal, counted from 1 over all lanes; None while it is only in
            memory.
        boot_id: the boot whose clock monotonic_ns was read from.
        monotonic_ns: when it happened.
        wall_ns: nanoseconds since 1970-01-01 UTC, worth what `clock` says. Never rewritten.
        clock: how far wall_ns can be believed.
        kind: what kind of event.
        body: the event as it is told, encoded.
        durable: whether it outlives a loss of power.
    """

    name: RecordName
    number: int | None
    boot_id: str
    monotonic_ns: int
    wall_ns: int
    clock: ClockQuality
    kind: str
    body: bytes
    durable: bool


StateChange = tuple[str, str | None]
"""A row of durable state: its key, and its JSON text or None where the row goes."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What one input of the core gave: durable together, or not at all."""

    drafts: tuple[Draft, ...] = ()
    changes: tuple[StateChange, ...] = ()


@dataclass(frozen=True, slots=True)
class BootOffset:
    """What to add to a boot's monotonic clock to get the wall clock, once it is known."""

    offset_ns: int
    quality: ClockQuality
