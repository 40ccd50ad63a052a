"""Time as the core knows it: instants of one boot's monotonic clock, and durations.

Both are whole nanoseconds. A duration is never the difference of two wall clocks: a Raspberry Pi
may boot in 1970 and jump by decades when the network answers.
"""

from dataclasses import dataclass
from typing import NewType

Instant = NewType("Instant", int)
"""Nanoseconds of CLOCK_MONOTONIC since this boot."""

Duration = NewType("Duration", int)
"""Nanoseconds between two instants."""

NANOSECONDS_PER_SECOND = 1_000_000_000


def seconds(value: float) -> Duration:
    """Make a duration from seconds."""
    return Duration(round(value * NANOSECONDS_PER_SECOND))


def in_seconds(duration: int) -> float:
    """Give a duration in seconds."""
    return duration / NANOSECONDS_PER_SECOND


def later(instant: Instant, duration: Duration) -> Instant:
    """Give the instant that lies a duration after another."""
    return Instant(instant + duration)


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """An instant together with the boot whose clock it was read from.

    Only moments outlive a boot: latched alarms carry the moment at which they were raised.
    """

    boot_id: str
    at: Instant
