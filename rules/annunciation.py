"""Cause and effect: which outputs the conditions in force drive, and when.

A siren sounds for what nobody has silenced, and a buzzer for what nobody has acknowledged either.
Whatever is new makes them sound again: an alarm, and where a fault drives them, a fault. The fault
relay is energised while no fault and no degraded zone is there: loss of power or a dead gateway
releases it too.

An output may wait: for a second detector (EN 54-2, coincidence of type C), or for a time (EN 54-2,
7.11). A manual call point never waits, nor does an alarm that was in force before a restart. What a
zone under test raises sounds for TEST_SOUNDS, and drives no relay.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from rules.condition import LATCHING, Condition, Mode
from rules.inheriting import take_over
from rules.instant import Instant, later, seconds
from rules.occurrence import Occurrence
from rules.output import OutputCommand, OutputDefinition, OutputKind
from rules.step import Outcome

RELEASES_FAULT_RELAY: Final = frozenset({Condition.FAULT, Condition.DEGRADED})
TEST_SOUNDS: Final = seconds(2)
AUDIBLE: Final = frozenset({OutputKind.SIREN, OutputKind.BUZZER})
"""Kinds that a person can silence: lamps and beacons go on as long as what they show."""

HEARD_IN_TEST: Final = AUDIBLE | {OutputKind.BEACON, OutputKind.LAMP}
Key = tuple[Condition, str]
_BEFORE: Final = Instant(-(10**18))  # of what was in force before a restart


class Annunciation:
    """Knows the level of each output and changes it when the conditions do, or time does."""

    def __init__(self, outputs: tuple[OutputDefinition, ...]) -> None:
        self._outputs = outputs
        self._levels: dict[str, bool] = {}
        self._unset = {output.id for output in outputs}  # by this life of the engine
        self._since: dict[Key, Instant] = {}
        self._driven_by: dict[str, frozenset[Key]] = {}  # each energised output, but a fault relay
        self._kept: dict[str, frozenset[Key]] = {}
        self._newest = _BEFORE
        self._due: Instant | None = None

    def restore(self, occurrences: Iterable[Occurrence]) -> None:
        """Take what was in force before a restart: no output waits for it."""
        self._since = {(each.condition, each.source): _BEFORE for each in occurrences}

    def inherit(self, former: "Annunciation") -> None:
        """Go on from the levels of another configuration, which are all set once more.

        A condition that drives an output keeps driving it though the output has been told to wait
        meanwhile, and an alarm though the output is for other zones or conditions now: what sounds
        does not fall silent by a change of the configuration. That is an operator's to order.
        """
        take_over(self, former, "_since", "_newest", "_due", "_levels", "_kept", "_driven_by")
        self._levels = {
            output.id: former.levels[output.id]
            for output in self._outputs
            if output.id in former.levels
        }
        for output in self._outputs:
            driven_by = self._driven_by.get(output.id)
            if driven_by and output not in former.outputs:
                self._kept[output.id] = driven_by

    @property
    def heard(self) -> frozenset[Condition]:
        """The conditions that make something sound."""
        return frozenset[Condition]().union(
            *(output.conditions for output in self._outputs if output.kind in AUDIBLE)
        )

    @property
    def outputs(self) -> tuple[OutputDefinition, ...]:
        """The outputs."""
        return self._outputs

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
        self._kept = {name: left for name, kept in self._kept.items() if (left := kept & keys)}
        now = self._newest = max(self._newest, now)
        dues: list[Instant] = []
        for output in self._outputs:
            level = output.id not in disabled and self._level(output, in_force, now, dues)
            if self._levels.get(output.id) is not level or output.id in self._unset:
                self._levels[output.id] = level
                outcome.outputs.append(OutputCommand(output.id, level))
        self._unset.clear()
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
        kept = self._kept.get(output.id, frozenset())
        driving = [each for each in in_force if _drives(each, output) or _is_kept_alarm(each, kept)]
        sounding = [each for each in driving if not _is_silenced(each, output)]
        # Each is asked when it will be, though one that is ready would do.
        ready = [each for each in sounding if self._is_time(each, driving, output, now, dues)]
        self._driven_by[output.id] = frozenset((each.condition, each.source) for each in ready)
        return bool(ready)

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
        if (occurrence.condition, occurrence.source) in self._kept.get(output.id, ()):
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


def _is_kept_alarm(occurrence: Occurrence, kept: frozenset[Key]) -> bool:
    """Tell whether an alarm drives an output because it did so by the configuration before."""
    return (
        occurrence.mode is Mode.LIVE
        and occurrence.condition in LATCHING
        and (occurrence.condition, occurrence.source) in kept
    )


def _is_silenced(occurrence: Occurrence, output: OutputDefinition) -> bool:
    """Tell whether a person has silenced an output for a condition (EN 54-2, 7.4 and 8.6).

    A buzzer calls somebody to the unit: who acknowledges has come.
    """
    if output.kind is OutputKind.BUZZER and occurrence.acknowledged is not None:
        return True
    return output.kind in AUDIBLE and occurrence.silenced


def _detectors_in(zone: str | None, driving: list[Occurrence]) -> int:
    """Count the detectors in alarm in a zone; an alarm that no detector decided counts as one."""
    live = [each for each in driving if each.zone == zone and each.mode is Mode.LIVE]
    named = {name for each in live for name in each.detectors}
    return max(1, len(named))
