"""What a message says of time, and what a broker's certificate is held against."""

from gateway.clock import Clock
from gateway.messages.parts import Stamp
from gateway.record import ClockQuality
from gateway.uplink.certificate_dates import KnownTime


def stamp_of(clock: Clock) -> Stamp:
    """Read both clocks."""
    wall = clock.read()
    return Stamp(boot_id=clock.boot_id, at=clock.now(), wall_ns=wall.wall_ns, clock=wall.quality)


def known_time_of(clock: Clock) -> KnownTime:
    """Give the time, or, where it is not known, an instant that is surely past."""
    wall = clock.read()
    if wall.quality is ClockQuality.UNKNOWN:
        return KnownTime(clock.surely_past_ns(), is_known=False)
    return KnownTime(wall.wall_ns, is_known=True)
