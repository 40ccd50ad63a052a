"""A site as the core knows it: zones, detectors, rules and outputs, all names resolved.

The settings loader builds it once; nothing in it changes while the gateway runs.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from rules.condition import Condition
from rules.instant import Duration
from rules.language.syntax import Expression
from rules.output import OutputDefinition
from rules.profile import DetectorKind, QuantityRange


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
    """

    id: str
    zone: str
    bus: str
    kind: DetectorKind
    quantities: Mapping[str, QuantityRange]
    every: Duration
    stale_after: Duration
    warm_up: Duration


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
    """

    id: str
    zone: str
    raises: Condition
    when: Expression
    clear: Expression | None
    hold: Duration
    latching: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteDefinition:
    """All that the engine is built from."""

    zones: tuple[ZoneDefinition, ...]
    detectors: tuple[DetectorDefinition, ...]
    rules: tuple[RuleDefinition, ...]
    outputs: tuple[OutputDefinition, ...]
