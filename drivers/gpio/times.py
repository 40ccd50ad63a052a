"""How long a change of a contact may take to be a reading.

An edge wakes the reader at once. What is counted is an edge that nobody saw: the poll finds it, and
the level counts when the window of doubt has ended, at the latest when it has its greatest length.
"""

from collections.abc import Mapping

from drivers.bus import BusPlan
from drivers.gpio.debounce import HOLDS_PER_WINDOW, LONGEST_WINDOW
from drivers.gpio.options import GpioBusOptions, GpioDetectorOptions
from drivers.times import DetectorTimes, Stretch, Wait, evenly
from rules.instant import Duration


def times_of(plan: BusPlan) -> Mapping[str, DetectorTimes]:
    """Give the times of each contact: all of them are read as often as the quickest wants."""
    options: GpioBusOptions = plan.options
    poll = min((options.poll_every, *(detector.every for detector in plan.detectors)))
    return {
        detector.id: DetectorTimes(
            change=(
                Stretch(Wait.PERIOD, poll),
                Stretch(Wait.DEBOUNCE, _doubt(detector.options)),
            ),
            failures=evenly(poll),
            apart=poll,
        )
        for detector in plan.detectors
    }


def _doubt(contact: GpioDetectorOptions) -> Duration:
    return Duration(min(HOLDS_PER_WINDOW * contact.debounce, LONGEST_WINDOW))
