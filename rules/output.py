"""Sirens, beacons, lamps and relays, and what drives them."""

from dataclasses import dataclass, field
from enum import StrEnum

from rules.condition import Condition


class OutputKind(StrEnum):
    """What an output is."""

    SIREN = "siren"  # silenced by a person, sounds again at a new alarm
    BEACON = "beacon"
    LAMP = "lamp"
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
    """

    id: str
    kind: OutputKind
    conditions: frozenset[Condition] = field(
        default=frozenset({Condition.FIRE_ALARM, Condition.GAS_ALARM})
    )
    zones: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class OutputCommand:
    """Set an output: energise it or release it."""

    output: str
    energised: bool
