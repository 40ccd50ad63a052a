"""What the gateway would make of one look at a detector: believed, or why not.

It is judged as the daemon judges, by the same code; but one look cannot tell what only lasts: a
value that stands still, a heartbeat that stopped, a warm-up.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from rules.instant import Duration
from rules.profile import Profile
from rules.reading import FailedPoll, FaultCause, Measurement, Reading
from rules.supervision import TOLD_BY_THE_DEVICE
from rules.value_watch import ValueWatch

AT_ONCE: Final = TOLD_BY_THE_DEVICE | {FaultCause.DEVICE_WARNING}
"""Causes by which a device speaks for itself: there is nothing to wait for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What becomes of a value, or of a detector that gave none or that wants attention.

    Attributes:
        quantity: whose; empty where the detector as a whole is meant.
        believed: the value for the rules, infinite where over-range; None where they do not know.
        cause: what is wrong; None where nothing is.
        detail: one line for the technician.
        is_fault: whether this one look makes a fault; else it does once it has lasted.
    """

    quantity: str
    believed: float | None
    cause: FaultCause | None = None
    detail: str = ""
    is_fault: bool = False


def verdicts(profile: Profile, measurements: Iterable[Measurement]) -> tuple[Verdict, ...]:
    """Judge what a driver gave."""
    found: list[Verdict] = []
    for measurement in measurements:
        if isinstance(measurement, FailedPoll):
            found.append(
                Verdict(
                    quantity="",
                    believed=None,
                    cause=measurement.cause,
                    detail=measurement.detail,
                    is_fault=measurement.cause in AT_ONCE,
                )
            )
        elif isinstance(measurement, Reading) and measurement.quantity in profile.quantities:
            found.append(_verdict(profile, measurement))
    return tuple(found)


def _verdict(profile: Profile, reading: Reading) -> Verdict:
    limits = profile.quantities[reading.quantity]
    watch = ValueWatch(reading.quantity, limits, stuck_after=None, longest_gap=Duration(1))
    believed = watch.judge(reading.value, reading.at)
    for finding in watch.findings:
        return Verdict(
            quantity=reading.quantity,
            believed=believed,
            cause=finding.cause,
            detail=finding.detail,
            is_fault=finding.is_fault,
        )
    return Verdict(quantity=reading.quantity, believed=believed)
