"""What a run of simulated gateways came to. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from gateway.control.layout import columns
from gateway.text import Language, phrase
from rules.instant import Duration, Instant, in_seconds


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of a run.

    Attributes:
        gateways: how many there were.
        connections: how many connections the broker took.
        published: events that were told.
        acknowledged: those that were acknowledged.
        unacknowledged: those that were not.
        duplicates: copies that were sent again.
        disbelieved: acknowledgements that were not believed.
        heartbeats: signs of life.
        answered: those that the centre answered.
        p50_ms: median time from the first sending to the acknowledgement; null without events.
        p99_ms: 99 of 100 took no longer.
        alarms_per_s: acknowledged events by the time from the first sending to the last
            acknowledgement.
    """

    gateways: int
    connections: int
    published: int
    acknowledged: int
    unacknowledged: int
    duplicates: int
    disbelieved: int
    heartbeats: int
    answered: int
    p50_ms: float | None
    p99_ms: float | None
    alarms_per_s: float | None


@dataclass(slots=True)
class Tally:
    """Counts while it runs, for all gateways together."""

    connections: int = 0
    published: int = 0
    disbelieved: int = 0
    heartbeats: int = 0
    answered: int = 0
    took: list[Duration] = field(default_factory=list)
    first_sent: Instant | None = None
    last_confirmed: Instant | None = None

    def confirmed(self, took: Sequence[Duration], now: Instant) -> None:
        """Note that events were acknowledged."""
        if took:
            self.took += took
            self.last_confirmed = now

    def figures(self, gateways: int, duplicates: int) -> Figures:
        """Sum it up."""
        lasted = None
        if self.first_sent is not None and self.last_confirmed is not None:
            lasted = in_seconds(self.last_confirmed - self.first_sent)
        ordered = sorted(self.took)
        return Figures(
            gateways=gateways,
            connections=self.connections,
            published=self.published,
            acknowledged=len(ordered),
            unacknowledged=self.published - len(ordered),
            duplicates=duplicates,
            disbelieved=self.disbelieved,
            heartbeats=self.heartbeats,
            answered=self.answered,
            p50_ms=_in_ms(ordered, 50),
            p99_ms=_in_ms(ordered, 99),
            alarms_per_s=round(len(ordered) / lasted, 1) if lasted else None,
        )


def of_100(ordered: Sequence[int], percent: int) -> int | None:
    """Give the least value that so many of 100 do not exceed (nearest rank)."""
    if not ordered:
        return None
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def figures_view(figures: Figures, language: Language) -> list[str]:
    """Write the figures as lines for a person."""

    def number(value: float | None) -> str:
        return phrase(language, "fleet.none") if value is None else f"{value:g}"

    def ms(value: float | None) -> str:
        return phrase(language, "fleet.ms", count=number(value))

    rows = [
        ("centre.gateways", str(figures.gateways)),
        ("fleet.connections", str(figures.connections)),
        ("fleet.heartbeats", str(figures.heartbeats)),
        ("fleet.answered", str(figures.answered)),
        ("fleet.published", str(figures.published)),
        ("fleet.acknowledged", str(figures.acknowledged)),
        ("fleet.unacknowledged", str(figures.unacknowledged)),
        ("fleet.duplicates", str(figures.duplicates)),
        ("fleet.refused", str(figures.disbelieved)),
        ("fleet.p50", ms(figures.p50_ms)),
        ("fleet.p99", ms(figures.p99_ms)),
        ("fleet.rate", number(figures.alarms_per_s)),
    ]
    return list(columns([(phrase(language, key), value) for key, value in rows]))


def _in_ms(ordered: Sequence[int], percent: int) -> float | None:
    value = of_100(ordered, percent)
    return None if value is None else round(in_seconds(value) * 1000, 1)
