"""The whole present, as a value, from the parts of a running engine."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from rules.annunciation import Annunciation
from rules.condition import Condition
from rules.disablement import Disablements
from rules.instant import Instant
from rules.occurrence import Occurrence, Occurrences
from rules.protection import ZoneProtection
from rules.running_detector import RunningDetector
from rules.running_rule import RAISING
from rules.site import SiteDefinition, ZoneDefinition
from rules.snapshot import ConditionNow, DetectorNow, SiteNow, ZoneNow
from rules.walk_test import WalkTests

PRECEDENCE: Final = tuple(Condition)  # declared gravest first


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a present is made of."""

    site: SiteDefinition
    occurrences: Occurrences
    detectors: Mapping[str, RunningDetector]
    protection: ZoneProtection
    annunciation: Annunciation
    disablements: Disablements
    tests: WalkTests


def present_of(parts: Parts, now: Instant) -> SiteNow:
    """Give the whole present."""
    alarms = [each for each in parts.occurrences if each.condition in RAISING]
    return SiteNow(
        at=now,
        zones=tuple(_zone_now(parts, zone, now) for zone in parts.site.zones),
        conditions=tuple(
            sorted(
                map(_condition_now, parts.occurrences),
                key=lambda each: (PRECEDENCE.index(each.condition), each.incident.at),
            )
        ),
        detectors=tuple(_detector_now(each, now) for each in parts.detectors.values()),
        outputs=dict(parts.annunciation.levels),
        silenced=bool(alarms) and all(alarm.silenced for alarm in alarms),
        disabled_outputs=parts.disablements.outputs,
    )


def _zone_now(parts: Parts, zone: ZoneDefinition, now: Instant) -> ZoneNow:
    conditions = {each.condition for each in parts.occurrences if each.zone == zone.id}
    return ZoneNow(
        id=zone.id,
        name=zone.name,
        protection=parts.protection.of(zone.id, now),
        conditions=tuple(sorted(conditions, key=PRECEDENCE.index)),
        disabled=parts.disablements.has_zone(zone.id),
        under_test=parts.tests.has(zone.id),
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
