"""Events on the wire: a CloudEvents envelope around what the journal keeps.

The journal stores the event's own JSON, made once when the event happens; the envelope is put
around it each time it is sent. Two kinds of event exist and two types: what happened to a
condition, and notices. Only the first has a field `condition`, and the CloudEvents type names the
condition and what happened to it, so that a fault is never taken for an alarm, nor the end of an
alarm for its beginning. The types of what is not in earnest begin apart from all others: whoever
looks for the type of a fire does not find that of a test.
"""

from collections.abc import Mapping
from typing import Any, Final, Generic, Literal, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from gateway.messages.contact_id import (
    QUALIFIER_OF_CHANGE,
    ContactId,
    Qualifier,
    of_condition,
    of_notice,
)
from gateway.messages.parts import (
    LONGEST_DETAIL,
    UTC_TIME,
    DetectorRef,
    Directory,
    Measured,
    SiteSummary,
    ZoneRef,
    clipped,
    incident_id,
    known_time,
    measured,
    utc_time,
)
from gateway.messages.topics import Origin
from gateway.record import ClockQuality, Record
from rules.condition import Condition, Lane, Mode
from rules.event import Change, ConditionEvent, Event, Notice, NoticeEvent

EVENT_LIMIT: Final = 16 * 1024
"""Bytes of an event's message that are never exceeded."""

BODY_LIMIT: Final = 12 * 1024
"""Bytes of its body: a quarter of the limit is kept for the envelope."""

MOST_EVIDENCE: Final = 16
"""Values that an event tells: with ordinary names it stays below 4 KiB, one flash page."""

TYPE_PREFIX: Final = "vn.pccc."


class MessageTooLargeError(ValueError):
    """A message that the broker does not take, even with everything optional left out."""


class ConditionData(msgspec.Struct, frozen=True, kw_only=True):
    """What happened to a condition.

    Attributes:
        qualifier: new when the condition begins or spreads to a further detector, restore when it
            ends, still in between.
        change: what happened, in more detail.
        condition: to which condition.
        mode: live, or test: what a test raises is not in earnest.
        zone: where; null where the whole site is meant.
        source: what raised it: `rule/…`, `detector/…`, `call-point/…`, `bus/…`, `output/…`,
            `path/…` or `gateway/…`; of a disablement what is out of service (`detector/…`,
            `zone/…`, `output/…`), of a test the zone (`zone/…`).
        rule: the rule's id where a rule raised it.
        detector: the detector that it is about, or the only one that decided.
        latched: true where the condition stays until a person resets it.
        cause: why, in a word, for machines.
        detail: why, in one line, for people.
        author: who did it, where a person did.
        evidence: the values that decided.
        evidence_omitted: how many further values were left out to keep the message small.
        contact_id: the Contact ID code for monitoring stations.
        incident: names the incident: the same from its first event to its last.
        since: when the incident began; null where that is not known in wall time.
        ends: when a disablement or a test ends by itself; null where that is not known in wall
            time. Absent where nothing ends by itself.
        site: the site, in the alarm lane only.
    """

    qualifier: Qualifier
    change: Change
    condition: Condition
    mode: Mode = Mode.LIVE
    zone: ZoneRef | None
    source: str
    rule: str | None
    detector: DetectorRef | None
    latched: bool
    cause: str
    detail: str
    author: str | None
    evidence: list[Measured]
    evidence_omitted: int = 0
    contact_id: ContactId
    incident: str
    since: UTC_TIME | None
    ends: UTC_TIME | UnsetType | None = UNSET
    site: SiteSummary | UnsetType = UNSET


class NoticeData(msgspec.Struct, frozen=True, kw_only=True):
    """Something worth telling that is no condition.

    Attributes:
        notice: what happened.
        mode: live, or test.
        zone: where; null where the whole site is meant.
        detail: in one line, for people.
        author: who did it, where a person or a centre did.
        contact_id: the Contact ID code, or null where no code means this.
        site: the site, in the alarm lane only.
    """

    notice: Notice
    mode: Mode = Mode.LIVE
    zone: ZoneRef | None
    detail: str
    author: str | None
    contact_id: ContactId | None
    site: SiteSummary | UnsetType = UNSET


Data = TypeVar("Data")


class EventMessage(msgspec.Struct, Generic[Data], frozen=True, kw_only=True):
    """An event's message: CloudEvents 1.0 attributes, extension attributes, and the data.

    Attributes:
        specversion: of CloudEvents.
        id: `{epoch}/{lane}/{seq}`: names the event for ever. Duplicates have the same.
        source: `/pccc/{province}/{site}/{gateway}`.
        type: what happened: `vn.pccc.{condition}.{change}` or `vn.pccc.notice.{notice}`; where
            `mode` is test, `vn.pccc.test.{condition}.{change}` or `vn.pccc.test.notice.{notice}`.
        subject: what it is about: the source of the condition, or the notice.
        time: when it happened, by the wall clock; null while the clock is unknown.
        datacontenttype: of the data.
        dataschema: names the schema of the data.
        gateway: the gateway's id.
        epoch: one life of a journal: 32 hexadecimal digits.
        lane: the stream that the event is numbered in.
        seq: its number in that lane; contiguous within an epoch.
        boot: which boot of the gateway `monotonicns` belongs to.
        monotonicns: nanoseconds of that boot's monotonic clock, as text: exact, whatever the wall
            clock did.
        clock: how far `time` can be trusted.
        durable: false where the event was sent from memory because the journal failed.
        historical: true where the news is old: not to be treated as happening now.
        data: the event itself.
    """

    specversion: Literal["1.0"] = "1.0"
    id: str
    source: str
    type: str
    subject: str
    time: UTC_TIME | None
    datacontenttype: Literal["application/json"] = "application/json"
    dataschema: str
    gateway: str
    epoch: str
    lane: Lane
    seq: int
    boot: str
    monotonicns: str
    clock: ClockQuality
    durable: bool
    historical: bool
    data: Data


class _Heading(msgspec.Struct):
    """The part of a body that the envelope repeats."""

    source: str = ""
    notice: str = ""


_ENCODER: Final = msgspec.json.Encoder()
_HEADING: Final = msgspec.json.Decoder(_Heading)


def kind_of(event: Event) -> str:
    """Name the kind of an event, as the journal and the CloudEvents type have it."""
    prefix = "test." if event.mode is Mode.TEST else ""
    if isinstance(event, ConditionEvent):
        return f"{prefix}{event.condition}.{event.change}"
    return f"{prefix}notice.{event.notice}"


def body_of(
    event: Event,
    directory: Directory,
    since_wall_ns: int | None = None,
    ends_wall_ns: int | None = None,
) -> bytes:
    """Give the event's own JSON, as the journal stores it and `data` carries it.

    Args:
        event: the event.
        directory: the names of the site.
        since_wall_ns: the wall time at which the event's incident began, where it is known.
        ends_wall_ns: the wall time of the event's `ends`, where it is known.
    """
    site = directory.site if event.lane is Lane.ALARM else UNSET
    if isinstance(event, NoticeEvent):
        return _ENCODER.encode(
            NoticeData(
                notice=event.notice,
                mode=event.mode,
                zone=directory.zone(event.zone),
                detail=clipped(event.detail, LONGEST_DETAIL),
                author=_clipped_or_none(event.author),
                contact_id=of_notice(event.notice),
                site=site,
            )
        )
    data = _condition_data(event, directory, since_wall_ns, site)
    if event.ends is not None:
        data = msgspec.structs.replace(data, ends=_utc_or_none(ends_wall_ns))
    body = _ENCODER.encode(data)
    while len(body) > BODY_LIMIT and data.evidence:  # ids of great length: rather fewer than none
        kept = data.evidence[: len(data.evidence) // 2]
        omitted = data.evidence_omitted + len(data.evidence) - len(kept)
        data = msgspec.structs.replace(data, evidence=kept, evidence_omitted=omitted)
        body = _ENCODER.encode(data)
    return body


def event_message(
    record: Record, origin: Origin, *, historical: bool, limit: int = EVENT_LIMIT
) -> bytes:
    """Put the envelope around a record.

    Args:
        record: the record.
        origin: who speaks.
        historical: whether the news is old.
        limit: the most bytes that the broker takes.

    Raises:
        MessageTooLargeError: not even the least form of the message fits the limit.
    """
    message = _enveloped(record, origin, msgspec.Raw(record.body), historical=historical)
    encoded = _ENCODER.encode(message)
    if len(encoded) <= limit:
        return encoded
    data = msgspec.json.decode(record.body)
    for lessen in (_without_evidence, _with_short_texts, _without_site):
        data = lessen(data)
        encoded = _ENCODER.encode(_enveloped(record, origin, data, historical=historical))
        if len(encoded) <= limit:
            return encoded
    raise MessageTooLargeError(
        f"{record.name}: {len(encoded)} bytes at the least, the broker takes {limit}"
    )


def _enveloped(
    record: Record, origin: Origin, data: Data, *, historical: bool
) -> EventMessage[Data]:
    name = record.name
    heading = _HEADING.decode(record.body)
    about = "condition" if heading.source else "notice"
    return EventMessage(
        id=f"{name.epoch}/{name.lane}/{name.seq}",
        source=origin.source,
        type=TYPE_PREFIX + record.kind,
        subject=heading.source or f"notice/{heading.notice}",
        time=known_time(record.wall_ns, record.clock),
        dataschema=f"urn:pccc:v1:{about}-event",
        gateway=origin.gateway,
        epoch=name.epoch,
        lane=name.lane,
        seq=name.seq,
        boot=record.boot_id,
        monotonicns=str(record.monotonic_ns),
        clock=record.clock,
        durable=record.durable,
        historical=historical,
        data=data,
    )


def _condition_data(
    event: ConditionEvent,
    directory: Directory,
    since_wall_ns: int | None,
    site: SiteSummary | UnsetType,
) -> ConditionData:
    about, _, name = event.source.partition("/")
    deciding = {evidence.detector for evidence in event.evidence}
    if about in ("detector", "call-point"):
        deciding.add(name.partition("/")[0])  # "hall-gas/range" is of hall-gas
    detectors = [directory.detectors[id_] for id_ in sorted(deciding) if id_ in directory.detectors]
    path = name.partition("/")[0]
    return ConditionData(
        qualifier=QUALIFIER_OF_CHANGE[event.change],
        change=event.change,
        condition=event.condition,
        mode=event.mode,
        zone=directory.zone(event.zone),
        source=clipped(event.source),
        rule=clipped(name) if about == "rule" else None,
        detector=detectors[0] if len(deciding) == 1 and detectors else None,
        latched=event.latched,
        cause=clipped(event.cause),
        detail=clipped(event.detail, LONGEST_DETAIL),
        author=_clipped_or_none(event.author),
        evidence=[
            measured(evidence.detector, evidence.quantity, evidence.value)
            for evidence in event.evidence[:MOST_EVIDENCE]
        ],
        evidence_omitted=max(0, len(event.evidence) - MOST_EVIDENCE),
        contact_id=of_condition(
            event,
            {detector.kind for detector in detectors},
            {evidence.quantity for evidence in event.evidence},
            directory.paths.index(path) if about == "path" and path in directory.paths else 0,
        ),
        incident=incident_id(event.incident, event.source),
        since=_utc_or_none(since_wall_ns),
        site=site,
    )


def _clipped_or_none(text: str | None) -> str | None:
    return None if text is None else clipped(text)


def _utc_or_none(wall_ns: int | None) -> str | None:
    return None if wall_ns is None else utc_time(wall_ns)


# A body is lessened field by field and not through its type: it may have been written by another
# version of the gateway, whose further fields are sent on as they are.


def _without_evidence(data: Mapping[str, Any]) -> Mapping[str, Any]:
    if not data.get("evidence"):
        return data
    omitted = data.get("evidence_omitted", 0) + len(data["evidence"])
    return {**data, "evidence": [], "evidence_omitted": omitted}


def _with_short_texts(data: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        key: clipped(value, 40) if key in ("detail", "cause", "author") and value else value
        for key, value in data.items()
    }


def _without_site(data: Mapping[str, Any]) -> Mapping[str, Any]:
    return {key: value for key, value in data.items() if key != "site"}
