"""The whole present, retained: what a reader who comes late begins with.

It is made anew from the core's snapshot each time, never changed piecemeal. What a test raised
stands apart from what is in earnest, in a list of its own: a reader who knows of no tests does not
see it, and so cannot take it for a fire.
"""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from typing import Final

import msgspec

from gateway.earnest import Place, in_earnest, only_by_a_test, raised_by_a_test
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
from gateway.settings.model import DeliveredWhen
from rules.condition import Condition, Lane, Mode
from rules.health import HealthState
from rules.instant import Moment
from rules.snapshot import ConditionNow, DetectorNow, Protection, SiteNow, ZoneNow

STATE_LIMIT: Final = 128 * 1024
"""Bytes of a state or inventory message towards a broker that names no limit of its own; what the
large public brokers take."""

QUIESCENT: Final = "quiescent"

MOST_DETECTORS: Final = 16
"""Detectors that a condition names; as many as an event has values."""


class ZoneState(msgspec.Struct, frozen=True, kw_only=True):
    """A zone now.

    Attributes:
        id: the zone's id.
        name: its name.
        protection: how far its rules can see: full, degraded, unprotected or starting.
        conditions: the conditions in it, gravest first; empty when quiescent. What only a test
            raised is not among them.
        disabled: whether the zone is out of service; its call points are not.
        under_test: whether what it raises is not in earnest.
    """

    id: str
    name: str
    protection: Protection
    conditions: list[Condition]
    disabled: bool
    under_test: bool


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
        silenced: whether it drives no sounder any more.
        mode: live, or test: what a test raises is not in earnest.
        author: who ordered it, of a disablement or a test; else null.
        ends: when a disablement or a test ends by itself; null where nothing does, and where that
            is not known in wall time.
        detectors: ids of those that decided so far, 16 at most.
        detectors_omitted: how many further ones did.
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
    silenced: bool
    mode: Mode
    author: str | None
    ends: UTC_TIME | None
    detectors: list[str]
    detectors_omitted: int


class DetectorState(msgspec.Struct, frozen=True, kw_only=True):
    """A detector that is not quiescent: not ok, disabled, active, or in a zone with an alarm.

    Attributes:
        id: the detector's id.
        name: its name.
        zone: id of its zone.
        health: starting, warming-up, ok or faulty.
        cause: why it is faulty, or null.
        detail: why, in a line.
        values: its latest values; of a disabled detector too, though the rules do not see them.
        disabled: whether it is out of service, by itself or with its zone.
    """

    id: str
    name: str
    zone: str
    health: HealthState
    cause: str | None
    detail: str
    values: list[Measured]
    disabled: bool


class Omitted(msgspec.Struct, frozen=True, kw_only=True):
    """How many entries were left out because the broker takes no larger message.

    Attributes:
        values: values of detectors.
        test_conditions: conditions that a test raised.
        detectors: detectors.
        zones: zones without conditions.
        conditions: conditions; the gravest are kept.
    """

    values: int = 0
    test_conditions: int = 0
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
        disabled: those that are out of service, whatever their health.
    """

    total: int
    ok: int
    starting: int
    warming_up: int
    faulty: int
    disabled: int


class StateMessage(Stamped, frozen=True, kw_only=True):
    """The whole present.

    Attributes:
        site: the site's summary.
        overall: the gravest condition that is in earnest; without any, `quiescent` where every
            zone is fully protected, else the weakest protection.
        epoch: of the journal that `seq` counts in; null before its first event.
        seq: number of the last event of each lane in that epoch, by lane: a reader that has not
            seen them all yet knows that more is under way.
        silenced: whether the sounders are silenced.
        zones: every zone.
        conditions: every condition that stands or is latched and is in earnest, gravest first;
            disablements and tests are such conditions.
        test_conditions: those that zones under test have raised: not in earnest.
        detectors: those that are not quiescent.
        detector_counts: all detectors, by health.
        outputs: by id, whether each output is energised.
        disabled_outputs: ids of the outputs that are out of service.
        delivered_when: whose word makes an event of this gateway delivered: `centre`, or `broker`:
            then nothing that it sends is confirmed by a centre.
        omitted: what was left out to fit the broker's limit; null where nothing was.
    """

    site: SiteSummary
    overall: str
    epoch: str | None
    seq: dict[Lane, int]
    silenced: bool
    zones: list[ZoneState]
    conditions: list[ConditionState]
    test_conditions: list[ConditionState]
    detectors: list[DetectorState]
    detector_counts: DetectorCounts
    outputs: dict[str, bool]
    disabled_outputs: list[str]
    delivered_when: DeliveredWhen
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
        directory: the names of the site, and when its events are delivered.
        heads: the last event of each lane.
        dated: dates a moment.
    """
    tested = only_by_a_test(now)

    def told(conditions: Iterable[ConditionNow]) -> list[ConditionState]:
        ordered = sorted(conditions, key=lambda each: GRAVITY[each.condition])
        return [_condition(each, stamp.boot_id, dated) for each in ordered]

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
        zones=[_zone(zone, tested) for zone in now.zones],
        conditions=told(in_earnest(now)),
        test_conditions=told(raised_by_a_test(now)),
        detectors=[
            _detector(detector, directory) for detector in now.detectors if _is_told(detector, now)
        ],
        detector_counts=_counts(now.detectors),
        outputs=dict(now.outputs),
        disabled_outputs=sorted(now.disabled_outputs),
        delivered_when=directory.delivered_when,
    )


def essence(message: StateMessage) -> StateMessage:
    """Give what of a state is worth telling at once: all but the time and the drift of values."""
    detectors = [msgspec.structs.replace(each, values=[]) for each in message.detectors]
    return msgspec.structs.replace(message, time=None, monotonicns="", detectors=detectors)


def values_of(message: StateMessage) -> list[list[Measured]]:
    """Give the measured values in a state."""
    return [detector.values for detector in message.detectors]


def _overall(now: SiteNow) -> str:
    conditions = [each.condition for each in in_earnest(now)]
    if conditions:
        return min(conditions, key=GRAVITY.__getitem__)
    protections = {zone.protection for zone in now.zones}
    return next((weak for weak in WEAKEST_FIRST if weak in protections), QUIESCENT)


def _zone(zone: ZoneNow, tested: Container[Place]) -> ZoneState:
    return ZoneState(
        id=zone.id,
        name=clipped(zone.name),
        protection=zone.protection,
        conditions=[each for each in zone.conditions if (zone.id, each) not in tested],
        disabled=zone.disabled,
        under_test=zone.under_test,
    )


def _condition(condition: ConditionNow, boot_id: str, dated: Dated) -> ConditionState:
    since = dated(condition.incident)
    ends = None if condition.ends is None else dated(Moment(boot_id, condition.ends))
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
        silenced=condition.silenced,
        mode=condition.mode,
        author=None if condition.author is None else clipped(condition.author),
        ends=None if ends is None else utc_time(ends),
        detectors=list(condition.detectors[:MOST_DETECTORS]),
        detectors_omitted=max(0, len(condition.detectors) - MOST_DETECTORS),
    )


def _is_told(detector: DetectorNow, now: SiteNow) -> bool:
    if detector.health.state is not HealthState.OK or detector.disabled:
        return True
    if detector.values.get("contact") == 1.0:
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
        disabled=detector.disabled,
    )


def _counts(detectors: Sequence[DetectorNow]) -> DetectorCounts:
    states = [detector.health.state for detector in detectors]
    return DetectorCounts(
        total=len(states),
        ok=states.count(HealthState.OK),
        starting=states.count(HealthState.STARTING),
        warming_up=states.count(HealthState.WARMING_UP),
        faulty=states.count(HealthState.FAULTY),
        disabled=sum(detector.disabled for detector in detectors),
    )
