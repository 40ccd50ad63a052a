"""A site as the core knows it: zones, detectors, rules and outputs, all names resolved.

The settings loader builds it once; nothing in it changes while the gateway runs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from rules.condition import Condition
from rules.instant import Duration, seconds
from rules.language.syntax import Expression
from rules.output import OutputDefinition
from rules.profile import DetectorKind, QuantityRange
from rules.schedule import ScheduleDefinition


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneDefinition:
    """A zone of the site, with the name that people use for it."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorDefinition:
    """A detector as the rules know it.

    Attributes:
        id: its id, unique in the site.
        zone: the zone it stands in.
        bus: the bus it is wired to.
        kind: what it is there for.
        quantities: by name, what it measures and in which range that can be believed.
        every: how often it is read.
        stale_after: how old its last value may be before it is unknown.
        warm_up: how long after power-up its values mean nothing.
        service_ends_ns: when its service life ends, in nanoseconds since 1970, UTC; None where
            that is not known.
    """

    id: str
    zone: str
    bus: str
    kind: DetectorKind
    quantities: Mapping[str, QuantityRange]
    every: Duration
    stale_after: Duration
    warm_up: Duration
    service_ends_ns: int | None = None


class OnUnknown(StrEnum):
    """What a rule does while faulty detectors leave open whether its condition holds."""

    DEGRADE = "degrade"  # it keeps its state, and its zone is degraded
    ALARM = "alarm"  # besides, unknown counts as true


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleDefinition:
    """A rule, its expressions compiled.

    Attributes:
        id: its id, unique in the site.
        zone: where it raises its condition.
        raises: the condition.
        when: true while the cause holds.
        clear: true when the cause has gone; None where that is simply when `when` is false.
        hold: how long `when` must be true before the condition is entered (`for`).
        latching: whether the condition stays until reset.
        on_unknown: what unknown means to it.
    """

    id: str
    zone: str
    raises: Condition
    when: Expression
    clear: Expression | None
    hold: Duration
    latching: bool
    on_unknown: OnUnknown = OnUnknown.DEGRADE


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteDefinition:
    """All that the engine is built from.

    Attributes:
        zones: the zones.
        detectors: the detectors.
        rules: the rules, in the order of the file. What they name is here, and rules that refer to
            conditions of other rules form no cycle.
        outputs: the outputs.
        schedules: the schedules that rules name.
        utc_offset: local time less UTC; Vietnam has no summer time.
        fingerprint: names the configuration; another one is told at the next start.
        buses: all buses, those without a detector too: the fault of one that is gone is over.
    """

    zones: tuple[ZoneDefinition, ...]
    detectors: tuple[DetectorDefinition, ...]
    rules: tuple[RuleDefinition, ...]
    outputs: tuple[OutputDefinition, ...]
    schedules: tuple[ScheduleDefinition, ...] = ()
    utc_offset: Duration = seconds(7 * 3600)
    fingerprint: str = ""
    buses: frozenset[str] = frozenset()
