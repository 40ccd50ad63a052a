"""The whole present, as a value, from the parts of a running engine."""

from typing import Final

from rules.condition import Condition
from rules.instant import Instant
from rules.occurrence import Occurrence
from rules.running_detector import RunningDetector
from rules.running_rule import RAISING
from rules.site import ZoneDefinition
from rules.snapshot import ConditionNow, DetectorNow, SiteNow, ZoneNow
from rules.works import Works

PRECEDENCE: Final = tuple(Condition)  # declared gravest first


def present_of(works: Works, now: Instant) -> SiteNow:
    """Give the whole present."""
    alarms = [each for each in works.occurrences if each.condition in RAISING]
    return SiteNow(
        at=now,
        zones=tuple(_zone_now(works, zone, now) for zone in works.site.zones),
        conditions=tuple(
            sorted(
                map(_condition_now, works.occurrences),
                key=lambda each: (PRECEDENCE.index(each.condition), each.incident.at),
            )
        ),
        detectors=tuple(_detector_now(each, now) for each in works.detectors.by_id.values()),
        outputs=dict(works.annunciation.levels),
        silenced=bool(alarms) and all(alarm.silenced for alarm in alarms),
        disabled_outputs=works.disablements.outputs,
    )


def _zone_now(works: Works, zone: ZoneDefinition, now: Instant) -> ZoneNow:
    conditions = {each.condition for each in works.occurrences if each.zone == zone.id}
    return ZoneNow(
        id=zone.id,
        name=zone.name,
        protection=works.protection.of(zone.id, now),
        conditions=tuple(sorted(conditions, key=PRECEDENCE.index)),
        disabled=works.disablements.has_zone(zone.id),
        under_test=works.tests.has(zone.id),
        responding=tuple(sorted(works.tests.responding.get(zone.id, ()))),
    )


def _detector_now(detector: RunningDetector, now: Instant) -> DetectorNow:
    return DetectorNow(
        id=detector.definition.id,
        zone=detector.definition.zone,
        health=detector.supervision.health(now),
        values=detector.values,
        disabled=detector.disabled,
    )


def _condition_now(occurrence: Occurrence) -> ConditionNow:
    return ConditionNow(
        condition=occurrence.condition,
        zone=occurrence.zone,
        source=occurrence.source,
        incident=occurrence.incident,
        standing=occurrence.standing,
        latched=occurrence.latched,
        acknowledged=occurrence.acknowledged,
        cause=occurrence.cause,
        detail=occurrence.detail,
        silenced=occurrence.silenced,
        mode=occurrence.mode,
        author=occurrence.author,
        ends=occurrence.ends,
        detectors=occurrence.detectors,
    )
