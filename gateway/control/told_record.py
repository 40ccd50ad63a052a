"""A record of the journal as people at the unit are told it. Pure."""

from typing import Final

import msgspec

from gateway.control.told_event import ToldEvent
from gateway.messages.event import ConditionData, NoticeData
from gateway.record import Record

_CONDITION: Final = msgspec.json.Decoder(ConditionData)
_NOTICE: Final = msgspec.json.Decoder(NoticeData)


def told_from(record: Record, number: int, wall_ns: int | None, *, delivered: bool) -> ToldEvent:
    """Make what is told of an event; of one that another version wrote, perhaps the kind only."""
    condition, notice = _read_body(record.body)
    return ToldEvent(
        number=number,
        epoch=record.name.epoch,
        lane=record.name.lane,
        seq=record.name.seq,
        kind=record.kind,
        boot_id=record.boot_id,
        monotonic_ns=record.monotonic_ns,
        wall_ns=wall_ns,
        clock=record.clock,
        delivered=delivered,
        condition=condition,
        notice=notice,
    )


def _read_body(body: bytes) -> tuple[ConditionData | None, NoticeData | None]:
    try:
        return _CONDITION.decode(body), None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        pass
    try:
        return None, _NOTICE.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None, None
