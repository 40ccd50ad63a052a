"""What an expression may name, and where in it a name stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rules.site import DetectorDefinition


@dataclass(frozen=True, slots=True)
class Scope:
    """What an expression may name.

    Attributes:
        zone: the zone of its rule, which quantities without a detector are looked for in.
        detectors: those of the site, by their ids.
        zones: those of the site; zones that detectors stand in need not be told.
        schedules: those of the site.
    """

    zone: str
    detectors: Mapping[str, "DetectorDefinition"]
    zones: frozenset[str] = frozenset()
    schedules: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Standing:
    """Where in an expression a node stands.

    Attributes:
        sensitive: the truth of the node that makes the rule more sensitive: nearer to its alarm in
            `when`, further from its end in `clear`. None where both may do so.
        group: the any, all, count or at_least that it stands in; empty where it stands in none.
        member: the detector that quantities without one mean here; None outside of a group.
    """

    sensitive: bool | None
    group: str = ""
    member: str | None = None
