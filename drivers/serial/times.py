"""How long a change at a streaming sensor may take to be a reading.

The sensor sends when it likes; a frame may come as late as not yet counts as silence. A frame that
comes before the detector's period is over is told when it is.
"""

from collections.abc import Mapping
from typing import Final

from drivers.bus import BusPlan
from drivers.serial.device import SerialProfile
from drivers.times import DetectorTimes, Stretch, Wait, evenly
from rules.instant import NANOSECONDS_PER_SECOND, Duration

BITS_PER_CHARACTER: Final = 10  # 8N1: start bit, 8 data bits, stop bit


def times_of(plan: BusPlan) -> Mapping[str, DetectorTimes]:
    """Give the times of the sensor."""
    times: dict[str, DetectorTimes] = {}
    for detector in plan.detectors:
        profile: SerialProfile = detector.profile.device
        wire = profile.longest * BITS_PER_CHARACTER * NANOSECONDS_PER_SECOND // profile.baud
        times[detector.id] = DetectorTimes(
            change=(
                Stretch(Wait.FRAME, Duration(profile.silent_after + wire)),
                Stretch(Wait.PERIOD, detector.every),
            ),
            failures=evenly(profile.silent_after),
            apart=profile.silent_after,
        )
    return times
