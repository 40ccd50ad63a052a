"""What the core and the centre are told of the wall clock: what it says, and what happens to it.

Schedules, service lives and the ends of disablements go by the wall clock, and a province reads
times of day. So the core is told what it says, and whether that can be believed; a clock that
nobody sets is a warning.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from gateway.clock import Clock, ClockChange, ClockChangeKind, describe_jump
from gateway.own_parts import CLOCK, OwnParts
from gateway.record import BootOffset, ClockQuality
from rules.condition import Condition
from rules.engine import Input
from rules.event import Notice
from rules.instant import seconds
from rules.part import Noted, WallTime

UNKNOWN_FOR: Final = seconds(100)
"""How long the clock may be unknown after the start before that is told (EN 54-2: 100 s)."""

TOLD_EVERY: Final = seconds(3600)
"""How often the core is told the wall time where nothing happens to it: a clock drifts by less than
a second in an hour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockPorts:
    """Whom the watch tells.

    Attributes:
        take: gives the core an input.
        dated: has the journal remember when this boot began, for the sake of earlier records.
        quality: is shown how far the clock can be believed, at each look.
    """

    take: Callable[[Input], object]
    dated: Callable[[BootOffset], None]
    quality: Callable[[ClockQuality], None]


class ClockWatch:
    """Watches the wall clock.

    Args:
        clock: both clocks.
        parts: where it is a part of the gateway.
        ports: whom it tells.
    """

    def __init__(self, clock: Clock, parts: OwnParts, ports: ClockPorts) -> None:
        self._clock = clock
        self._parts = parts
        self._ports = ports
        self._started = self._told = clock.now()

    def look(self) -> None:
        """See what has happened to it; to be called each second."""
        change = self._clock.poll()
        if change is not None or self._clock.now() - self._told >= TOLD_EVERY:
            self.tell()
        if change is not None:
            self._changed(change)
        quality = self._clock.read().quality
        self._ports.quality(quality)
        running = self._clock.now() - self._started
        if quality is ClockQuality.UNKNOWN and running > UNKNOWN_FOR:
            detail = "the wall clock is not synchronised; times of events are not known"
            self._parts.failed(CLOCK, "time-unknown", detail, Condition.SUPERVISORY)

    def tell(self) -> None:
        """Tell the core what it says now."""
        wall = self._clock.read()
        self._told = self._clock.now()
        is_known = wall.quality is not ClockQuality.UNKNOWN
        self._ports.take(WallTime(self._told, wall.wall_ns, is_known))

    def _changed(self, change: ClockChange) -> None:
        self._ports.dated(change.offset)
        jump = f"{describe_jump(change.jump)}; " if change.jump else ""
        if change.kind is ClockChangeKind.LOST:
            detail = "the wall clock runs on without synchronisation"
            self._parts.failed(CLOCK, "time-inaccurate", detail, Condition.SUPERVISORY)
            return
        if change.kind is ClockChangeKind.ESTABLISHED:
            self._parts.recovered(CLOCK, Condition.SUPERVISORY)
        detail = (
            f"{jump}boot {self._clock.boot_id} began at {change.offset.offset_ns} ns after 1970, "
            f"clock {change.offset.quality}"
        )
        notice = Noted(notice=Notice.CLOCK_ESTABLISHED, at=self._clock.now(), detail=detail)
        self._ports.take(notice)
