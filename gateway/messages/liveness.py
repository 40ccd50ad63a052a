"""Presence of a path (birth and will), and the heartbeat."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import msgspec

from gateway.earnest import in_earnest
from gateway.messages.parts import UTC_TIME, Heads, Stamp, Stamped
from gateway.messages.topics import Origin
from rules.condition import Condition, Lane
from rules.health import HealthState
from rules.snapshot import Protection, SiteNow


class Absence(StrEnum):
    """Why a path is offline."""

    LOST = "lost"  # the broker says so: the connection ended without a farewell
    STOPPED = "stopped"  # the gateway says so itself: it was stopped


class PresenceMessage(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a path of the gateway is connected: its birth, its will or its farewell.

    Attributes:
        online: whether it is.
        reason: why it is not: `lost` in the will, `stopped` in the farewell; null when online.
        gateway: the gateway's id.
        path: the path's id.
        session: names the connection. A will or farewell speaks for its own session only: one
            that names another session than the newest birth is old news.
        session_since: when that connection was made; null while the clock was unknown.
        client_id: the MQTT client id of the path.
        version: of the gateway's software.
    """

    online: bool
    reason: Absence | None
    gateway: str
    path: str
    session: str
    session_since: UTC_TIME | None
    client_id: str
    version: str


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """How many of each there are now.

    Attributes:
        fire_alarms: standing or latched fire alarms; what a test raised is not counted.
        gas_alarms: likewise.
        pre_alarms: likewise.
        supervisory: likewise.
        faults: faults of detectors, buses, paths and the gateway.
        degraded: conditions of reduced protection.
        disabled: disablements, delays of outputs among them.
        tests: zones under test.
        zones_unprotected: zones in which no remaining detector could raise an alarm.
        detectors: all detectors.
        detectors_ok: those whose values can be believed; a disabled detector may be one of them.
    """

    fire_alarms: int
    gas_alarms: int
    pre_alarms: int
    supervisory: int
    faults: int
    degraded: int
    disabled: int
    tests: int
    zones_unprotected: int
    detectors: int
    detectors_ok: int


class HeartbeatMessage(Stamped, frozen=True, kw_only=True):
    """The sign of life, every 60 s or so.

    Attributes:
        nonce: random; no two heartbeats have the same.
        counts: what there is now; null before the first reading.
        outbox: by lane, how many events are not yet delivered.
        journal_head: hash of the journal's last record, hexadecimal; null where not at hand. Who
            keeps it can tell later whether the end of the journal was cut off.
        journal_number: which record of the journal that is, counted over all lanes; null where not
            at hand.
        epoch: as in `state`.
        seq: as in `state`.
        paths: by id, whether each path is connected.
    """

    nonce: str
    counts: Counts | None
    outbox: dict[Lane, int]
    journal_head: str | None
    journal_number: int | None
    epoch: str | None
    seq: dict[Lane, int]
    paths: dict[str, bool]


NO_SESSION: Final = ""


class _Session(msgspec.Struct):
    """What is read of a presence message that comes back from the broker."""

    session: str = NO_SESSION
    online: bool = False


def presence_message(  # noqa: PLR0913 - each is one thing that the message tells
    online: bool,
    session: str,
    since: Stamp,
    origin: Origin,
    path: str,
    *,
    version: str,
    reason: Absence | None = None,
) -> bytes:
    """Say that a path is there, or is not."""
    return msgspec.json.encode(
        PresenceMessage(
            online=online,
            reason=reason,
            gateway=origin.gateway,
            path=path,
            session=session,
            session_since=since.time,
            client_id=origin.client_id(path),
            version=version,
        )
    )


def is_own_birth(payload: bytes, session: str) -> bool:
    """Tell whether a presence message on the broker is the birth of this session."""
    try:
        found = msgspec.json.decode(payload, type=_Session)
    except msgspec.MsgspecError:  # whatever it is, it is not what we said
        return False
    return found.online and found.session == session


def counts_of(now: SiteNow) -> Counts:
    """Count the present."""
    conditions = [each.condition for each in in_earnest(now)]
    return Counts(
        fire_alarms=conditions.count(Condition.FIRE_ALARM),
        gas_alarms=conditions.count(Condition.GAS_ALARM),
        pre_alarms=conditions.count(Condition.PRE_ALARM),
        supervisory=conditions.count(Condition.SUPERVISORY),
        faults=conditions.count(Condition.FAULT),
        degraded=conditions.count(Condition.DEGRADED),
        disabled=conditions.count(Condition.DISABLED),
        tests=conditions.count(Condition.TEST),
        zones_unprotected=[zone.protection for zone in now.zones].count(Protection.UNPROTECTED),
        detectors=len(now.detectors),
        detectors_ok=[each.health.state for each in now.detectors].count(HealthState.OK),
    )


def heartbeat_message(  # noqa: PLR0913 - each is one thing that the message tells
    stamp: Stamp,
    origin: Origin,
    *,
    nonce: str,
    now: SiteNow | None,
    outbox: Mapping[Lane, int],
    journal_head: tuple[int, str] | None,
    heads: Heads,
    paths: dict[str, bool],
) -> bytes:
    """Give a sign of life.

    Args:
        stamp: when.
        origin: who speaks.
        nonce: random; the centre repeats it in its answer.
        now: the present, or None before the first reading.
        outbox: how many records of each lane are not yet delivered.
        journal_head: number and hash (hexadecimal) of the journal's last record, where at hand.
        heads: the last event of each lane.
        paths: by id, whether each path is connected.
    """
    number, head = (None, None) if journal_head is None else journal_head
    return msgspec.json.encode(
        HeartbeatMessage(
            gateway=origin.gateway,
            time=stamp.time,
            clock=stamp.clock,
            boot=stamp.boot_id,
            monotonicns=str(stamp.at),
            nonce=nonce,
            counts=None if now is None else counts_of(now),
            outbox=dict(outbox),
            journal_head=head,
            journal_number=number,
            epoch=heads.epoch,
            seq=heads.seq,
            paths=paths,
        )
    )
