"""The whole present, retained: what a reader who comes late begins with.

It is made anew from the core's snapshot each time, never changed piecemeal. When it would be
larger than the broker takes, optional parts are left out one after another, and `omitted` says how
many; the conditions that stand go last of all.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

import msgspec

from gateway.messages.parts import (
    LONGEST_DETAIL,
    UTC_TIME,
    Directory,
    Heads,
    Measured,
    SiteSummary,
    Stamp,
    Stamped,
    clipped,
    incident_id,
    measured,
    utc_time,
)
from gateway.messages.topics import Origin
from rules.condition import Condition, Lane
from rules.health import HealthState
from rules.instant import Moment
from rules.snapshot import ConditionNow, DetectorNow, Protection, SiteNow

STATE_LIMIT: Final = 128 * 1024
"""Bytes of a state or inventory message towards a broker that names no limit of its own; what the
large public brokers take."""

QUIESCENT: Final = "quiescent"


class ZoneState(msgspec.Struct, frozen=True, kw_only=True):
    """A zone now.

    Attributes:
        id: the zone's id.
        name: its name.
        protection: how far its rules can see: full, degraded, unprotected or starting.
        conditions: the conditions in it, gravest first; empty when quiescent.
    """

    id: str
    name: str
    protection: Protection
    conditions: list[Condition]


class ConditionState(msgspec.Struct, frozen=True, kw_only=True):
    """A condition that has been entered and not left.

    Attributes:
        condition: which.
        zone: id of the zone, or null for the whole site.
        source: what raised it, as in events.
        incident: as in events.
        since: when it was entered; null where that is not known in wall time.
        standing: whether its cause holds now.
        latched: whether it stays until a person resets it.
        acknowledged: by whom, or null.
        cause: why, in a word.
        detail: why, in a line.
    """

    condition: Condition
    zone: str | None
    source: str
    incident: str
    since: UTC_TIME | None
    standing: bool
    latched: bool
    acknowledged: str | None
    cause: str
    detail: str


class DetectorState(msgspec.Struct, frozen=True, kw_only=True):
    """A detector that is not quiescent: not ok, active, or in a zone with an alarm.

    Attributes:
        id: the detector's id.
        name: its name.
        zone: id of its zone.
        health: starting, warming-up, ok or faulty.
        cause: why it is faulty, or null.
        detail: why, in a line.
        values: its latest values.
    """

    id: str
    name: str
    zone: str
    health: HealthState
    cause: str | None
    detail: str
    values: list[Measured]


class Omitted(msgspec.Struct, frozen=True, kw_only=True):
    """How many entries were left out because the broker takes no larger message.

    Attributes:
        values: values of detectors.
        detectors: detectors.
        zones: zones without conditions.
        conditions: conditions; the gravest are kept.
    """

    values: int = 0
    detectors: int = 0
    zones: int = 0
    conditions: int = 0


class DetectorCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How many detectors there are, by health.

    Attributes:
        total: all of them.
        ok: those whose values can be believed.
        starting: those not heard of since the gateway started.
        warming_up: those that were just powered up.
        faulty: those that are at fault.
    """

    total: int
    ok: int
    starting: int
    warming_up: int
    faulty: int


class StateMessage(Stamped, frozen=True, kw_only=True):
    """The whole present.

    Attributes:
        site: the site's summary.
        overall: the gravest condition; without any, `quiescent` where every zone is fully
            protected, else the weakest protection.
        epoch: of the journal that `seq` counts in; null before its first event.
        seq: number of the last event of each lane in that epoch, by lane: a reader that has not
            seen them all yet knows that more is under way.
        silenced: whether the sounders are silenced.
        zones: every zone.
        conditions: every condition that stands or is latched, gravest first.
        detectors: those that are not quiescent.
        detector_counts: all detectors, by health.
        outputs: by id, whether each output is energised.
        omitted: what was left out to fit the broker's limit; null where nothing was.
    """

    site: SiteSummary
    overall: str
    epoch: str | None
    seq: dict[Lane, int]
    silenced: bool
    zones: list[ZoneState]
    conditions: list[ConditionState]
    detectors: list[DetectorState]
    detector_counts: DetectorCounts
    outputs: dict[str, bool]
    omitted: Omitted | None = None


GRAVITY: Final[Mapping[Condition, int]] = {
    condition: place for place, condition in enumerate(Condition)
}
WEAKEST_FIRST: Final = (Protection.UNPROTECTED, Protection.STARTING, Protection.DEGRADED)
ALARMS: Final = frozenset({Condition.FIRE_ALARM, Condition.GAS_ALARM, Condition.PRE_ALARM})

Dated = Callable[[Moment], int | None]
"""Gives the wall time of a moment in nanoseconds since 1970, or None where it is not known."""


def state_of(  # noqa: PLR0913 - each is one thing that the message tells
    now: SiteNow,
    stamp: Stamp,
    origin: Origin,
    directory: Directory,
    *,
    heads: Heads,
    dated: Dated,
) -> StateMessage:
    """Tell the whole present, whatever its size.

    Args:
        now: the present as the core sees it.
        stamp: when.
        origin: who speaks.
        directory: the names of the site.
        heads: the last event of each lane.
        dated: dates a moment.
    """
    return StateMessage(
        gateway=origin.gateway,
        time=stamp.time,
        clock=stamp.clock,
        boot=stamp.boot_id,
        monotonicns=str(stamp.at),
        site=directory.site,
        overall=_overall(now),
        epoch=heads.epoch,
        seq=heads.seq,
        silenced=now.silenced,
        zones=[
            ZoneState(
                id=zone.id,
                name=clipped(zone.name),
                protection=zone.protection,
                conditions=list(zone.conditions),
            )
            for zone in now.zones
        ],
        conditions=[
            _condition(condition, dated)
            for condition in sorted(now.conditions, key=lambda each: GRAVITY[each.condition])
        ],
        detectors=[
            _detector(detector, directory) for detector in now.detectors if _is_told(detector, now)
        ],
        detector_counts=_counts(now.detectors),
        outputs=dict(now.outputs),
    )


def essence(message: StateMessage) -> StateMessage:
    """Give what of a state is worth telling at once: all but the time and the drift of values."""
    detectors = [msgspec.structs.replace(each, values=[]) for each in message.detectors]
    return msgspec.structs.replace(message, time=None, monotonicns="", detectors=detectors)


def values_of(message: StateMessage) -> list[list[Measured]]:
    """Give the measured values in a state."""
    return [detector.values for detector in message.detectors]


def state_message(message: StateMessage, limit: int = STATE_LIMIT) -> bytes:
    """Encode a state within the most bytes that the broker takes.

    What can best be missed is left out until it fits. Where not even the least form fits, that
    least form is given, and the broker's refusal is a matter for the sender.
    """
    encoded = msgspec.json.encode(message)
    for lessen in (_without_values, _without_detectors, _without_quiet_zones):
        if len(encoded) <= limit:
            return encoded
        message = lessen(message)
        encoded = msgspec.json.encode(message)
    while len(encoded) > limit and message.conditions:
        message = _with_half_the_conditions(message)
        encoded = msgspec.json.encode(message)
    return encoded


def _overall(now: SiteNow) -> str:
    conditions = [each.condition for each in now.conditions]
    if conditions:
        return min(conditions, key=GRAVITY.__getitem__)
    protections = {zone.protection for zone in now.zones}
    return next((weak for weak in WEAKEST_FIRST if weak in protections), QUIESCENT)


def _condition(condition: ConditionNow, dated: Dated) -> ConditionState:
    since = dated(condition.incident)
    return ConditionState(
        condition=condition.condition,
        zone=condition.zone,
        source=clipped(condition.source),
        incident=incident_id(condition.incident, condition.source),
        since=None if since is None else utc_time(since),
        standing=condition.standing,
        latched=condition.latched,
        acknowledged=condition.acknowledged,
        cause=clipped(condition.cause),
        detail=clipped(condition.detail, LONGEST_DETAIL),
    )


def _is_told(detector: DetectorNow, now: SiteNow) -> bool:
    if detector.health.state is not HealthState.OK or detector.values.get("contact") == 1.0:
        return True
    return any(each.zone == detector.zone and each.condition in ALARMS for each in now.conditions)


def _detector(detector: DetectorNow, directory: Directory) -> DetectorState:
    known = directory.detectors.get(detector.id)
    return DetectorState(
        id=detector.id,
        name=detector.id if known is None else known.name,
        zone=detector.zone,
        health=detector.health.state,
        cause=detector.health.cause,
        detail=clipped(detector.health.detail),
        values=[measured(detector.id, name, value) for name, value in detector.values.items()],
    )


def _counts(detectors: Iterable[DetectorNow]) -> DetectorCounts:
    states = [detector.health.state for detector in detectors]
    return DetectorCounts(
        total=len(states),
        ok=states.count(HealthState.OK),
        starting=states.count(HealthState.STARTING),
        warming_up=states.count(HealthState.WARMING_UP),
        faulty=states.count(HealthState.FAULTY),
    )


def _without_values(message: StateMessage) -> StateMessage:
    count = sum(len(detector.values) for detector in message.detectors)
    detectors = [msgspec.structs.replace(each, values=[]) for each in message.detectors]
    return msgspec.structs.replace(
        message, detectors=detectors, omitted=_more(message.omitted, values=count)
    )


def _without_detectors(message: StateMessage) -> StateMessage:
    return msgspec.structs.replace(
        message,
        detectors=[],
        omitted=_more(message.omitted, detectors=len(message.detectors)),
    )


def _without_quiet_zones(message: StateMessage) -> StateMessage:
    kept = [
        zone for zone in message.zones if zone.conditions or zone.protection is not Protection.FULL
    ]
    return msgspec.structs.replace(
        message,
        zones=kept,
        omitted=_more(message.omitted, zones=len(message.zones) - len(kept)),
    )


def _with_half_the_conditions(message: StateMessage) -> StateMessage:
    kept = message.conditions[: len(message.conditions) // 2]
    return msgspec.structs.replace(
        message,
        conditions=kept,
        omitted=_more(message.omitted, conditions=len(message.conditions) - len(kept)),
    )


def _more(omitted: Omitted | None, **counts: int) -> Omitted:
    """Count further entries as left out."""
    so_far = Omitted() if omitted is None else omitted
    return msgspec.structs.replace(
        so_far, **{name: getattr(so_far, name) + count for name, count in counts.items()}
    )
