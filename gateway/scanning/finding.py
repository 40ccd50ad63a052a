"""What a search has found."""

from dataclasses import dataclass
from enum import StrEnum

from gateway.scanning.search_plan import LineSettings


class Presence(StrEnum):
    """How a unit shows that it is there."""

    ANSWERS = "answers"
    REFUSES = "refuses"  # by an exception, whatever it was asked for
    GARBLED = "garbled"  # each time bytes came that are no answer: two units with one number, or
    # a line whose wires or settings are wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A profile that a unit may be of.

    Attributes:
        profile: its id.
        certain: whether the device's own marks say so; else all its registers are there and their
            values lie in range, which many devices' do by chance.
        marks: by the profile's names, what stands in the device.
        values: by quantity, what it measures, with its unit.
    """

    profile: str
    certain: bool
    marks: tuple[tuple[str, str], ...] = ()
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A unit that is there.

    Attributes:
        settings: of the line on which it was found; None over TCP.
        unit: its number.
        presence: how it shows.
        detail: what it said last, where that was no good answer.
        matches: what it may be, the best first.
        echo: whether the line says again what it is told, and has to be told to be so.
    """

    settings: LineSettings | None
    unit: int
    presence: Presence
    detail: str = ""
    matches: tuple[Match, ...] = ()
    echo: bool = False
