"""Cause and effect: which outputs the conditions in force drive, and when.

A siren sounds for alarms that nobody has silenced, so any new alarm makes it sound again. The fault
relay is energised while no fault and no degraded zone is there: loss of power or a dead gateway
releases it too.

An output may wait: for a second detector (EN 54-2, coincidence of type C), or for a time (EN 54-2,
7.11). A manual call point never waits, nor does an alarm that was in force before a restart. What a
zone under test raises sounds for TEST_SOUNDS, and drives no relay.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from rules.condition import Condition, Mode
from rules.instant import Instant, later, seconds
from rules.occurrence import Occurrence
from rules.output import OutputCommand, OutputDefinition, OutputKind
from rules.step import Outcome

RELEASES_FAULT_RELAY: Final = frozenset({Condition.FAULT, Condition.DEGRADED})
TEST_SOUNDS: Final = seconds(2)
HEARD_IN_TEST: Final = frozenset({OutputKind.SIREN, OutputKind.BEACON, OutputKind.LAMP})
_BEFORE: Final = Instant(-(10**18))  # of what was in force before a restart


class Annunciation:
    """Knows the level of each output and changes it when the conditions do, or time does."""

    def __init__(
        self, outputs: tuple[OutputDefinition, ...], restored: Iterable[Occurrence]
    ) -> None:
        self._outputs = outputs
        self._levels: dict[str, bool] = {}
        self._since = {(each.condition, each.source): _BEFORE for each in restored}
        self._newest = _BEFORE
        self._due: Instant | None = None

    @property
    def levels(self) -> Mapping[str, bool]:
        """Whether each output is energised."""
        return self._levels

    def due(self) -> Instant | None:
        """Give when a level changes though no condition does, or None."""
        return self._due

    def follow(
        self,
        occurrences: Iterable[Occurrence],
        disabled: frozenset[str],
        now: Instant,
        outcome: Outcome,
    ) -> None:
        """Command what differs from what the conditions in force ask for.

        What comes late, from before what has been followed already, takes no level back.
        """
        in_force = tuple(occurrences)
        keys = {(each.condition, each.source) for each in in_force}
        self._since = {key: self._since.get(key, now) for key in keys}
        now = self._newest = max(self._newest, now)
        dues: list[Instant] = []
        for output in self._outputs:
            level = output.id not in disabled and self._level(output, in_force, now, dues)
            if self._levels.get(output.id) is not level:
                self._levels[output.id] = level
                outcome.outputs.append(OutputCommand(output.id, level))
        self._due = min(dues, default=None)

    def _level(
        self,
        output: OutputDefinition,
        in_force: tuple[Occurrence, ...],
        now: Instant,
        dues: list[Instant],
    ) -> bool:
        if output.kind is OutputKind.FAULT_RELAY:
            return not any(each.condition in RELEASES_FAULT_RELAY for each in in_force)
        driving = [each for each in in_force if _drives(each, output)]
        sounding = [each for each in driving if not _is_silenced(each, output)]
        ready = [self._is_time(each, driving, output, now, dues) for each in sounding]
        return any(ready)  # only now: each was asked when it will be

    def _is_time(
        self,
        occurrence: Occurrence,
        driving: list[Occurrence],
        output: OutputDefinition,
        now: Instant,
        dues: list[Instant],
    ) -> bool:
        """Tell whether a condition drives an output now; note when that changes by itself."""
        since = self._since[occurrence.condition, occurrence.source]
        if occurrence.mode is Mode.TEST:
            until = later(since, TEST_SOUNDS)
            if now < until:
                dues.append(until)
            return now < until
        if occurrence.source.startswith("call-point/"):
            return True
        if _detectors_in(occurrence.zone, driving) < output.coincidence:
            return False
        begins = later(since, output.delay)
        if now < begins:
            dues.append(begins)
        return now >= begins


def _drives(occurrence: Occurrence, output: OutputDefinition) -> bool:
    return (
        occurrence.condition in output.conditions
        and (not output.zones or occurrence.zone in output.zones)
        and (occurrence.mode is Mode.LIVE or output.kind in HEARD_IN_TEST)
    )


def _is_silenced(occurrence: Occurrence, output: OutputDefinition) -> bool:
    return output.kind is OutputKind.SIREN and occurrence.silenced


def _detectors_in(zone: str | None, driving: list[Occurrence]) -> int:
    """Count the detectors in alarm in a zone; an alarm that no detector decided counts as one."""
    live = [each for each in driving if each.zone == zone and each.mode is Mode.LIVE]
    named = {name for each in live for name in each.detectors}
    return max(1, len(named))
