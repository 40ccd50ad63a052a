"""An event as the journal has it, for the people at the unit. Nouns only.

What of it happened is told by the same types that the centre reads.
"""

from dataclasses import dataclass

from gateway.messages.event import ConditionData, NoticeData
from gateway.record import ClockQuality
from rules.condition import Lane


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldEvent:
    """An event.

    Attributes:
        number: its place in the journal, counted from 1 over all lanes.
        epoch: with lane and seq, its name for ever.
        lane: the stream that it is numbered in.
        seq: its number there.
        kind: what kind of event, as "fire-alarm.entered", "test.fire-alarm.entered",
            "notice.started".
        boot_id: the boot whose clock monotonic_ns was read from.
        monotonic_ns: when it happened.
        wall_ns: when it happened, nanoseconds since 1970-01-01 UTC as they are known today; None
            where nobody knows.
        clock: how far the wall clock could be believed then.
        delivered: whether everyone has it who must.
        condition: what happened to a condition; None for a notice.
        notice: what it tells otherwise; None where it is about a condition.
    """

    number: int
    epoch: str
    lane: Lane
    seq: int
    kind: str
    boot_id: str
    monotonic_ns: int
    wall_ns: int | None
    clock: ClockQuality
    delivered: bool
    condition: ConditionData | None = None
    notice: NoticeData | None = None
