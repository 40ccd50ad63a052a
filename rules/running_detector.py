"""One detector at work: its supervision, its points, and the faults it raises."""

from collections.abc import Mapping
from math import isinf
from typing import Final

from rules.condition import Condition
from rules.inheriting import take_over
from rules.instant import Instant, Moment
from rules.language.syntax import Point
from rules.occurrence import Occurrence, Occurrences
from rules.reading import FaultCause, Reading
from rules.site import DetectorDefinition
from rules.step import Outcome
from rules.supervision import DetectorSupervision, FaultChange, FaultKind
from rules.values import PointState, Values

LATCH_PREFIX: Final = "over-range/"
LATCHING_QUANTITIES: Final = frozenset({"gas"})
"""Over-range is kept until reset: pellistors read low above the upper explosive limit."""


class RunningDetector:
    """Takes one detector's readings and failures; keeps its points and its faults in force."""

    def __init__(
        self,
        definition: DetectorDefinition,
        values: Values,
        boot_id: str,
        *,
        started: Instant,
        warming: bool,
    ) -> None:
        self.definition = definition
        self._boot_id = boot_id
        self.supervision = DetectorSupervision(definition, started=started, warming=warming)
        self.points: dict[str, tuple[Point, PointState]] = {}
        for quantity in definition.quantities:
            point = Point(definition.id, quantity)
            self.points[quantity] = (point, values.point(point))
        self.awaited = set(definition.quantities)  # not heard of since the start
        self._latched: dict[str, float] = {}
        self._newest: dict[str, float | None] = dict.fromkeys(definition.quantities)
        self.disabled = False

    def source(self, kind: FaultKind) -> str:
        """Name what a fault of this detector is about."""
        return f"detector/{self.definition.id}{kind.suffix}"

    @property
    def values(self) -> Mapping[str, float | None]:
        """What it measures now, whether or not the rules see it; None where unknown."""
        return {**self._newest, **self._latched}

    @property
    def rows(self) -> Mapping[str, str]:
        """Its durable rows."""
        return {self._row(name): _side(value) for name, value in self._latched.items()}

    def inherit(self, former: "RunningDetector") -> None:
        """Go on where a detector of the same definition is, as its points do already."""
        self.supervision = former.supervision.continued()
        take_over(self, former, "awaited", "_latched", "_newest", "disabled")

    def restore(self, rows: Mapping[str, str], occurrences: Occurrences, now: Instant) -> None:
        """Take the faults and latched over-range values that the durable rows tell of."""
        for kind in FaultKind:
            fault = occurrences.get(Condition.FAULT, self.source(kind))
            if fault is not None and fault.cause in set(FaultCause):
                self.supervision.restore_fault(kind, FaultCause(fault.cause), fault.detail)
        for quantity, (_, state) in self.points.items():
            row = rows.get(self._row(quantity))
            if row is not None:
                self._latched[quantity] = float("-inf") if row == "low" else float("inf")
                state.set(now, self._latched[quantity])

    def measured(
        self, reading: Reading, occurrences: Occurrences, outcome: Outcome
    ) -> tuple[Point, bool] | None:
        """Take a reading.

        Returns:
            The point, and whether it became known or unknown or was heard of for the first time;
            None where the reading says nothing new: of a quantity that the detector has not, or
            older than what is known.
        """
        if reading.quantity not in self.points:
            return None
        point, state = self.points[reading.quantity]
        if reading.at < state.at:
            return None
        value, changes = self.supervision.measured(reading.quantity, reading.value, reading.at)
        for change in changes:
            self.note(change, reading.at, occurrences, outcome)
        value = self._latch(reading.quantity, value, outcome)
        if self.disabled:
            value = None
        turned = (value is None) is not (state.value is None) or reading.quantity in self.awaited
        self.awaited.discard(reading.quantity)
        state.set(reading.at, value)
        return point, turned

    def lose(self, at: Instant) -> list[Point]:
        """Make every point unknown, but for latched over-range; give those that were known."""
        lost = []
        self._newest = dict.fromkeys(self._newest)
        for quantity, (point, state) in self.points.items():
            if state.value is not None and quantity not in self._latched:
                state.set(max(at, state.at), None)
                lost.append(point)
        return lost

    def unlatch(self, at: Instant, outcome: Outcome) -> list[Point]:
        """Give up latched over-range values for the newest ones, unless those are over-range too.

        The newest value may be unknown: a person may reset what a burned detector left behind.
        """
        freed = []
        for quantity in list(self._latched):
            newest = self._newest.get(quantity)
            if newest is not None and isinf(newest):
                continue
            del self._latched[quantity]
            outcome.changes[self._row(quantity)] = None
            point, state = self.points[quantity]
            state.set(max(at, state.at), None if self.disabled else newest)
            freed.append(point)
        return freed

    def disable(self, at: Instant, *, disabled: bool) -> list[Point]:
        """Hide what it measures from all rules, or show it again; give the points that turned."""
        if disabled is self.disabled:
            return []
        self.disabled = disabled
        values = self.values
        turned = []
        for quantity, (point, state) in self.points.items():
            state.set(max(at, state.at), None if disabled else values[quantity])
            turned.append(point)
        return turned

    def hide(self, at: Instant, *, hidden: bool) -> list[Point]:
        """Hide what it measures from the rules of other zones, or show it; give its points."""
        for _, state in self.points.values():
            state.hide(at, hidden=hidden)
        return [point for point, _ in self.points.values()]

    def note(
        self, change: FaultChange | None, at: Instant, occurrences: Occurrences, outcome: Outcome
    ) -> None:
        """Enter or leave a fault."""
        if change is None:
            return
        source = self.source(change.kind)
        if change.cause is None:
            fault = occurrences.get(Condition.FAULT, source)
            if fault is not None:
                occurrences.leave(fault, at, outcome)
            return
        occurrences.enter(
            Occurrence(
                condition=Condition.FAULT,
                zone=self.definition.zone,
                source=source,
                incident=Moment(self._boot_id, at),
                latched=False,
                standing=True,
                cause=change.cause,
                detail=change.detail,
            ),
            outcome,
        )

    def _row(self, quantity: str) -> str:
        return f"{LATCH_PREFIX}{self.definition.id}/{quantity}"

    def _latch(self, quantity: str, value: float | None, outcome: Outcome) -> float | None:
        self._newest[quantity] = value
        if quantity not in LATCHING_QUANTITIES:
            return value
        if value is not None and isinf(value) and quantity not in self._latched:
            self._latched[quantity] = value
            outcome.changes[self._row(quantity)] = _side(value)
        return self._latched.get(quantity, value)


def _side(beyond: float) -> str:
    """Name the side of the range beyond which a value is."""
    return "high" if beyond > 0 else "low"
