"""How long a change may take to be a reading: a simulated detector is read when its period ends."""

from collections.abc import Mapping

from drivers.bus import BusPlan
from drivers.times import DetectorTimes, Stretch, Wait, evenly


def times_of(plan: BusPlan) -> Mapping[str, DetectorTimes]:
    """Give the times of each detector."""
    return {
        detector.id: DetectorTimes(
            change=(Stretch(Wait.PERIOD, detector.every),),
            failures=evenly(detector.every),
            apart=detector.every,
        )
        for detector in plan.detectors
    }
