"""Sirens, beacons, lamps, buzzers and relays, and what drives them."""

from dataclasses import dataclass, field
from enum import StrEnum

from rules.condition import Condition
from rules.instant import Duration


class OutputKind(StrEnum):
    """What an output is."""

    SIREN = "siren"  # silenced by a person, sounds again at a new alarm
    BEACON = "beacon"
    LAMP = "lamp"
    BUZZER = "buzzer"  # for the person at the unit: silenced by acknowledging too
    RELAY = "relay"
    FAULT_RELAY = "fault-relay"  # energised while healthy: a dead gateway releases it


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputDefinition:
    """Which conditions in which zones drive an output (cause and effect).

    Attributes:
        id: the output's id.
        kind: what it is.
        conditions: any of these drives it; of no meaning for a fault relay, which any fault
            releases.
        zones: only in these zones; empty for all.
        delay: how long after an alarm it is energised (EN 54-2, 7.11); a manual call point does
            not wait. Anything above 0 stands as a disablement.
        coincidence: how many detectors must be in alarm in a zone before it is energised (EN 54-2,
            coincidence of type C); a manual call point is enough by itself.
    """

    id: str
    kind: OutputKind
    conditions: frozenset[Condition] = field(
        default=frozenset({Condition.FIRE_ALARM, Condition.GAS_ALARM})
    )
    zones: frozenset[str] = frozenset()
    delay: Duration = Duration(0)
    coincidence: int = 1


@dataclass(frozen=True, slots=True)
class OutputCommand:
    """Set an output: energise it or release it."""

    output: str
    energised: bool
