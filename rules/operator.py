"""What a person at the gateway can order."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from rules.instant import Duration, seconds


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


class Disabled(StrEnum):
    """What can be taken out of service."""

    DETECTOR = "detector"
    ZONE = "zone"
    OUTPUT = "output"


@dataclass(frozen=True, slots=True)
class Target:
    """One thing that is disabled or enabled."""

    kind: Disabled
    id: str

    @property
    def source(self) -> str:
        """Its name as the source of a condition."""
        return f"{self.kind}/{self.id}"


DISABLED_FOR: Final = seconds(8 * 3600)
LONGEST_DISABLEMENT: Final = seconds(30 * 86400)
LONGEST_TEST: Final = seconds(2 * 3600)


@dataclass(frozen=True, slots=True, kw_only=True)
class Disable:
    """Take something out of service for a time.

    Attributes:
        target: what.
        author: who.
        duration: for how long: LONGEST_DISABLEMENT at most.
        reason: why, in the author's words; may be empty.
        whole_site: that it is meant, though with it every zone is disabled.
    """

    target: Target
    author: str
    duration: Duration = DISABLED_FOR
    reason: str = ""
    whole_site: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Enable:
    """Put something back into service before its time."""

    target: Target
    author: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginTest:
    """Put a zone, or where zone is None all of them, under test.

    Attributes:
        zone: which zone.
        author: who.
        duration: for how long: LONGEST_TEST at most.
        whole_site: that it is meant, though with it every zone is under test.
    """

    zone: str | None
    author: str
    duration: Duration = LONGEST_TEST
    whole_site: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EndTest:
    """End the test of a zone, or where zone is None of all of them."""

    zone: str | None
    author: str


Command = OperatorCommand | Disable | Enable | BeginTest | EndTest
