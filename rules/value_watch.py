"""What can be believed of one quantity of one detector, reading by reading."""

from dataclasses import dataclass
from math import inf, isfinite, isnan
from typing import Final

from rules.chatter import Chatter
from rules.instant import Duration, Instant, in_seconds
from rules.profile import HazardousSide, QuantityRange
from rules.reading import FaultCause
from rules.signal import patience, sense, shown

IMPLAUSIBLE_TO_FAULT: Final = 3
"""Implausible values in a row that make a fault; each of them is unknown to the rules."""

OF_RANGE: Final = frozenset({FaultCause.OVER_RANGE, FaultCause.IMPLAUSIBLE})


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong with a value.

    Attributes:
        cause: what.
        detail: one line for the technician.
        is_fault: whether it has lasted long enough. Until then it is none, but keeps a fault of its
            kind from being over.
    """

    cause: FaultCause
    detail: str
    is_fault: bool


class ValueWatch:
    """Judges the values of one quantity.

    Attributes:
        findings: what is wrong with the newest value.
    """

    __slots__ = (
        "_chatter",
        "_implausible",
        "_is_plain",
        "_is_stuck",
        "_limits",
        "_longest_gap",
        "_quantity",
        "_same",
        "_same_at",
        "_same_since",
        "_stuck_after",
        "_undefined_since",
        "findings",
    )

    def __init__(
        self,
        quantity: str,
        limits: QuantityRange,
        *,
        stuck_after: Duration | None,
        longest_gap: Duration,
    ) -> None:
        """Begin.

        Args:
            quantity: its name.
            limits: what of it can be believed.
            stuck_after: see QuantityRange; None where the same value is never a fault.
            longest_gap: readings further apart do not show that the value was the same meanwhile.
        """
        self.findings: tuple[Finding, ...] = ()
        self._quantity = quantity
        self._limits = limits
        self._stuck_after = stuck_after
        self._longest_gap = longest_gap
        loops = (limits.current_loop, limits.end_of_line)
        self._chatter = Chatter() if quantity == "contact" else None
        self._is_plain = loops == (None, None) and stuck_after is None and self._chatter is None
        self._implausible = 0  # values in a row
        self._undefined_since: Instant | None = None
        self._is_stuck = False
        self._same: float | None = None
        self._same_since = Instant(0)
        self._same_at = Instant(0)

    @property
    def is_of_a_wire(self) -> bool:
        """Whether it tells of a wire that needs no device to warm up."""
        return self._limits.end_of_line is not None

    def restore(self, cause: FaultCause, detail: str) -> None:
        """Take a fault that stood before a restart, and that may be about this quantity."""
        if cause is FaultCause.CHATTER:
            if self._chatter is not None:
                self._chatter.restore(detail)
                self.findings = (*self.findings, Finding(cause, detail, is_fault=True))
        elif cause is not FaultCause.STUCK:
            self.findings = (*self.findings, Finding(cause, detail, is_fault=False))
        elif self._stuck_after is not None:
            self._is_stuck = True
            self.findings = (*self.findings, Finding(cause, detail, is_fault=True))

    def pass_over(self) -> None:
        """Let a value go by that means nothing: what was found before it stands."""
        self._same = None
        self._implausible = 0
        self._undefined_since = None

    def judge(self, raw: float, at: Instant) -> float | None:
        """Judge what the driver measured, and set the findings.

        Returns:
            The value for the rules: infinite where over-range, None where not to be believed.
        """
        if self._is_plain and self._limits.lowest <= raw <= self._limits.highest:
            self._implausible = 0
            self.findings = ()
            return raw  # as nearly every value is
        value, cause = sense(raw, self._limits)
        findings: list[Finding] = []
        if cause is None:
            self._undefined_since = None
        else:
            findings.append(self._of_signal(cause, raw, at))
        if value is None:
            # What the range was last is not over: it cannot be seen.
            findings += [each for each in self.findings if each.cause in OF_RANGE]
            self._implausible = 0
        else:
            value = self._in_range(value, raw, findings)
        if self._stuck_after is not None:
            value = self._moving(value, raw, at, findings)
        if self._chatter is not None:
            self._listen(self._chatter, value, at, findings)
        self.findings = tuple(findings)
        return value

    def _listen(
        self, chatter: Chatter, value: float | None, at: Instant, findings: list[Finding]
    ) -> None:
        """Find out whether a contact chatters; its value is believed all the same."""
        if value is not None:
            chatter.take(value, at)
        if chatter.detail:
            findings.append(Finding(FaultCause.CHATTER, chatter.detail, is_fault=True))

    def _of_signal(self, cause: FaultCause, raw: float, at: Instant) -> Finding:
        detail = f"{self._quantity}: the loop gives {shown(raw, self._limits)}"
        if cause is not FaultCause.LOOP_UNDEFINED:
            self._undefined_since = None
            return Finding(cause, detail, is_fault=True)
        if self._undefined_since is None:
            self._undefined_since = at
        lasted = at - self._undefined_since >= patience(self._limits)
        return Finding(cause, detail, is_fault=lasted)

    def _in_range(self, value: float, raw: float, findings: list[Finding]) -> float | None:
        side = _outside(value, self._limits)
        if side is None:
            self._implausible = 0
            return value
        detail = f"{self._quantity} {shown(raw, self._limits)} is outside its range"
        if side is FaultCause.OVER_RANGE:
            self._implausible = 0
            findings.append(Finding(side, detail, is_fault=True))
            return inf if value > self._limits.highest else -inf
        self._implausible += 1
        lasted = self._implausible >= IMPLAUSIBLE_TO_FAULT
        findings.append(Finding(side, detail, is_fault=lasted))
        return None

    def _moving(
        self, value: float | None, raw: float, at: Instant, findings: list[Finding]
    ) -> float | None:
        """Make a value that has been the same for too long unknown.

        A device at the end of its scale gives the same value for as long as the danger lasts: what
        is over-range is never stuck.
        """
        if self._stuck_after is None or value is None or not isfinite(value):
            self._same, self._is_stuck = None, False
            return value
        if raw != self._same:
            # The first value after a restart cannot tell whether it has moved.
            self._is_stuck = self._is_stuck and self._same is None
            self._same, self._same_since = raw, at
        elif at - self._same_at > self._longest_gap:
            self._same_since = at
        self._same_at = at
        if not self._is_stuck and at - self._same_since < self._stuck_after:
            return value
        self._is_stuck = True
        lasted = in_seconds(at - self._same_since)
        detail = f"{self._quantity} has been {shown(raw, self._limits)} for {lasted:.0f} s"
        findings.append(Finding(FaultCause.STUCK, detail, is_fault=True))
        return None


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
