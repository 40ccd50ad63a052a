"""One rule at work: its expressions over the site's values, its life, and what it raises.

A manual call point is a rule of its own making: its contact, at once, latching.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from typing import Final

from rules.alarm import Phase, RuleLife
from rules.condition import Condition, Mode
from rules.evaluation import Evaluator, evaluator
from rules.event import Evidence
from rules.evidence_words import detectors_in, in_words
from rules.instant import Duration, Instant, Moment
from rules.language.mentions import points_of, windows_of
from rules.language.syntax import Active, Point
from rules.leaning import Leanings
from rules.occurrence import Occurrence, Occurrences
from rules.quantity import QUANTITIES
from rules.site import DetectorDefinition, OnUnknown, RuleDefinition
from rules.step import Outcome
from rules.trace import RuleNow, deciding
from rules.truth import Truth, negated
from rules.values import PointState, Values
from rules.window import WindowState

PENDING_PREFIX: Final = "pending/"
ALARMS: Final = frozenset({Condition.FIRE_ALARM, Condition.GAS_ALARM})
RAISING: Final = ALARMS | {Condition.PRE_ALARM}
UNKNOWN_INPUT: Final = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a rule has to know beside its values.

    Attributes:
        boot_id: of this boot.
        occurrences: the table of conditions in force.
        is_lost: tells whether a point is unknown because its detector is faulty.
        is_settling: tells whether a point's detector is starting or warming up.
        started: when this life of the engine began.
    """

    boot_id: str
    occurrences: Occurrences
    is_lost: Callable[[Point], bool]
    is_settling: Callable[[Point], bool]
    started: Instant


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
    """Judges one rule and keeps its condition in the table of occurrences.

    Attributes:
        blocked: while its zone is disabled: its result is unknown, whatever its inputs are.
        began: since when its windows can have been filled.
        forced: unknown counts as true, and did so at the last judgement.
    """

    def __init__(
        self,
        definition: RuleDefinition,
        values: Values,
        around: Surroundings,
        *,
        call_point: bool = False,
    ) -> None:
        self.definition = definition
        self.is_call_point = call_point
        self.source = f"call-point/{definition.id}" if call_point else f"rule/{definition.id}"
        self._around = around
        self._view = view = values.seen_from(definition.zone)
        self.began = around.started
        self._when: Evaluator = evaluator(definition.when, view)
        self._clear: Evaluator | None = (
            None if definition.clear is None else evaluator(definition.clear, view)
        )
        expressions = (
            (definition.when,) if definition.clear is None else (definition.when, definition.clear)
        )
        self.points = frozenset[Point]().union(*map(points_of, expressions))
        self.is_timed = self._when.is_timed or (self._clear is not None and self._clear.is_timed)
        self._states: dict[Point, PointState] = {
            point: view.point(point) for point in sorted(self.points, key=str)
        }
        windows = frozenset(windows_of(definition.when)).union(
            frozenset() if definition.clear is None else windows_of(definition.clear)
        )
        self._windows: dict[Point, list[WindowState]] = {}
        for window in sorted(windows, key=str):
            self._windows.setdefault(window.point, []).append(view.window(window))
        self._longest_span = max((window.span for window in windows), default=Duration(0))
        self.life = RuleLife(definition.hold, latching=definition.latching)
        self.mode = Mode.LIVE
        self.blocked = False
        self._leanings: Leanings | None = None  # made when they are first asked for
        self.forced = False

    # -- what it looks at -----------------------------------------------------------------------

    @property
    def has_windows(self) -> bool:
        """Whether it looks at a function over a while."""
        return bool(self._windows)

    @property
    def has_unknown(self) -> bool:
        """Whether a value that it looks at is unknown."""
        return any(state.value is None for state in self._states.values())

    def unknown_points(self, now: Instant) -> list[Point]:
        """Give the points that are unknown to it, by themselves or over one of its windows."""
        return [
            point
            for point, state in self._states.items()
            if state.value is None
            or not all(window.is_known(now) for window in self._windows.get(point, ()))
        ]

    def knows(self, point: Point) -> bool:
        """Tell whether the newest value of a point is known to it."""
        return self._states[point].value is not None

    def is_filling(self, now: Instant) -> bool:
        """Tell whether its windows cannot have been covered since it began yet."""
        return now - self.began < self._longest_span

    # -- its life -------------------------------------------------------------------------------

    @property
    def row(self) -> str:
        """The key of the durable row that is there while a `for` is pending."""
        return f"{PENDING_PREFIX}{self.definition.id}"

    @property
    def occurrence(self) -> Occurrence | None:
        """Its condition, where it is in force."""
        return self._around.occurrences.get(self.definition.raises, self.source)

    def restore(self, rows: Mapping[str, str]) -> None:
        """Take the phase that the durable rows tell of."""
        occurrence = self.occurrence
        if occurrence is not None:
            phase = Phase.STANDING if occurrence.standing else Phase.LATCHED
        elif self.row in rows and self.definition.hold:
            phase = Phase.PENDING  # its `for` starts anew, but it is not forgotten
        else:
            return
        self.life = RuleLife(self.definition.hold, latching=self.definition.latching, phase=phase)

    @property
    def evaluators(self) -> tuple[Evaluator, ...]:
        """Its expressions at work: `when`, and `clear` where it has that."""
        return (self._when,) if self._clear is None else (self._when, self._clear)

    def inherit(self, former: "RunningRule") -> None:
        """Go on where a rule of the same definition is."""
        for own, before in zip(self.evaluators, former.evaluators, strict=True):
            own.inherit(before)
        self.life = copy(former.life)
        self.mode, self.blocked, self.forced = former.mode, former.blocked, former.forced
        self.began = former.began

    def keeps(self, occurrence: Occurrence) -> bool:
        """Tell whether a restored condition of this rule still means something.

        A warning does so only while the `for` that it belongs to is pending.
        """
        return occurrence.condition is self.definition.raises or self.life.phase is Phase.PENDING

    def due(self, now: Instant) -> Instant | None:
        """Give when it has to be judged though nothing comes in, or None."""
        if not self.is_timed:
            return self.life.due()
        dues = [self.life.due(), self._when.due(now)]
        if self._clear is not None:
            dues.append(self._clear.due(now))
        return min((due for due in dues if due is not None), default=None)

    def judge(self, now: Instant, outcome: Outcome, detector: str | None = None) -> None:
        """Evaluate, and tell what changed.

        Args:
            now: instant of a measurement or tick.
            outcome: gathers events and durable rows.
            detector: whose reading it was, where it was one: nothing else has changed then.
        """
        before = self.life.phase
        when = self._when(now)
        clear: Truth = None if self._clear is None else self._clear(now)  # it may have a memory
        if self.blocked:
            when = clear = None
        forced = when is None and self._counts_unknown()
        if forced:
            when = True
        if when:
            clear = False
        elif self._clear is None:
            clear = negated(when)
        phase = self.life.judge(now, when, clear)
        self.forced = forced
        if phase is not before:
            self._moved(before, phase, now, outcome)
        elif phase is Phase.STANDING and when:
            self._spread(now, outcome, detector)
        if (
            phase is Phase.PENDING
            and (when is None or forced)
            and any(map(self._around.is_lost, self.points))
        ):
            self._warn(now, outcome)

    def reset(self, now: Instant, outcome: Outcome, author: str) -> bool:
        """End the rule's condition by a person's reset; tell whether it ended."""
        if not self.life.reset():
            return False
        occurrence = self.occurrence
        if occurrence is not None:
            self._around.occurrences.leave(occurrence, now, outcome, cause="reset", author=author)
        return True

    def begin_test(self) -> None:
        """From now on what it raises is not in earnest, and ends with its cause."""
        self.mode = Mode.TEST
        self.life.latching = False

    def end_test(self, now: Instant, outcome: Outcome) -> None:
        """From now on it is in earnest again: an alarm that stands or builds up goes out live."""
        self.mode = Mode.LIVE
        self.life.latching = self.definition.latching
        if self._end_tested(self.definition.raises, now, outcome):
            if self.life.phase is Phase.STANDING:
                self._enter(now, outcome)
        elif self._end_tested(Condition.PRE_ALARM, now, outcome):
            self._warn(now, outcome)

    def leans(self, detector: str, now: Instant) -> bool:
        """Tell whether a detector leans towards `when`, whether or not it decides it."""
        if self._leanings is None:
            self._leanings = Leanings(self.definition.when, self._view)
        return self._leanings.has(detector, now)

    def now(self, at: Instant) -> RuleNow:
        """Give what it is now, branch by branch."""
        return RuleNow(
            source=self.source,
            at=at,
            phase=self.life.phase,
            hold=self.definition.hold,
            held_for=self.life.held_for(at),
            when=self._when.traced(at),
            clear=None if self._clear is None else self._clear.traced(at),
        )

    # -- inside ---------------------------------------------------------------------------------

    def _counts_unknown(self) -> bool:
        """Tell whether unknown counts as true now: see OnUnknown."""
        if self.definition.on_unknown is OnUnknown.DEGRADE or self.blocked:
            return False
        unknown = [point for point, state in self._states.items() if state.value is None]
        around = self._around
        return any(map(around.is_lost, unknown)) and not any(map(around.is_settling, unknown))

    def _deciding(self, now: Instant) -> list[Point]:
        """Give the points that decide: those that are lost where unknown counts as true."""
        if self.forced:
            return [point for point, state in self._states.items() if state.value is None]
        found = deciding(self._when.traced(now))
        return [point for point in self._states if point in found]

    def _evidence(self, points: Iterable[Point]) -> tuple[Evidence, ...]:
        return tuple(
            Evidence(
                point.detector,
                point.quantity,
                self._states[point].value,
                QUANTITIES[point.quantity].unit.symbol,
            )
            for point in points
        )

    def _moved(self, before: Phase, phase: Phase, now: Instant, outcome: Outcome) -> None:
        if phase is Phase.PENDING:
            row = {"boot": self._around.boot_id, "at": now}
            outcome.changes[self.row] = json.dumps(row)
        elif before is Phase.PENDING:
            outcome.changes[self.row] = None
            self._end_warning(now, outcome)
        occurrence = self.occurrence
        if phase is Phase.STANDING:
            if occurrence is None:
                self._enter(now, outcome)
            else:
                evidence = self._evidence(self._deciding(now))
                self._around.occurrences.cause_returned(occurrence, now, outcome, evidence)
        elif before is Phase.STANDING and occurrence is not None:
            self._around.occurrences.cause_went(occurrence, now, outcome)

    def _end_tested(self, condition: Condition, now: Instant, outcome: Outcome) -> bool:
        """End what it raised under test; tell whether there was anything."""
        occurrence = self._around.occurrences.get(condition, self.source)
        if occurrence is None or occurrence.mode is Mode.LIVE:
            return False
        self._around.occurrences.leave(occurrence, now, outcome, cause="test-ended")
        return True

    def _enter(self, now: Instant, outcome: Outcome) -> None:
        evidence = self._evidence(self._deciding(now))
        cause = "call-point" if self.is_call_point else UNKNOWN_INPUT if self.forced else "rule"
        occurrence = Occurrence(
            condition=self.definition.raises,
            zone=self.definition.zone,
            source=self.source,
            incident=Moment(self._around.boot_id, now),
            latched=self.life.latching,
            standing=True,
            cause=cause,
            detail=in_words(evidence),
            mode=self.mode,
            detectors=detectors_in(evidence),
        )
        self._around.occurrences.enter(occurrence, outcome, evidence)

    def _spread(self, now: Instant, outcome: Outcome, detector: str | None) -> None:
        """Tell of further detectors in alarm; of a quiet one's reading nothing is made."""
        occurrence = self.occurrence
        if occurrence is None or self.definition.raises not in RAISING:
            return
        if detector is not None and (
            detector in occurrence.detectors or not self.leans(detector, now)
        ):
            return
        evidence = self._evidence(self._deciding(now))
        further = [
            name
            for name in detectors_in(evidence)
            if name not in occurrence.detectors and (self.forced or self.leans(name, now))
        ]
        if further:
            detectors = (*occurrence.detectors, *further)
            self._around.occurrences.spread(occurrence, detectors, now, outcome, evidence)

    def _warn(self, now: Instant, outcome: Outcome) -> None:
        """Tell at once that a detector was lost while its alarm was building up."""
        if self.definition.raises not in ALARMS:
            return
        evidence = self._evidence(self._states)
        warning = Occurrence(
            condition=Condition.PRE_ALARM,
            zone=self.definition.zone,
            source=self.source,
            incident=Moment(self._around.boot_id, now),
            latched=False,
            standing=True,
            cause=UNKNOWN_INPUT,
            detail="the detector was lost while the alarm was building up: " + in_words(evidence),
            mode=self.mode,
            detectors=detectors_in(evidence),
        )
        self._around.occurrences.enter(warning, outcome, evidence)

    def _end_warning(self, now: Instant, outcome: Outcome) -> None:
        warning = self._around.occurrences.get(Condition.PRE_ALARM, self.source)
        if warning is not None and self.definition.raises in ALARMS:
            self._around.occurrences.leave(warning, now, outcome)
