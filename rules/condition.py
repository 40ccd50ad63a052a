"""The conditions of EN 54-2 and the lanes in which they are told."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Condition(StrEnum):
    """What can be the matter in a zone; conditions of different kinds coexist."""

    FIRE_ALARM = "fire-alarm"
    GAS_ALARM = "gas-alarm"
    PRE_ALARM = "pre-alarm"
    SUPERVISORY = "supervisory"
    FAULT = "fault"
    DEGRADED = "degraded"  # a rule of the zone has an unknown input: protection is reduced
    DISABLED = "disabled"  # a person took a detector, zone or output out of service, for a time
    TEST = "test"  # a zone is under test: its alarms are not in earnest


class Mode(StrEnum):
    """Whether what is told is in earnest."""

    LIVE = "live"
    TEST = "test"  # raised in a zone under test


class Lane(StrEnum):
    """The three streams of events, in order of precedence."""

    ALARM = "alarm"
    TROUBLE = "trouble"
    STATUS = "status"


LANE_OF_CONDITION: Final[Mapping[Condition, Lane]] = MappingProxyType(
    {
        Condition.FIRE_ALARM: Lane.ALARM,
        Condition.GAS_ALARM: Lane.ALARM,
        Condition.PRE_ALARM: Lane.ALARM,
        Condition.SUPERVISORY: Lane.TROUBLE,
        Condition.FAULT: Lane.TROUBLE,
        Condition.DEGRADED: Lane.TROUBLE,
        Condition.DISABLED: Lane.TROUBLE,
        Condition.TEST: Lane.TROUBLE,
    }
)

LATCHING: Final[frozenset[Condition]] = frozenset({Condition.FIRE_ALARM, Condition.GAS_ALARM})
"""Conditions that stay after their cause has gone, until a person resets them (EN 54-2)."""
