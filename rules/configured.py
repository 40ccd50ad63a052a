"""What a configuration still has of that which conditions in force are about."""

from collections.abc import Mapping

from rules.condition import Condition
from rules.detectors import Detectors
from rules.occurrence import Occurrence
from rules.protection import ZoneProtection
from rules.running_rule import RunningRule


class Configured:
    """The rules, detectors, buses and zones of a site, by the sources that name them.

    Args:
        rules: by the source of what they raise.
        detectors: of the site.
        protection: of its zones.
        buses: of the site, so far as they are named there; those of its detectors are known.
    """

    def __init__(
        self,
        rules: Mapping[str, RunningRule],
        detectors: Detectors,
        protection: ZoneProtection,
        buses: frozenset[str],
    ) -> None:
        self._rules = rules
        self._detectors = detectors
        self._protection = protection
        self._buses = buses

    def has(self, occurrence: Occurrence) -> bool:
        """Tell whether the configuration still has what a condition is about."""
        if occurrence.condition in (Condition.DISABLED, Condition.TEST):
            return True  # Disablements and WalkTests have seen to it
        kind, _, name = occurrence.source.partition("/")
        match kind:
            case "rule" | "call-point":
                rule = self._rules.get(occurrence.source)
                return rule is not None and rule.keeps(occurrence)
            case "detector":
                return name.partition("/")[0] in self._detectors.by_id
            case "bus":
                return name in self._buses or self._detectors.has_bus(name)
            case "zone":
                return self._protection.watches(name)
            case _:
                return True  # parts of the gateway: the wiring knows which there are

    def zone_of(self, occurrence: Occurrence) -> str | None:
        """Give the zone in which a condition's source is now; the condition's own where unknown."""
        kind, _, name = occurrence.source.partition("/")
        rule = self._rules.get(occurrence.source)
        if rule is not None:
            return rule.definition.zone
        detector = self._detectors.by_id.get(name.partition("/")[0])
        if kind == "detector" and detector is not None:
            return detector.definition.zone
        return occurrence.zone
