"""The present at three moments of the story of the examples. Pure."""

from dataclasses import replace
from typing import Final

from gateway.contract.example_events import (
    ALARM_AT,
    DISABLED,
    FAULT,
    FAULT_AT,
    FIRE,
    TEST,
    TEST_FIRE,
)
from gateway.contract.example_site import BOOT, HEAT, SETTINGS
from rules.condition import Condition
from rules.event import ConditionEvent
from rules.health import Health, HealthState
from rules.instant import Moment
from rules.reading import FaultCause
from rules.snapshot import ConditionNow, DetectorNow, Protection, SiteNow, ZoneNow


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
