"""How far each zone is protected: which inputs of its alarm rules are unknown.

A zone is degraded whenever an input of a raising rule is unknown, whatever the rule's result; it is
unprotected when what is left could raise no fire or gas alarm. While a quantity has not been heard
of since the start, its zone is starting: stale supervision ends that within seconds.
"""

from collections.abc import Callable, Iterable
from typing import Final

from rules.condition import Condition
from rules.evaluation import could_be
from rules.instant import Instant, Moment
from rules.language.syntax import Point
from rules.occurrence import Occurrence, Occurrences, Outcome
from rules.running_rule import ALARMS, RunningRule
from rules.snapshot import Protection
from rules.values import PointState, Values

RAISING: Final = ALARMS | {Condition.PRE_ALARM}
_NAMED: Final = 5  # detectors named in the detail; the rest are counted


class ZoneProtection:
    """Follows the unknown points of every zone's raising rules."""

    def __init__(
        self,
        rules: Iterable[RunningRule],
        values: Values,
        boot_id: str,
        starting: Callable[[Point], bool],
    ) -> None:
        self._boot_id = boot_id
        self._starting = starting
        self._rules: dict[str, list[RunningRule]] = {}
        self._points: dict[str, dict[Point, PointState]] = {}
        self.zones_of: dict[Point, set[str]] = {}
        for rule in rules:
            if rule.definition.raises not in RAISING:
                continue
            zone = rule.definition.zone
            self._rules.setdefault(zone, []).append(rule)
            points = self._points.setdefault(zone, {})
            for point in rule.points:
                points[point] = values.seen_from(zone).point(point)
                self.zones_of.setdefault(point, set()).add(zone)

    def watches(self, zone: str) -> bool:
        """Tell whether a zone has a rule whose inputs can be unknown."""
        return zone in self._points

    def review(
        self, zones: Iterable[str], now: Instant, occurrences: Occurrences, outcome: Outcome
    ) -> None:
        """Enter or leave the degraded condition of zones whose inputs changed."""
        for zone in sorted(zones):
            unknown = self._unknown(zone)
            source = f"zone/{zone}"
            degraded = occurrences.get(Condition.DEGRADED, source)
            if degraded is not None and not unknown:
                occurrences.leave(degraded, now, outcome)
            settled = sorted({point.detector for point in unknown if not self._starting(point)})
            if degraded is None and settled:
                occurrences.enter(self._degraded(zone, source, settled, now), outcome)

    def of(self, zone: str) -> Protection:
        """Tell how far a zone is protected now."""
        unknown = self._unknown(zone)
        if not unknown:
            return Protection.FULL if self._alarm_rules(zone) else Protection.UNPROTECTED
        if any(map(self._starting, unknown)):
            return Protection.STARTING
        able = any(
            could_be(rule.definition.when, True, lambda point: point not in unknown)
            for rule in self._alarm_rules(zone)
        )
        return Protection.DEGRADED if able else Protection.UNPROTECTED

    def _alarm_rules(self, zone: str) -> list[RunningRule]:
        return [rule for rule in self._rules.get(zone, []) if rule.definition.raises in ALARMS]

    def _unknown(self, zone: str) -> set[Point]:
        points = self._points.get(zone, {})
        return {point for point, state in points.items() if state.value is None}

    def _degraded(self, zone: str, source: str, lost: list[str], now: Instant) -> Occurrence:
        more = f" and {len(lost) - _NAMED} more" if len(lost) > _NAMED else ""
        return Occurrence(
            condition=Condition.DEGRADED,
            zone=zone,
            source=source,
            incident=Moment(self._boot_id, now),
            latched=False,
            standing=True,
            cause="unknown",
            detail=f"unknown to the rules: {', '.join(lost[:_NAMED])}{more}"
            + ("; no alarm rule is left" if self.of(zone) is Protection.UNPROTECTED else ""),
        )
