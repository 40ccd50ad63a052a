"""Time: the only module that reads a clock.

Two clocks with two jobs. The monotonic one measures, orders and times out; it never jumps. The wall
clock labels, and is worth only what its quality says: a Raspberry Pi has no clock at boot, starts
in 1970 or where it was switched off, and jumps when the network answers. Nothing that is done here
to the wall clock changes what `now()` gives.
"""

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from gateway.record import BootOffset, ClockQuality
from gateway.synchronisation import is_synchronised
from rules.instant import Duration, Instant, Moment, in_seconds, seconds

RELEASED_NS: Final = 1_795_478_400 * 1_000_000_000
"""2026-11-24 00:00 UTC. No clock that runs this release can rightly show less; raise it with each
release."""

JUMP: Final = seconds(2)
"""Steps of the wall clock over this are told. The kernel slews what is less than half a second, and
slewing bends the monotonic clock alike, so it never shows as a step."""

QUALITY_HOLDS: Final = seconds(10)
"""How long an answer of the operating system about its synchronisation is used again."""

BOOT_ID_FILE: Final = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockSources:
    """Where time comes from; the tests bring their own."""

    monotonic_ns: Callable[[], int] = time.monotonic_ns
    time_ns: Callable[[], int] = time.time_ns
    is_synchronised: Callable[[int], bool] = is_synchronised


@dataclass(frozen=True, slots=True)
class WallReading:
    """The wall clock: nanoseconds since 1970-01-01 UTC, and how far they can be believed."""

    wall_ns: int
    quality: ClockQuality


class ClockChangeKind(StrEnum):
    """What can happen to the wall clock."""

    ESTABLISHED = "established"  # synchronised now, and was not before
    JUMPED = "jumped"
    LOST = "lost"  # no longer synchronised: holdover begins


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockChange:
    """Something happened to the wall clock.

    Attributes:
        kind: what.
        jump: how far the wall clock stepped, forward or back; 0 where it did not.
        offset: wall clock less monotonic clock from now on; dates every event of this boot.
    """

    kind: ClockChangeKind
    jump: Duration
    offset: BootOffset


def read_boot_id() -> str:
    """Give the id of this boot of the machine."""
    try:
        return BOOT_ID_FILE.read_text("ascii").strip()
    except OSError:
        # Not Linux, or no /proc: each start then counts as a boot of its own, so that no instant
        # of another boot is ever taken for one of this.
        return secrets.token_hex(16)


class Clock:
    """Both clocks of the machine. Used by the event loop's thread, but `now` by any."""

    def __init__(self, sources: ClockSources, *, boot_id: str, floor_ns: int = RELEASED_NS) -> None:
        self._sources = sources
        self._boot_id = boot_id
        self._boots: dict[str, BootOffset] = {}
        self._started_ns = sources.monotonic_ns()
        self._floor_ns = floor_ns
        self._synchronised = False
        self._once_synchronised = False
        self._asked_ns: int | None = None
        self._offset_ns = self._read_offset_ns()
        self._told_synchronised = False

    @property
    def boot_id(self) -> str:
        """The boot that `now()` counts from."""
        return self._boot_id

    def now(self) -> Instant:
        """Read the monotonic clock."""
        return Instant(self._sources.monotonic_ns())

    def read(self) -> WallReading:
        """Read the wall clock.

        While its quality is unknown and it lies before the floor, the floor and the time since the
        gateway's start are given in its place: still wrong, but never before what is known to have
        been.
        """
        quality = self._read_quality()
        wall_ns = self._sources.time_ns()
        if quality is ClockQuality.UNKNOWN and wall_ns < self._floor_ns:
            wall_ns = self._floor_ns + self._sources.monotonic_ns() - self._started_ns
        return WallReading(wall_ns, quality)

    def surely_past_ns(self) -> int:
        """Give a wall time that has surely come, whatever the wall clock shows."""
        return self._floor_ns + self._sources.monotonic_ns() - self._started_ns

    def raise_floor(self, wall_ns: int) -> None:
        """Take note that it cannot be earlier than this: the journal's last record says so."""
        self._floor_ns = max(self._floor_ns, wall_ns)

    def learn_boots(self, boots: Mapping[str, BootOffset]) -> None:
        """Take over what the journal knows of the wall clock in this boot and earlier ones."""
        self._boots.update(boots)
        this_boot = boots.get(self._boot_id)
        if this_boot is None or this_boot.quality is ClockQuality.UNKNOWN:
            return
        if abs(this_boot.offset_ns - self._read_offset_ns()) <= JUMP:
            # The gateway was started anew within a boot whose clock had been synchronised, and
            # nobody has set it since.
            self._once_synchronised = True

    def poll(self) -> ClockChange | None:
        """See whether something happened to the wall clock; to be asked each second or so."""
        offset_ns = self._read_offset_ns()
        jump = Duration(offset_ns - self._offset_ns)
        self._offset_ns = offset_ns
        jumped = abs(jump) > JUMP
        if jumped:
            self._judge_anew()
        quality = self._read_quality()
        synchronised = quality is ClockQuality.SYNCHRONISED
        told, self._told_synchronised = self._told_synchronised, synchronised
        if synchronised and not told:
            kind = ClockChangeKind.ESTABLISHED
        elif told and not synchronised:
            kind = ClockChangeKind.LOST
        elif jumped:
            kind = ClockChangeKind.JUMPED
        else:
            return None
        offset = BootOffset(offset_ns, quality)
        if quality is not ClockQuality.UNKNOWN:
            self._boots[self._boot_id] = offset
        return ClockChange(kind=kind, jump=jump if jumped else Duration(0), offset=offset)

    def wall_of(self, moment: Moment) -> int | None:
        """Date a moment of this or an earlier boot; None where that boot's clock was not known."""
        if moment.boot_id == self._boot_id and self._read_quality() is not ClockQuality.UNKNOWN:
            return moment.at + self._read_offset_ns()
        offset = self._boots.get(moment.boot_id)
        if offset is None or offset.quality is ClockQuality.UNKNOWN:
            return None
        return moment.at + offset.offset_ns

    def _read_offset_ns(self) -> int:
        return self._sources.time_ns() - self._sources.monotonic_ns()

    def _judge_anew(self) -> None:
        """Forget what the quality was: somebody has set the clock.

        A time daemon says at the same time that it is synchronised. If none does, a hand has set
        it, and there is no good time any more that it could have held over.
        """
        self._asked_ns = None
        self._once_synchronised = False

    def _read_quality(self) -> ClockQuality:
        now_ns = self._sources.monotonic_ns()
        if self._asked_ns is None or now_ns - self._asked_ns >= QUALITY_HOLDS:
            self._asked_ns = now_ns
            self._synchronised = self._sources.is_synchronised(self._sources.time_ns())
            self._once_synchronised |= self._synchronised
        if self._synchronised:
            return ClockQuality.SYNCHRONISED
        return ClockQuality.HOLDOVER if self._once_synchronised else ClockQuality.UNKNOWN


def describe_jump(jump: Duration) -> str:
    """Say how far the wall clock stepped, for people."""
    direction = "forward" if jump > 0 else "back"
    return f"the wall clock jumped {direction} by {abs(in_seconds(jump)):.1f} s"
