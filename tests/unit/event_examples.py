"""Events as people are told them: one of each sort, as a journal gives them."""

from dataclasses import replace
from typing import Final

from gateway.contract import example_events as story
from gateway.contract.example_site import BOOT, BOOTED_NS, EPOCH, SETTINGS
from gateway.control.told_event import ToldEvent
from gateway.control.told_record import told_from
from gateway.messages.event import body_of, kind_of
from gateway.messages.parts import directory_of
from gateway.record import ClockQuality, Record, RecordName
from rules.condition import Condition
from rules.event import Change, ConditionEvent, Event, Notice, NoticeEvent
from rules.instant import Instant, Moment, seconds

DIRECTORY: Final = directory_of(SETTINGS)


def told(event: Event, number: int = 1, *, dated: bool = True, delivered: bool = True) -> ToldEvent:
    ends = getattr(event, "ends", None)
    incident = getattr(event, "incident", None)
    record = Record(
        name=RecordName(EPOCH, event.lane, number),
        number=number,
        boot_id=BOOT,
        monotonic_ns=event.at,
        wall_ns=BOOTED_NS + event.at,
        clock=ClockQuality.SYNCHRONISED if dated else ClockQuality.UNKNOWN,
        kind=kind_of(event),
        body=body_of(
            event,
            DIRECTORY,
            BOOTED_NS + incident.at if incident is not None and dated else None,
            BOOTED_NS + ends if ends is not None and dated else None,
        ),
        durable=True,
    )
    return told_from(record, number, record.wall_ns if dated else None, delivered=delivered)


def part(source: str, cause: str, detail: str = "", **rest: object) -> ConditionEvent:
    at = Instant(seconds(400))
    fields: dict[str, object] = {"change": Change.ENTERED, "condition": Condition.FAULT, **rest}
    return ConditionEvent(
        zone=None,
        source=source,
        incident=Moment(BOOT, at),
        at=at,
        cause=cause,
        detail=detail,
        **fields,  # type: ignore[arg-type]
    )


def over(event: ConditionEvent, cause: str, author: str | None = None) -> ConditionEvent:
    return replace(
        event,
        change=Change.LEFT,
        cause=cause,
        author=author or event.author,
        at=Instant(event.at + seconds(60)),
    )


LOST: Final = part("path/lan", "not-connected", "connection refused")

EVERY_SORT: Final[tuple[Event, ...]] = (
    story.STARTED,
    NoticeEvent(notice=Notice.CLOCK_ESTABLISHED, at=Instant(seconds(20)), detail="clock set"),
    story.TEST,
    story.TEST_FIRE,
    story.TESTED,
    over(story.TEST, "expired"),
    over(story.TEST, "call-point"),
    over(story.TEST, "end-test", "binh.le"),
    story.FIRE,
    story.SPREAD,
    story.BEYOND_RANGE,
    story.fire(Change.ACKNOWLEDGED, 95, cause="acknowledge", author="an.nguyen"),
    story.fire(Change.SILENCED, 97, cause="silence", author="an.nguyen"),
    story.fire(Change.CLEARED, 300, detail="count(temperature > 58 °C) >= 1"),
    story.fire(Change.LEFT, 600, cause="reset", author="an.nguyen", detail="of the beginning"),
    story.RESET,
    story.FAULT,
    over(story.FAULT, "no-reply"),
    story.DISABLED,
    replace(story.DISABLED, change=Change.STANDING),
    over(story.DISABLED, "expired"),
    over(story.DISABLED, "enable", "binh.le"),
    part("output/siren/delay", "delay", "30 s", condition=Condition.DISABLED),
    LOST,
    over(LOST, "not-connected"),
    part("gateway/store", "store", "database or disk is full"),
    story.PERIODIC,
    story.REFUSED,
    story.OBEYED,
    NoticeEvent(notice=Notice.CONFIGURATION_CHANGED, at=Instant(seconds(950)), author="an.nguyen"),
    NoticeEvent(notice=Notice.STOPPED, at=Instant(seconds(990))),
)
