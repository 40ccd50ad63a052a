"""Cause and effect: which outputs the conditions in force drive.

A siren sounds for alarms that nobody has silenced, so any new alarm makes it sound again. The fault
relay is energised while no fault and no degraded zone is there: loss of power or a dead gateway
releases it too.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from rules.condition import Condition
from rules.occurrence import Occurrence, Occurrences, Outcome
from rules.output import OutputCommand, OutputDefinition, OutputKind

RELEASES_FAULT_RELAY: Final = frozenset({Condition.FAULT, Condition.DEGRADED})


class Annunciation:
    """Knows the level of each output and changes it when the conditions do."""

    def __init__(self, outputs: tuple[OutputDefinition, ...]) -> None:
        self._outputs = outputs
        self._levels: dict[str, bool] = {}

    @property
    def levels(self) -> Mapping[str, bool]:
        """Whether each output is energised."""
        return self._levels

    def follow(self, occurrences: Occurrences, outcome: Outcome) -> None:
        """Command what differs from what the conditions in force ask for."""
        in_force = tuple(occurrences)
        for output in self._outputs:
            level = _level(output, in_force)
            if self._levels.get(output.id) is not level:
                self._levels[output.id] = level
                outcome.outputs.append(OutputCommand(output.id, level))


def _level(output: OutputDefinition, in_force: Iterable[Occurrence]) -> bool:
    if output.kind is OutputKind.FAULT_RELAY:
        return not any(occurrence.condition in RELEASES_FAULT_RELAY for occurrence in in_force)
    return any(
        occurrence.condition in output.conditions
        and (not output.zones or occurrence.zone in output.zones)
        and not (output.kind is OutputKind.SIREN and occurrence.silenced)
        for occurrence in in_force
    )
