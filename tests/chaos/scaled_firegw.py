"""firegw, gateway or centre, with short times and with a wall clock that a campaign moves.

Everything in it is real. Waits that are right for a province (a back-off of a minute) would let a
campaign wait for most of its time; each is shortened here alike. The kernel's clock belongs to the
whole machine, so the wall clock comes from a file: nanoseconds to add to it, and whether it is
synchronised.
"""

import mmap
import os
import struct
import time
from functools import partial
from pathlib import Path

from gateway.backoff import Backoff
from gateway.journal import keeper
from gateway.uplink import awaiting, lane_walk, path_ports, path_probe
from rules import alarm
from rules.instant import seconds

WALL_VARIABLE = "CHAOS_WALL"
WALL = struct.Struct("<qq")

BACKOFF = Backoff(first=seconds(0.05), longest=seconds(0.5))


class MovedClock:
    """The wall clock in a file, as the gateway reads it."""

    def __init__(self, file: Path) -> None:
        with file.open("rb") as opened:
            self._map = mmap.mmap(opened.fileno(), WALL.size, access=mmap.ACCESS_READ)

    def time_ns(self) -> int:
        return time.time_ns() + WALL.unpack(self._map[:])[0]

    def is_synchronised(self, _: int) -> bool:
        return bool(WALL.unpack(self._map[:])[1])


def write_wall(file: Path, offset_ns: int, *, is_synchronised: bool) -> None:
    """Set the wall clock of a gateway that runs, or of one to come."""
    if not file.exists():
        file.write_bytes(bytes(WALL.size))
    with file.open("r+b") as opened:
        opened.write(WALL.pack(offset_ns, is_synchronised))


def shorten() -> None:
    """Shorten the waits, before the modules that take them over are imported."""
    path_ports.BACKOFF = BACKOFF
    path_ports.TIMING = path_ports.PathTiming(
        connect_within=seconds(2),
        answer_within=seconds(2),
        supervision=seconds(1),
        backoff=BACKOFF,
    )
    path_probe.ProbeTiming = partial(
        path_probe.ProbeTiming,
        every=seconds(2),
        alternate_every=seconds(4),
        again_after=seconds(1),
        answer_within=seconds(3),
    )
    lane_walk.UNHEARD = BACKOFF
    awaiting.PASSED_AFTER = seconds(0.5)
    awaiting.ASK_AGAIN = Backoff(first=seconds(3), longest=seconds(6))
    # Contacts move many times a minute here, and each move has to be told.
    alarm.FLAPS_WITHIN = seconds(0)
    keeper.FIRST_RETRY, keeper.LONGEST_RETRY = seconds(0.2), seconds(1)


def shorten_the_centres() -> None:
    from gateway.centre import centre, resend  # noqa: PLC0415 - only now, as said

    centre.RECONNECT = BACKOFF
    resend.WAITS = Backoff(first=seconds(1), longest=seconds(5))


def main() -> None:
    shorten()
    from gateway.cli import firegw, run  # noqa: PLC0415 - only now, as said

    shorten_the_centres()
    if WALL_VARIABLE in os.environ:
        clock = MovedClock(Path(os.environ[WALL_VARIABLE]))
        run.ClockSources = partial(
            run.ClockSources, time_ns=clock.time_ns, is_synchronised=clock.is_synchronised
        )
    firegw.main()


if __name__ == "__main__":
    main()
