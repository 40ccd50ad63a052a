"""How long a change at a line may take to be a reading.

An edge wakes the reader at once. What is counted is an edge that nobody saw: the poll finds it, and
the level counts when the window of doubt has ended, at the latest when it has its greatest length.
A relay that flashes has to become active twice, and once more where the first was not seen; one
that is stuck is active after the same time. A rate of pulses is whole when its window is.
"""

from collections.abc import Mapping

from drivers.bus import BusPlan
from drivers.gpio.debounce import HOLDS_PER_WINDOW, LONGEST_WINDOW
from drivers.gpio.options import GpioBusOptions, GpioDetectorOptions, Reads
from drivers.times import DetectorTimes, Stretch, Wait, evenly
from rules.instant import Duration


def times_of(plan: BusPlan) -> Mapping[str, DetectorTimes]:
    """Give the times of each contact: all of them are read as often as the quickest wants."""
    options: GpioBusOptions = plan.options
    poll = min((options.poll_every, *(detector.every for detector in plan.detectors)))
    return {
        detector.id: DetectorTimes(
            change=_change(detector.options, poll),
            failures=evenly(poll),
            apart=poll,
        )
        for detector in plan.detectors
    }


def _change(options: GpioDetectorOptions, poll: Duration) -> tuple[Stretch, ...]:
    read = (Stretch(Wait.PERIOD, poll), Stretch(Wait.DEBOUNCE, _doubt(options)))
    match options.reads:
        case Reads.LEVEL:
            return read
        case Reads.FLASHING:
            twice = 2 * options.flashes_within - min(poll, options.flashes_within)
            return (*read, Stretch(Wait.FLASHING, Duration(twice)))
        case Reads.PULSE_RATE:
            return (*read, Stretch(Wait.COUNT, options.counted_over))


def _doubt(options: GpioDetectorOptions) -> Duration:
    return Duration(min(HOLDS_PER_WINDOW * options.debounce, LONGEST_WINDOW))
