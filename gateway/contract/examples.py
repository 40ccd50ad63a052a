"""Examples of every message, made by the code that makes the real ones. Pure.

A market of which one zone burns: the same story as the documents tell.
"""

from collections.abc import Mapping
from typing import Final

from gateway.messages.event import body_of, event_message, kind_of
from gateway.messages.inventory import inventory_message
from gateway.messages.liveness import Absence, heartbeat_message, presence_message
from gateway.messages.parts import Heads, Stamp, directory_of
from gateway.messages.state import state_message, state_of
from gateway.messages.telemetry import telemetry_message
from gateway.messages.topics import Origin
from gateway.record import ClockQuality, Record, RecordName
from gateway.settings.model import (
    BusEntry,
    DetectorEntry,
    Gateway,
    Identity,
    OutputEntry,
    Path,
    RuleEntry,
    Settings,
    Tls,
    Uplink,
    ZoneEntry,
)
from rules.condition import Condition, Lane
from rules.event import Change, ConditionEvent, Event, Evidence, Notice, NoticeEvent
from rules.health import Health, HealthState
from rules.instant import Duration, Instant, Moment, seconds
from rules.output import OutputKind
from rules.profile import CONTACT_RANGE, DetectorKind, Profile, QuantityRange
from rules.reading import FaultCause, Reading
from rules.site import SiteDefinition
from rules.snapshot import ConditionNow, DetectorNow, Protection, SiteNow, ZoneNow

BOOT: Final = "3b7c1a52-0f6d-4f0e-9f6b-7f1f4c6f8a11"
EPOCH: Final = "9f1c2e7ab04d4d5c8a3e61f20b7d94ee"
SESSION: Final = "5d0c9b4e7a12f386"
VERSION: Final = "0.1.0"
BOOTED_NS: Final = 1_796_378_400_000_000_000  # 2026-12-04T10:00:00Z
ALARM_AT: Final = Instant(seconds(245.123))
FAULT_AT: Final = Instant(seconds(251.5))


def _detector(
    id_: str, name: str, kind: DetectorKind, profile: Profile, bus: str = "line"
) -> DetectorEntry:
    return DetectorEntry(
        id=id_,
        zone="kitchen",
        bus=bus,
        profile=profile,
        kind=kind,
        name=name,
        every=Duration(seconds(1)),
        stale_after=Duration(seconds(10)),
        options=None,
    )


HEAT: Final = Profile(
    id="heat-485",
    name="Heat transmitter, Modbus RTU",
    driver="modbus",
    kind=DetectorKind.HEAT,
    source="example",
    quantities={"temperature": QuantityRange(lowest=-20, highest=120)},
)
CONTACT: Final = Profile(
    id="dry-contact",
    name="Dry contact",
    driver="gpio",
    kind=DetectorKind.MANUAL_CALL_POINT,
    source="example",
    quantities={"contact": CONTACT_RANGE},
)

SETTINGS: Final = Settings(
    site=Identity(
        id="CS0001234",
        name="Chợ Phố Hiến",
        province="33",
        commune="12103",
        address="Đường Bạch Đằng",
        latitude=20.6464,
        longitude=106.0511,
    ),
    gateway=Gateway(id="GW-8F2A"),
    buses=(
        BusEntry(id="line", driver="modbus", options=None),
        BusEntry(id="panel", driver="gpio", options=None),
    ),
    zones=(
        ZoneEntry(id="kitchen", name="Bếp tầng 1"),
        ZoneEntry(id="hall", name="Sảnh chính"),
    ),
    detectors=(
        _detector("kitchen-heat-1", "Đầu báo nhiệt 1", DetectorKind.HEAT, HEAT),
        _detector("kitchen-heat-2", "Đầu báo nhiệt 2", DetectorKind.HEAT, HEAT),
        _detector("mcp-1", "Nút ấn cửa sau", DetectorKind.MANUAL_CALL_POINT, CONTACT, "panel"),
    ),
    outputs=(
        OutputEntry(
            id="siren",
            bus="panel",
            kind=OutputKind.SIREN,
            conditions=frozenset({Condition.FIRE_ALARM}),
            zones=frozenset(),
            options=None,
        ),
    ),
    rules=(
        RuleEntry(
            id="kitchen-fire",
            zone="kitchen",
            raises=Condition.FIRE_ALARM,
            when="count(temperature > 58 °C) >= 1",
            clear=None,
            hold=Duration(seconds(5)),
            latching=True,
        ),
    ),
    uplink=Uplink(
        paths=(
            Path(id="lan", host="mqtt.example.vn", tls=Tls()),
            Path(id="4g", host="mqtt.example.vn", tls=Tls()),
        )
    ),
    metrics=None,
    profiles={},
    definition=SiteDefinition(zones=(), detectors=(), rules=(), outputs=()),
    hash="c1f6b5a0d9e84f3b7a2c6d1e0f9b8a7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f10",
)
ORIGIN: Final = Origin("33", "CS0001234", "GW-8F2A")
DIRECTORY: Final = directory_of(SETTINGS)
HEADS: Final = Heads(epoch=EPOCH, seq={Lane.ALARM: 3, Lane.TROUBLE: 7, Lane.STATUS: 12})


def _stamp(at: Instant) -> Stamp:
    return Stamp(boot_id=BOOT, at=at, wall_ns=BOOTED_NS + at, clock=ClockQuality.SYNCHRONISED)


def _told(
    event: Event,
    seq: int,
    *,
    clock: ClockQuality = ClockQuality.SYNCHRONISED,
    historical: bool = False,
) -> bytes:
    since = event.incident.at if isinstance(event, ConditionEvent) else event.at
    record = Record(
        name=RecordName(EPOCH, event.lane, seq),
        number=seq,
        boot_id=BOOT,
        monotonic_ns=event.at,
        wall_ns=BOOTED_NS + event.at,
        clock=clock,
        kind=kind_of(event),
        body=body_of(event, DIRECTORY, BOOTED_NS + since),
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
        "fire-alarm-left": ("condition-event", _told(left, 5)),
        "fault-entered": ("condition-event", _told(FAULT, 7)),
        "notice-reset": ("notice-event", _told(RESET, 4)),
        "notice-started": (
            "notice-event",
            _told(STARTED, 12, clock=ClockQuality.UNKNOWN, historical=True),
        ),
        "state-quiescent": ("state", _state(QUIET)),
        "state-fire": ("state", _state(BURNING)),
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
                journal_head=None,
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
