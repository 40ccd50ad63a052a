"""How far a detector can be trusted."""

from dataclasses import dataclass
from enum import StrEnum

from rules.reading import FaultCause


class HealthState(StrEnum):
    """The states of a detector's health."""

    STARTING = "starting"  # not heard of since the gateway started
    WARMING_UP = "warming-up"
    OK = "ok"
    FAULTY = "faulty"


@dataclass(frozen=True, slots=True)
class Health:
    """A state of health and, where it is faulty, why."""

    state: HealthState
    cause: FaultCause | None = None
    detail: str = ""
