"""How values moved in the last two minutes, as far as the screen has seen. Pure, and bounded.

A trend is twenty stretches of six seconds. Of each it keeps the value that lay farthest from the
stretch before, so that a short peak shows although a stretch has many values.
"""

from collections.abc import Iterable, Mapping
from math import isfinite
from types import MappingProxyType
from typing import Final

from rules.instant import Duration, Instant, seconds
from rules.snapshot import DetectorNow

STRETCHES: Final = 20
STRETCH: Final = seconds(6)
UNKNOWN: Final = " "
LEVELS: Final = "▁▂▃▄▅▆▇█"

LEAST_SPAN: Final[Mapping[str, float]] = MappingProxyType(
    {
        "contact": 1.0,
        "temperature": 5.0,
        "smoke": 1.0,
        "co": 20.0,
        "co2": 300.0,
        "oxygen": 1.0,
        "gas": 5.0,
        "loop": 1.0,
        "voltage": 1.0,
        "pressure": 20.0,
        "pm2_5": 20.0,
        "humidity": 10.0,
        "pulse_rate": 2.0,
    }
)
"""The least that a whole trend spans, in the quantity's unit: a quiet room draws a flat line."""

Values = tuple[float | None, ...]
Key = tuple[str, str]
"""A detector's id and a quantity."""


class Trends:
    """What the values of every detector were, stretch by stretch."""

    def __init__(self, stretch: Duration = STRETCH) -> None:
        self._stretch = stretch
        self._current = 0
        self._kept: dict[Key, list[float | None]] = {}

    def note(self, now: Instant, detectors: Iterable[DetectorNow]) -> None:
        """Take in the values of now; detectors that are no more are forgotten."""
        current = now // self._stretch
        moved = max(0, min(STRETCHES, current - self._current)) if self._kept else 0
        self._current = current
        kept: dict[Key, list[float | None]] = {}
        for detector in detectors:
            for quantity, value in detector.values.items():
                key = (detector.id, quantity)
                stretches = self._kept.get(key) or [None] * STRETCHES
                stretches = [*stretches[moved:], *[None] * moved]
                _take_in(stretches, value)
                kept[key] = stretches
        self._kept = kept

    def of(self, detector: str, quantity: str) -> Values:
        """Give a trend, the oldest stretch first."""
        return tuple(self._kept.get((detector, quantity), ()))


def drawn(values: Values, quantity: str) -> str:
    """Draw a trend in as many cells as it has stretches."""
    known = [value for value in values if value is not None]
    if not known:
        return UNKNOWN * STRETCHES
    low = min(known)
    span = max(max(known) - low, LEAST_SPAN.get(quantity, 0.0)) or 1.0
    highest = len(LEVELS) - 1
    return "".join(
        UNKNOWN if value is None else LEVELS[min(highest, int((value - low) / span * len(LEVELS)))]
        for value in values
    ).rjust(STRETCHES, UNKNOWN)


def _take_in(stretches: list[float | None], value: float | None) -> None:
    if value is None or not isfinite(value):
        return
    before = stretches[-2]
    last = stretches[-1]
    if last is None or before is None or abs(value - before) >= abs(last - before):
        stretches[-1] = value
