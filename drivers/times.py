"""What a driver tells of time before anything runs: how long a change may take to be a reading.

Each driver folder has a `times.py` with `times_of(plan)`, a pure function of what the site file
says: no hardware, no clock. `firegw check` adds up what the drivers tell with what the rules wait
for. The numbers are for the worst case of a sound bus with one dead unit on it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from drivers.bus import BusPlan
from rules.instant import Duration


class Wait(StrEnum):
    """What a change waits for before it is read."""

    PERIOD = "period"  # the detector's next turn
    LINE = "line"  # whatever else is asked on the line before it
    DEAD_UNIT = "dead-unit"  # a unit that lets its time-out pass
    FULL_LINE = "full-line"  # alarm points that go first on a line without room
    DEBOUNCE = "debounce"  # a contact that chatters
    FLASHING = "flashing"  # a relay that flashes becomes active a second time
    COUNT = "count"  # pulses are counted over a time
    FRAME = "frame"  # the next frame that the sensor sends by itself
    PRINT = "print"  # the end of the line that a panel prints


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the time from a change to its reading."""

    wait: Wait
    takes: Duration


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorTimes:
    """The worst-case times of one detector.

    Attributes:
        change: what a change at the detector waits for until it is a reading; one after another.
        failures: by when the first, the second and the third failed attempt in a row have been
            told, counted from the last good answer of a detector that then fell silent.
        apart: two failed attempts lie at least so far apart.
    """

    change: tuple[Stretch, ...]
    failures: tuple[Duration, Duration, Duration]
    apart: Duration


TimesOf = Callable[[BusPlan], Mapping[str, DetectorTimes]]
"""Gives the times of each detector of a bus, by its id."""


def evenly(every: Duration) -> tuple[Duration, Duration, Duration]:
    """Give the failures of a detector that is looked at evenly, whatever it says."""
    return every, Duration(2 * every), Duration(3 * every)
