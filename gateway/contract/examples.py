"""Examples of every message, made by the code that makes the real ones. Pure.

A market of which one zone burns: the same story as the documents tell.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from gateway.contract.example_site import (
    BOOT,
    BOOTED_NS,
    DIRECTORY,
    EPOCH,
    HEADS,
    HEAT,
    ORIGIN,
    SETTINGS,
)
from gateway.messages.event import body_of, event_message, kind_of
from gateway.messages.inventory import inventory_message
from gateway.messages.liveness import Absence, heartbeat_message, presence_message
from gateway.messages.parts import Stamp
from gateway.messages.state import state_of
from gateway.messages.state_size import state_message
from gateway.messages.telemetry import telemetry_message
from gateway.record import ClockQuality, Record, RecordName
from rules.condition import Condition, Lane, Mode
from rules.event import Change, ConditionEvent, Event, Evidence, Notice, NoticeEvent
from rules.health import Health, HealthState
from rules.instant import Instant, Moment, seconds
from rules.reading import FaultCause, Reading
from rules.snapshot import ConditionNow, DetectorNow, Protection, SiteNow, ZoneNow

SESSION: Final = "5d0c9b4e7a12f386"
VERSION: Final = "0.1.0"
ALARM_AT: Final = Instant(seconds(245.123))
FAULT_AT: Final = Instant(seconds(251.5))
WORK_AT: Final = Instant(seconds(120))


def _stamp(at: Instant) -> Stamp:
    return Stamp(boot_id=BOOT, at=at, wall_ns=BOOTED_NS + at, clock=ClockQuality.SYNCHRONISED)


def _told(
    event: Event,
    seq: int,
    *,
    clock: ClockQuality = ClockQuality.SYNCHRONISED,
    historical: bool = False,
) -> bytes:
    since, ends = event.at, None
    if isinstance(event, ConditionEvent):
        since = event.incident.at
        ends = None if event.ends is None else BOOTED_NS + event.ends
    record = Record(
        name=RecordName(EPOCH, event.lane, seq),
        number=seq,
        boot_id=BOOT,
        monotonic_ns=event.at,
        wall_ns=BOOTED_NS + event.at,
        clock=clock,
        kind=kind_of(event),
        body=body_of(event, DIRECTORY, BOOTED_NS + since, ends),
        durable=True,
    )
    return event_message(record, ORIGIN, historical=historical)


def _fire(change: Change, after_s: float, **rest: object) -> ConditionEvent:
    fields: dict[str, object] = {"latched": True, "cause": "rule", **rest}
    return ConditionEvent(
        change=change,
        condition=Condition.FIRE_ALARM,
        zone="kitchen",
        source="rule/kitchen-fire",
        incident=Moment(BOOT, ALARM_AT),
        at=Instant(ALARM_AT + seconds(after_s)),
        **fields,  # type: ignore[arg-type]  # the fields that an example sets are of their types
    )


FIRE: Final = _fire(
    Change.ENTERED,
    0,
    detail="count(temperature > 58 °C) >= 1 held for 5 s",
    evidence=(
        Evidence("kitchen-heat-1", "temperature", 61.5, "°C"),
        Evidence("kitchen-heat-2", "temperature", None, "°C"),
    ),
)
BEYOND_RANGE: Final = _fire(
    Change.STANDING,
    40,
    detail="the cause came back while latched",
    evidence=(Evidence("kitchen-heat-1", "temperature", float("inf"), "°C"),),
)
FAULT: Final = ConditionEvent(
    change=Change.ENTERED,
    condition=Condition.FAULT,
    zone="kitchen",
    source="detector/kitchen-heat-2",
    incident=Moment(BOOT, FAULT_AT),
    at=FAULT_AT,
    cause=FaultCause.NO_REPLY,
    detail="line: no reply from unit 17 in 300 ms (3rd time)",
)
SPREAD: Final = _fire(
    Change.SPREAD,
    20,
    detail="count(temperature > 58 °C) >= 1; kitchen-heat-2 now too",
    evidence=(
        Evidence("kitchen-heat-1", "temperature", 83.25, "°C"),
        Evidence("kitchen-heat-2", "temperature", 59.0, "°C"),
    ),
)
DISABLED: Final = ConditionEvent(
    change=Change.ENTERED,
    condition=Condition.DISABLED,
    zone="kitchen",
    source="detector/kitchen-heat-2",
    incident=Moment(BOOT, WORK_AT),
    at=WORK_AT,
    cause="disable",
    detail="disabled by an.nguyen for 8 h: welding on the roof",
    author="an.nguyen",
    ends=Instant(WORK_AT + seconds(8 * 3600)),
)
TEST: Final = ConditionEvent(
    change=Change.ENTERED,
    condition=Condition.TEST,
    zone="kitchen",
    source="zone/kitchen",
    incident=Moment(BOOT, WORK_AT),
    at=WORK_AT,
    cause="test",
    detail="under test by an.nguyen for 1 h",
    author="an.nguyen",
    ends=Instant(WORK_AT + seconds(3600)),
)
TEST_FIRE: Final = ConditionEvent(
    change=Change.ENTERED,
    condition=Condition.FIRE_ALARM,
    zone="kitchen",
    source="rule/kitchen-fire",
    incident=Moment(BOOT, ALARM_AT),
    at=ALARM_AT,
    cause="rule",
    detail="count(temperature > 58 °C) >= 1 held for 5 s",
    evidence=(Evidence("kitchen-heat-1", "temperature", 61.5, "°C"),),
    mode=Mode.TEST,
)
TESTED: Final = NoticeEvent(
    notice=Notice.DETECTOR_TESTED,
    at=ALARM_AT,
    detail="kitchen-heat-1",
    zone="kitchen",
    mode=Mode.TEST,
)
RESET: Final = NoticeEvent(
    notice=Notice.RESET,
    at=Instant(ALARM_AT + seconds(600)),
    detail="zone kitchen was reset",
    author="an.nguyen",
    zone="kitchen",
)
STARTED: Final = NoticeEvent(
    notice=Notice.STARTED, at=Instant(seconds(12)), detail="version 0.1.0, boot 3b7c1a52"
)


def _now(event: ConditionEvent, detectors: tuple[str, ...] = ()) -> ConditionNow:
    """Give the condition that an event began."""
    return ConditionNow(
        condition=event.condition,
        zone=event.zone,
        source=event.source,
        incident=event.incident,
        standing=True,
        latched=event.latched,
        acknowledged=None,
        cause=event.cause,
        detail=event.detail,
        mode=event.mode,
        author=event.author,
        ends=event.ends,
        detectors=detectors,
    )


QUIET: Final = SiteNow(
    at=ALARM_AT,
    zones=(
        ZoneNow(id="kitchen", name="Bếp tầng 1", protection=Protection.FULL, conditions=()),
        ZoneNow(id="hall", name="Sảnh chính", protection=Protection.FULL, conditions=()),
    ),
    conditions=(),
    detectors=tuple(
        DetectorNow(
            id=entry.id,
            zone=entry.zone,
            health=Health(HealthState.OK),
            values={"temperature": 24.5} if entry.profile is HEAT else {"contact": 0.0},
        )
        for entry in SETTINGS.detectors
    ),
    outputs={"siren": False},
    silenced=False,
)
BURNING: Final = SiteNow(
    at=FAULT_AT,
    zones=(
        ZoneNow(
            id="kitchen",
            name="Bếp tầng 1",
            protection=Protection.DEGRADED,
            conditions=(Condition.FIRE_ALARM, Condition.FAULT),
        ),
        QUIET.zones[1],
    ),
    conditions=(
        ConditionNow(
            condition=Condition.FIRE_ALARM,
            zone="kitchen",
            source="rule/kitchen-fire",
            incident=Moment(BOOT, ALARM_AT),
            standing=True,
            latched=True,
            acknowledged="an.nguyen",
            cause="rule",
            detail=FIRE.detail,
        ),
        ConditionNow(
            condition=Condition.FAULT,
            zone="kitchen",
            source="detector/kitchen-heat-2",
            incident=Moment(BOOT, FAULT_AT),
            standing=True,
            latched=False,
            acknowledged=None,
            cause=FaultCause.NO_REPLY,
            detail=FAULT.detail,
        ),
    ),
    detectors=(
        DetectorNow(
            id="kitchen-heat-1",
            zone="kitchen",
            health=Health(HealthState.OK),
            values={"temperature": 61.5},
        ),
        DetectorNow(
            id="kitchen-heat-2",
            zone="kitchen",
            health=Health(HealthState.FAULTY, FaultCause.NO_REPLY, FAULT.detail),
            values={"temperature": None},
        ),
        QUIET.detectors[2],
    ),
    outputs={"siren": True},
    silenced=False,
)

TESTING: Final = replace(
    QUIET,
    zones=(
        replace(
            QUIET.zones[0],
            conditions=(Condition.FIRE_ALARM, Condition.DISABLED, Condition.TEST),
            protection=Protection.DEGRADED,
            under_test=True,
        ),
        QUIET.zones[1],
    ),
    conditions=(
        _now(TEST_FIRE, detectors=("kitchen-heat-1",)),
        _now(DISABLED),
        _now(TEST),
    ),
    detectors=(
        BURNING.detectors[0],
        replace(QUIET.detectors[1], disabled=True),
        QUIET.detectors[2],
    ),
)


def _state(now: SiteNow) -> bytes:
    return state_message(
        state_of(
            now,
            _stamp(now.at),
            ORIGIN,
            DIRECTORY,
            heads=HEADS,
            dated=lambda moment: BOOTED_NS + moment.at,
        )
    )


def _presence(*, online: bool, reason: Absence | None = None) -> bytes:
    since = _stamp(Instant(seconds(14)))
    return presence_message(online, SESSION, since, ORIGIN, "lan", version=VERSION, reason=reason)


def examples() -> Mapping[str, tuple[str, bytes]]:
    """Give each example by its name: the name of its schema, and the message."""
    acknowledged = _fire(
        Change.ACKNOWLEDGED, 95, cause="acknowledge", author="an.nguyen", detail="acknowledged"
    )
    left = _fire(Change.LEFT, 600, cause="reset", author="an.nguyen", detail="reset")
    return {
        "fire-alarm-entered": ("condition-event", _told(FIRE, 1)),
        "fire-alarm-standing": ("condition-event", _told(BEYOND_RANGE, 2)),
        "fire-alarm-acknowledged": ("condition-event", _told(acknowledged, 3)),
        "fire-alarm-spread": ("condition-event", _told(SPREAD, 4)),
        "fire-alarm-left": ("condition-event", _told(left, 6)),
        "fault-entered": ("condition-event", _told(FAULT, 7)),
        "disabled-entered": ("condition-event", _told(DISABLED, 8)),
        "test-entered": ("condition-event", _told(TEST, 9)),
        "test-fire-alarm-entered": ("condition-event", _told(TEST_FIRE, 13)),
        "test-notice-detector-tested": ("notice-event", _told(TESTED, 14)),
        "notice-reset": ("notice-event", _told(RESET, 5)),
        "notice-started": (
            "notice-event",
            _told(STARTED, 12, clock=ClockQuality.UNKNOWN, historical=True),
        ),
        "state-quiescent": ("state", _state(QUIET)),
        "state-fire": ("state", _state(BURNING)),
        "state-test": ("state", _state(TESTING)),
        "presence-birth": ("presence", _presence(online=True)),
        "presence-will": ("presence", _presence(online=False, reason=Absence.LOST)),
        "presence-farewell": ("presence", _presence(online=False, reason=Absence.STOPPED)),
        "inventory": (
            "inventory",
            inventory_message(SETTINGS, _stamp(ALARM_AT), ORIGIN, version=VERSION),
        ),
        "heartbeat": (
            "heartbeat",
            heartbeat_message(
                _stamp(FAULT_AT),
                ORIGIN,
                nonce="e3b0c44298fc1c149afbf4c8996fb924",
                now=BURNING,
                outbox=dict.fromkeys(Lane, 0),
                journal_head=(31, "7d" * 32),
                heads=HEADS,
                paths={"lan": True, "4g": False},
            ),
        ),
        "telemetry": (
            "telemetry",
            telemetry_message(
                (Reading("kitchen-heat-1", "temperature", 61.5, ALARM_AT),),
                _stamp(FAULT_AT),
                ORIGIN,
            ),
        ),
    }
