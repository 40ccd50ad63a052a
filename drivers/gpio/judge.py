"""What the judge of a line is asked, and what it answers.

A judge knows neither hardware nor clock: it is brought every edge that was told and every level
that was read, each with its instant, and says when it wants to be brought a level next.
"""

from dataclasses import dataclass
from typing import Protocol

from drivers.gpio.debounce import Debouncer
from rules.instant import Duration, Instant
from rules.reading import FaultCause


@dataclass(frozen=True, slots=True)
class Edge:
    """A change of a line that was told.

    Attributes:
        at: when it happened.
        active: whether the line is active since.
    """

    at: Instant
    active: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """What is to be told of a line.

    Attributes:
        quantity: its name.
        value: of that quantity.
        at: the instant for which it is true.
        changed: whether it is to be told at once, not with the next poll.
    """

    quantity: str
    value: float
    at: Instant
    changed: bool


@dataclass(frozen=True, slots=True)
class NotKnown:
    """Why nothing can be told of a line that can be read."""

    cause: FaultCause
    detail: str


class Judge(Protocol):
    """The judge of one line."""

    @property
    def due(self) -> Instant | None:
        """When the level is to be read, whatever polls there are; None if it need not be."""

    def edge(self, edge: Edge) -> None:
        """Take an edge. They come in their order, but perhaps after a level that was read later."""

    def missed(self, edges: int) -> None:
        """Take that edges were told which could not be kept."""

    def read(self, active: bool, at: Instant) -> Finding | NotKnown | None:
        """Take the level; give what is to be told, or None while that is in doubt."""


class LevelJudge:
    """Judges a contact that is active for as long as what it reports lasts."""

    def __init__(self, hold: Duration) -> None:
        self._debouncer = Debouncer(hold)

    @property
    def due(self) -> Instant | None:
        """When the level is to be read again; None while nothing is in doubt."""
        return self._debouncer.due

    def edge(self, edge: Edge) -> None:
        """Take an edge: a hint that the level is to be read."""
        self._debouncer.edge(edge.at)

    def missed(self, edges: int) -> None:
        """Do without them: the level counts, and the newest edge is always kept."""

    def read(self, active: bool, at: Instant) -> Finding | None:
        """Take the level; give what is to be told, or None while it is in doubt."""
        judgement = self._debouncer.read(active, at)
        if judgement is None:
            return None
        return Finding("contact", float(judgement.level), judgement.at, judgement.changed)
