"""What happened and is told.

Two types: a condition's life, and everything else that is worth telling. An event has no number
and no wall time yet: the journal gives it the first, the clock the second.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from rules.condition import LANE_OF_CONDITION, Condition, Lane, Mode
from rules.instant import Instant, Moment


class Change(StrEnum):
    """What happened to a condition."""

    ENTERED = "entered"
    STANDING = "standing"  # told again after a restart, or its cause came back while latched
    SPREAD = "spread"  # a further detector is in alarm under the same rule: sounds again
    CLEARED = "cleared"  # the cause has gone, the condition stays latched until reset
    LEFT = "left"
    ACKNOWLEDGED = "acknowledged"
    SILENCED = "silenced"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A value that took part in a decision.

    Attributes:
        detector: the detector's id.
        quantity: the quantity's name.
        value: in the unit; None where it was unknown. Infinite where it was over-range.
        unit: symbol of the canonical unit.
    """

    detector: str
    quantity: str
    value: float | None
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionEvent:
    """Something happened to a condition: it was entered, left, acknowledged or the like.

    Attributes:
        change: what happened.
        condition: to which condition.
        zone: the zone's id, or None where the whole site is meant (a bus, a path, the store).
        source: what the condition is about: a rule's id ("rule/kitchen-fire"), a detector
            ("detector/hall-smoke-1"), a manual call point ("call-point/hall-mcp"), a bus
            ("bus/stalls"), an output ("output/siren"), a path ("path/lan") or a part of the gateway
            ("gateway/store"). What is disabled is named the same way ("detector/hall-smoke-1",
            "zone/hall", "output/siren"), and so is a zone under test ("zone/hall").
        incident: when the condition was entered; one incident has one such moment and source.
        at: the instant of the change.
        latched: whether the condition stays until reset.
        cause: why, in a word, for machines: a FaultCause, "rule", "call-point", "unknown",
            "reset" or the operator's act.
        detail: why, in one line, for people.
        evidence: the values that decided.
        author: who did it, where a person did.
        mode: whether it is in earnest; what a zone under test raises is not.
        ends: when it ends by itself: of a disablement or a test.
    """

    change: Change
    condition: Condition
    zone: str | None
    source: str
    incident: Moment
    at: Instant
    latched: bool = False
    cause: str = ""
    detail: str = ""
    evidence: tuple[Evidence, ...] = ()
    author: str | None = None
    mode: Mode = Mode.LIVE
    ends: Instant | None = None

    @property
    def lane(self) -> Lane:
        """The lane in which the event is told: what is not in earnest never comes among alarms."""
        return Lane.STATUS if self.mode is Mode.TEST else LANE_OF_CONDITION[self.condition]


class Notice(StrEnum):
    """Kinds of event that are not about a condition."""

    STARTED = "started"
    STOPPED = "stopped"
    CLOCK_ESTABLISHED = "clock-established"
    CONFIGURATION_CHANGED = "configuration-changed"
    RESET = "reset"
    DETECTOR_TESTED = "detector-tested"  # a detector of a zone under test has responded
    PERIODIC_TEST = "periodic-test"  # the daily proof that the whole chain to the centre works
    MESSAGE_REFUSED = "message-refused"  # what claimed to come from a centre was not believed
    COMMAND = "command"  # a centre's command was carried out


LANE_OF_NOTICE: Final[Mapping[Notice, Lane]] = MappingProxyType(
    {
        Notice.RESET: Lane.ALARM,  # it ends alarms
        Notice.PERIODIC_TEST: Lane.ALARM,  # it proves their very way
        Notice.MESSAGE_REFUSED: Lane.TROUBLE,
    }
)
"""All others are told in the status lane."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeEvent:
    """Something worth telling that is no condition."""

    notice: Notice
    at: Instant
    detail: str = ""
    author: str | None = None
    zone: str | None = None
    mode: Mode = Mode.LIVE

    @property
    def lane(self) -> Lane:
        """The lane in which the event is told."""
        return LANE_OF_NOTICE.get(self.notice, Lane.STATUS)


Event = ConditionEvent | NoticeEvent
