"""The health of one detector: what of its readings can be believed, and what is a fault.

A detector has two faults that can stand at once: that it does not answer properly, and that its
value lies outside its range. Each is entered and left on its own.
"""

from dataclasses import dataclass
from enum import Enum
from math import inf, isnan
from typing import Final

from rules.health import Health, HealthState
from rules.instant import Instant, seconds
from rules.profile import DetectorKind, HazardousSide, QuantityRange
from rules.reading import FaultCause
from rules.site import DetectorDefinition

FAILURES_TO_FAULT: Final = 3
"""Failed attempts in a row that make a fault, unless FAULT_AFTER comes first."""

FAULT_AFTER: Final = seconds(10)
"""Time without a good answer that makes a fault. EN 54-2 allows 100 s to tell one."""

WITHOUT_POWER: Final = frozenset({FaultCause.NO_REPLY, FaultCause.STALE})
"""Faults after which a detector may have been without power, and warms up anew."""


class FaultKind(Enum):
    """The two faults of a detector."""

    REPLY = "reply"  # it does not answer, answers nonsense, or reports a fault of its own
    RANGE = "range"  # its value lies outside its range


@dataclass(frozen=True, slots=True)
class FaultChange:
    """A fault entered (cause given) or left (cause None)."""

    kind: FaultKind
    cause: FaultCause | None
    detail: str


class DetectorSupervision:
    """Judges one detector. The engine asks; nothing here knows of rules or events."""

    def __init__(self, detector: DetectorDefinition, *, started: Instant, warming: bool) -> None:
        self._detector = detector
        self._failures = 0
        self._last_good = started
        self._answered = False
        self._bus_down = False
        self._warm_until: Instant | None = None
        self._warms_at_next_answer = warming
        self._faults: dict[FaultKind, tuple[FaultCause, str]] = {}
        self._implausible: dict[str, int] = {}
        self._unjudged: set[str] = set()  # quantities that a restored range fault may be about
        self._over_range: set[str] = set()  # quantities whose newest value is over-range

    def restore_fault(self, kind: FaultKind, cause: FaultCause, detail: str) -> None:
        """Take a fault that stood before a restart; a good answer will end it."""
        self._faults[kind] = (cause, detail)
        if kind is FaultKind.RANGE:
            self._unjudged = set(self._detector.quantities)

    def health(self, now: Instant) -> Health:
        """Give the detector's health."""
        if self._bus_down:
            return Health(HealthState.FAULTY, FaultCause.BUS_DOWN, f"bus {self._detector.bus}")
        for cause, detail in self._faults.values():
            return Health(HealthState.FAULTY, cause, detail)
        if not self._answered:
            return Health(HealthState.STARTING)
        if self.warming_up(now):
            return Health(HealthState.WARMING_UP)
        return Health(HealthState.OK)

    @property
    def silent(self) -> bool:
        """Whether it is known not to answer properly, or its bus not to carry an answer."""
        return self._bus_down or FaultKind.REPLY in self._faults

    def warming_up(self, now: Instant) -> bool:
        """Tell whether its values mean nothing yet."""
        return self._warm_until is not None and now < self._warm_until

    def failed(self, cause: FaultCause, detail: str, at: Instant) -> FaultChange | None:
        """Take a failed attempt; while the bus is down, its own fault says it all."""
        if self._bus_down:
            return None
        self._failures += 1
        at_once = cause is FaultCause.DEVICE_FAULT
        if not (
            at_once or self._failures >= FAILURES_TO_FAULT or at - self._last_good >= FAULT_AFTER
        ):
            return None
        return self._enter(FaultKind.REPLY, cause, detail)

    def answered(self, at: Instant) -> FaultChange | None:
        """Take a good answer, whatever its value."""
        cause, _ = self._faults.get(FaultKind.REPLY, (None, ""))
        if self._warms_at_next_answer or cause in WITHOUT_POWER:
            self._warms_at_next_answer = False
            if self._detector.warm_up and self._detector.kind is not DetectorKind.MANUAL_CALL_POINT:
                self._warm_until = Instant(at + self._detector.warm_up)
        self._failures = 0
        self._last_good = max(self._last_good, at)
        self._answered = True
        return self._leave(FaultKind.REPLY)

    def believed(self, quantity: str, value: float) -> tuple[float | None, FaultChange | None]:
        """Judge a value by its range.

        Returns:
            The value for the rules (infinite where over-range, None where it is not to be
            believed), and the change of the range fault.
        """
        self._unjudged.discard(quantity)
        side = _outside(value, self._detector.quantities[quantity])
        if side is None:
            self._implausible.pop(quantity, None)
            self._over_range.discard(quantity)
            return value, self._range_change()
        detail = f"{quantity} {value:g} is outside its range"
        if side is FaultCause.OVER_RANGE:
            self._implausible.pop(quantity, None)
            self._over_range.add(quantity)
            beyond = inf if value > self._detector.quantities[quantity].highest else -inf
            return beyond, self._enter(FaultKind.RANGE, FaultCause.OVER_RANGE, detail)
        self._over_range.discard(quantity)
        self._implausible[quantity] = self._implausible.get(quantity, 0) + 1
        if self._implausible[quantity] < FAILURES_TO_FAULT:
            return None, self._range_change()
        return None, self._enter(FaultKind.RANGE, FaultCause.IMPLAUSIBLE, detail)

    def bus_went(self, *, down: bool, at: Instant) -> None:
        """Take that the detector's bus is down, or up again: then it has its time anew."""
        if self._bus_down and not down:
            self._failures = 0
            self._last_good = max(self._last_good, at)
            self._answered = False
        self._bus_down = down

    def tick(self, now: Instant) -> FaultChange | None:
        """Find a detector that has been silent for too long."""
        if self._bus_down or now - self._last_good < self._detector.stale_after:
            return None
        silence = (now - self._last_good) / 1e9
        return self._enter(FaultKind.REPLY, FaultCause.STALE, f"nothing heard for {silence:.0f} s")

    def _range_change(self) -> FaultChange | None:
        """Leave the range fault once no quantity is outside its range."""
        if self._over_range or self._implausible or self._unjudged:
            return None
        return self._leave(FaultKind.RANGE)

    def _enter(self, kind: FaultKind, cause: FaultCause, detail: str) -> FaultChange | None:
        if kind in self._faults:
            return None
        self._faults[kind] = (cause, detail)
        return FaultChange(kind, cause, detail)

    def _leave(self, kind: FaultKind) -> FaultChange | None:
        if self._faults.pop(kind, None) is None:
            return None
        return FaultChange(kind, None, "")


def _outside(value: float, limits: QuantityRange) -> FaultCause | None:
    if isnan(value):
        return FaultCause.IMPLAUSIBLE
    if value > limits.highest:
        hazardous = limits.hazardous_side is HazardousSide.HIGH
    elif value < limits.lowest:
        hazardous = limits.hazardous_side is HazardousSide.LOW
    else:
        return None
    return FaultCause.OVER_RANGE if hazardous else FaultCause.IMPLAUSIBLE
