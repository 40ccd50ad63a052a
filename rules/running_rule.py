"""One rule at work: its expressions over the site's values, its life, and what it raises.

A manual call point is a rule of its own making: its contact, at once, latching.
"""

import json
from collections.abc import Callable, Mapping
from typing import Final

from rules.alarm import Phase, RuleLife
from rules.condition import Condition
from rules.evaluation import Evaluate, evaluator
from rules.event import Evidence
from rules.instant import Duration, Instant, Moment
from rules.language.compile import points_of, windows_of
from rules.language.syntax import Active, Point
from rules.occurrence import Occurrence, Occurrences, Outcome
from rules.quantity import QUANTITIES
from rules.site import DetectorDefinition, RuleDefinition
from rules.truth import Truth, negated
from rules.values import Values

PENDING_PREFIX: Final = "pending/"
ALARMS: Final = frozenset({Condition.FIRE_ALARM, Condition.GAS_ALARM})


def call_point_rule(detector: DetectorDefinition) -> RuleDefinition:
    """Make the rule of a manual call point: no `for`, no coincidence, no schedule."""
    return RuleDefinition(
        id=detector.id,
        zone=detector.zone,
        raises=Condition.FIRE_ALARM,
        when=Active(Point(detector.id, "contact")),
        clear=None,
        hold=Duration(0),
        latching=True,
    )


class RunningRule:
    """Judges one rule and keeps its condition in the table of occurrences."""

    def __init__(
        self, definition: RuleDefinition, values: Values, boot_id: str, *, call_point: bool = False
    ) -> None:
        self.definition = definition
        self.source = f"call-point/{definition.id}" if call_point else f"rule/{definition.id}"
        self._cause = "call-point" if call_point else "rule"
        self._boot_id = boot_id
        view = values.seen_from(definition.zone)
        self._when: Evaluate = evaluator(definition.when, view)
        self._clear: Evaluate | None = (
            None if definition.clear is None else evaluator(definition.clear, view)
        )
        self.points = points_of(definition.when)
        if definition.clear is not None:
            self.points |= points_of(definition.clear)
        self.has_windows = bool(windows_of(definition.when)) or (
            definition.clear is not None and bool(windows_of(definition.clear))
        )
        self._states = {point: view.point(point) for point in sorted(self.points, key=str)}
        self.life = RuleLife(definition.hold, latching=definition.latching)

    @property
    def has_unknown(self) -> bool:
        """Whether a value that it looks at is unknown."""
        return any(state.value is None for state in self._states.values())

    @property
    def row(self) -> str:
        """The key of the durable row that is there while a `for` is pending."""
        return f"{PENDING_PREFIX}{self.definition.id}"

    def restore(self, rows: Mapping[str, str], occurrences: Occurrences) -> None:
        """Take the phase that the durable rows tell of."""
        occurrence = occurrences.get(self.definition.raises, self.source)
        if occurrence is not None:
            phase = Phase.STANDING if occurrence.standing else Phase.LATCHED
        elif self.row in rows and self.definition.hold:
            phase = Phase.PENDING  # its `for` starts anew, but it is not forgotten
        else:
            return
        self.life = RuleLife(self.definition.hold, latching=self.definition.latching, phase=phase)

    def keeps(self, occurrence: Occurrence) -> bool:
        """Tell whether a restored condition of this rule still means something.

        A warning does so only while the `for` that it belongs to is pending.
        """
        return occurrence.condition is self.definition.raises or self.life.phase is Phase.PENDING

    def judge(
        self,
        now: Instant,
        occurrences: Occurrences,
        outcome: Outcome,
        lost: Callable[[Point], bool],
    ) -> None:
        """Evaluate, and tell what changed.

        Args:
            now: instant of the measurement or tick.
            occurrences: the table of conditions in force.
            outcome: gathers events and durable rows.
            lost: tells whether a point is unknown because its detector is faulty.
        """
        before = self.life.phase
        when = self._when(now)
        if when:
            clear: Truth = False
        elif self._clear is not None:
            clear = self._clear(now)
        else:
            clear = negated(when)
        phase = self.life.judge(now, when, clear)
        if phase is not before:
            self._moved(before, phase, now, occurrences, outcome)
        if phase is Phase.PENDING and when is None and any(map(lost, self.points)):
            self._warn(now, occurrences, outcome)

    def reset(self, now: Instant, occurrences: Occurrences, outcome: Outcome, author: str) -> bool:
        """End the rule's condition by a person's reset; tell whether it ended."""
        if not self.life.reset():
            return False
        occurrence = occurrences.get(self.definition.raises, self.source)
        if occurrence is not None:
            occurrences.leave(occurrence, now, outcome, cause="reset", author=author)
        return True

    def evidence(self) -> tuple[Evidence, ...]:
        """Give the values that the rule looks at."""
        return tuple(
            Evidence(
                point.detector, point.quantity, state.value, QUANTITIES[point.quantity].unit.symbol
            )
            for point, state in self._states.items()
        )

    def _moved(
        self,
        before: Phase,
        phase: Phase,
        now: Instant,
        occurrences: Occurrences,
        outcome: Outcome,
    ) -> None:
        if phase is Phase.PENDING:
            outcome.changes[self.row] = json.dumps({"boot": self._boot_id, "at": now})
        elif before is Phase.PENDING:
            outcome.changes[self.row] = None
            self._end_warning(now, occurrences, outcome)
        occurrence = occurrences.get(self.definition.raises, self.source)
        if phase is Phase.STANDING:
            if occurrence is None:
                occurrences.enter(self._occurrence(now), outcome, self.evidence())
            else:
                occurrences.cause_returned(occurrence, now, outcome, self.evidence())
        elif before is Phase.STANDING and occurrence is not None:
            occurrences.cause_went(occurrence, now, outcome)

    def _occurrence(self, now: Instant) -> Occurrence:
        return Occurrence(
            condition=self.definition.raises,
            zone=self.definition.zone,
            source=self.source,
            incident=Moment(self._boot_id, now),
            latched=self.definition.latching,
            standing=True,
            cause=self._cause,
            detail=", ".join(map(_in_words, self.evidence()[:5])),
        )

    def _warn(self, now: Instant, occurrences: Occurrences, outcome: Outcome) -> None:
        """Tell at once that a detector was lost while its alarm was building up."""
        if self.definition.raises not in ALARMS:
            return
        warning = Occurrence(
            condition=Condition.PRE_ALARM,
            zone=self.definition.zone,
            source=self.source,
            incident=Moment(self._boot_id, now),
            latched=False,
            standing=True,
            cause="unknown",
            detail="the detector was lost while the alarm was building up: "
            + ", ".join(map(_in_words, self.evidence()[:5])),
        )
        occurrences.enter(warning, outcome, self.evidence())

    def _end_warning(self, now: Instant, occurrences: Occurrences, outcome: Outcome) -> None:
        warning = occurrences.get(Condition.PRE_ALARM, self.source)
        if warning is not None and self.definition.raises in ALARMS:
            occurrences.leave(warning, now, outcome)


def _in_words(evidence: Evidence) -> str:
    name = f"{evidence.detector} {evidence.quantity}"
    if evidence.value is None:
        return f"{name} unknown"
    if evidence.unit == "bool":
        return f"{name} {'active' if evidence.value else 'at rest'}"
    if evidence.value in (float("inf"), float("-inf")):
        return f"{name} over-range"
    return f"{name} {evidence.value:.4g} {evidence.unit}"
