"""What a person at the gateway can order."""

from dataclasses import dataclass
from enum import StrEnum


class Act(StrEnum):
    """Acts of access level 2 (EN 54-2)."""

    ACKNOWLEDGE = "acknowledge"
    SILENCE = "silence"
    RESET = "reset"


@dataclass(frozen=True, slots=True)
class OperatorCommand:
    """An act, on one zone or, where zone is None, on the whole site, by a named person."""

    act: Act
    zone: str | None
    author: str
