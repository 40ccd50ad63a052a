"""Examples of every message, made by the code that makes the real ones. Pure.

A market of which one zone burns: the same story as the documents tell.
"""

from collections.abc import Mapping
from typing import Final

from gateway.contract.example_events import (
    ALARM_AT,
    BEYOND_RANGE,
    DISABLED,
    FAULT,
    FAULT_AT,
    FIRE,
    OBEYED,
    PERIODIC,
    REFUSED,
    RESET,
    SPREAD,
    STARTED,
    TEST,
    TEST_FIRE,
    TESTED,
    fire,
)
from gateway.contract.example_present import BURNING, QUIET, TESTING
from gateway.contract.example_site import (
    BOOT,
    BOOTED_NS,
    DEVICE_KEY,
    DIRECTORY,
    EPOCH,
    HEADS,
    ORIGIN,
    SETTINGS,
)
from gateway.contract.signed_examples import NONCE, SESSION, signed_examples
from gateway.messages.event import body_of, event_message, kind_of
from gateway.messages.inventory import inventory_message
from gateway.messages.liveness import Absence, heartbeat_message, presence_message
from gateway.messages.parts import Stamp
from gateway.messages.state import state_of
from gateway.messages.state_size import state_message
from gateway.messages.telemetry import telemetry_message
from gateway.record import ClockQuality, Record, RecordName
from rules.condition import Lane
from rules.event import Change, ConditionEvent, Event
from rules.instant import Instant, seconds
from rules.reading import Reading
from rules.snapshot import SiteNow

VERSION: Final = "0.1.0"


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
    acknowledged = fire(
        Change.ACKNOWLEDGED, 95, cause="acknowledge", author="an.nguyen", detail="acknowledged"
    )
    left = fire(Change.LEFT, 600, cause="reset", author="an.nguyen", detail="reset")
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
        "notice-periodic-test": ("notice-event", _told(PERIODIC, 7)),
        "notice-message-refused": ("notice-event", _told(REFUSED, 10)),
        "notice-command": ("notice-event", _told(OBEYED, 15)),
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
            inventory_message(
                SETTINGS,
                _stamp(ALARM_AT),
                ORIGIN,
                version=VERSION,
                device_key=DEVICE_KEY.public.text,
            ),
        ),
        "heartbeat": (
            "heartbeat",
            heartbeat_message(
                _stamp(FAULT_AT),
                ORIGIN,
                nonce=NONCE,
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
        **signed_examples(),
    }
