"""What a centre says it has received: ranges of seq, and that it hears us at all."""

from typing import Annotated

import msgspec

from gateway.messages.parts import UTC_TIME
from rules.condition import Lane

Seq = Annotated[int, msgspec.Meta(ge=1, le=2**53)]
SeqRange = tuple[Seq, Seq]
"""The first and the last of events that follow each other."""

MOST_RECEIVED = 64
"""Entries of one message: lanes of epochs."""

MOST_RANGES = 64
"""Ranges of one entry; what does not fit goes into the next message."""


class Received(msgspec.Struct, frozen=True, kw_only=True):
    """What a centre has of one lane of one epoch.

    Attributes:
        epoch: which life of the gateway's journal.
        lane: which stream.
        ranges: the events that the centre has stored durably, each as [first, last], in ascending
            order. Not necessarily all that it has: a range that was told once need not be told
            again.
    """

    epoch: str
    lane: Lane
    ranges: Annotated[list[SeqRange], msgspec.Meta(min_length=1, max_length=MOST_RANGES)]


class AckBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `ack`.

    Attributes:
        centre: the centre's id, as the site file names it.
        gateway: which gateway is meant.
        time: when it was said, by the centre's clock. For people; the gateway sets no clock by it.
        received: what the centre has stored; empty where only a heartbeat is answered.
        nonce: that of the heartbeat which is answered; null where none is.
    """

    centre: str
    gateway: str
    time: UTC_TIME | None
    received: Annotated[list[Received], msgspec.Meta(max_length=MOST_RECEIVED)] = []
    nonce: str | None = None
