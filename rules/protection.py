"""How far each zone is protected: which inputs of its alarm rules are unknown.

A zone is degraded whenever an input of a raising rule is unknown or disabled, whatever the rule's
result; it is unprotected when what is left could raise no fire or gas alarm. An input is a value
or a function over a while of it: after a gap, one that cannot tell yet is unknown too. What cannot
be known so soon after the start makes a zone starting: stale supervision ends that within seconds,
and a window when it is full.
"""

from collections.abc import Callable, Iterable
from typing import Final

from rules.condition import Condition
from rules.instant import Instant, Moment
from rules.language.syntax import Point
from rules.occurrence import Occurrence, Occurrences
from rules.possibility import could_be
from rules.running_rule import ALARMS, RAISING, UNKNOWN_INPUT, RunningRule
from rules.snapshot import Protection
from rules.step import Outcome

UNPROTECTED: Final = "unprotected"
_NAMED: Final = 5  # detectors named in the detail; the rest are counted


class ZoneProtection:
    """Follows the unknown inputs of every zone's raising rules."""

    def __init__(
        self,
        rules: Iterable[RunningRule],
        occurrences: Occurrences,
        moment: Callable[[Instant], Moment],
        is_starting: Callable[[Point], bool],
    ) -> None:
        self._occurrences = occurrences
        self._moment = moment
        self._is_starting = is_starting
        self._rules: dict[str, list[RunningRule]] = {}
        self.zones_of: dict[Point, set[str]] = {}
        for rule in rules:
            if rule.definition.raises not in RAISING:
                continue
            zone = rule.definition.zone
            self._rules.setdefault(zone, []).append(rule)
            for point in rule.points:
                self.zones_of.setdefault(point, set()).add(zone)
        self._windowed = tuple(
            zone for zone, rules in self._rules.items() if any(rule.has_windows for rule in rules)
        )

    @property
    def zones(self) -> Iterable[str]:
        """The zones that have a rule whose inputs can be unknown."""
        return self._rules.keys()

    def watches(self, zone: str) -> bool:
        """Tell whether a zone has a rule whose inputs can be unknown."""
        return zone in self._rules

    def look(self, now: Instant, outcome: Outcome) -> None:
        """Review the zones whose windows fill and empty while nothing turns."""
        self.review(self._windowed, now, outcome)

    def review(self, zones: Iterable[str], now: Instant, outcome: Outcome) -> None:
        """Enter, worsen or leave the degraded condition of zones whose inputs changed."""
        for zone in sorted(zones):
            source = f"zone/{zone}"
            degraded = self._occurrences.get(Condition.DEGRADED, source)
            settled, unsettled = self._unknown(zone, now)
            if degraded is not None and not settled and not unsettled:
                self._occurrences.leave(degraded, now, outcome)
            elif settled:
                cause, detail = self._why(zone, settled, now)
                if degraded is None:
                    degraded = self._degraded(zone, source, cause, detail, now)
                    self._occurrences.enter(degraded, outcome)
                elif not unsettled or cause == UNPROTECTED:  # else it is about to get better
                    self._occurrences.worsen(
                        degraded, cause=cause, detail=detail, at=now, outcome=outcome
                    )

    def of(self, zone: str, now: Instant) -> Protection:
        """Tell how far a zone is protected now."""
        settled, unsettled = self._unknown(zone, now)
        if not settled and not unsettled:
            return Protection.FULL if self._alarm_rules(zone) else Protection.UNPROTECTED
        if not settled:
            return Protection.STARTING
        return Protection.DEGRADED if self._is_able(zone, now) else Protection.UNPROTECTED

    def _alarm_rules(self, zone: str) -> list[RunningRule]:
        return [rule for rule in self._rules.get(zone, []) if rule.definition.raises in ALARMS]

    def _is_able(self, zone: str, now: Instant) -> bool:
        """Tell whether what is left could raise an alarm; what settles soon is counted in."""
        for rule in self._alarm_rules(zone):
            if rule.blocked:
                continue
            lost = {each for each in rule.unknown_points(now) if not self._settles(rule, each, now)}
            known = rule.points - lost
            if could_be(rule.definition.when, True, known.__contains__):
                return True
        return False

    def _unknown(self, zone: str, now: Instant) -> tuple[set[str], bool]:
        """Give the detectors that are unknown for good, and whether others have yet to settle."""
        settled: set[str] = set()
        unsettled = False
        for rule in self._rules.get(zone, ()):
            points = rule.points if rule.blocked else rule.unknown_points(now)
            for point in points:
                if not rule.blocked and self._settles(rule, point, now):
                    unsettled = True
                else:
                    settled.add(point.detector)
        return settled, unsettled

    def _settles(self, rule: RunningRule, point: Point, now: Instant) -> bool:
        if self._is_starting(point):
            return True
        return rule.knows(point) and rule.is_filling(now)

    def _why(self, zone: str, settled: set[str], now: Instant) -> tuple[str, str]:
        lost = sorted(settled)
        more = f" and {len(lost) - _NAMED} more" if len(lost) > _NAMED else ""
        detail = f"unknown to the rules: {', '.join(lost[:_NAMED])}{more}"
        if self._is_able(zone, now):
            return UNKNOWN_INPUT, detail
        return UNPROTECTED, f"{detail}; no alarm rule is left"

    def _degraded(
        self, zone: str, source: str, cause: str, detail: str, now: Instant
    ) -> Occurrence:
        return Occurrence(
            condition=Condition.DEGRADED,
            zone=zone,
            source=source,
            incident=self._moment(now),
            latched=False,
            standing=True,
            cause=cause,
            detail=detail,
        )
