"""How long a change at a serial device may take to be a reading.

A sensor that sends by itself sends when it likes; a frame may come as late as not yet counts as
silence. One that comes before the detector's period is over is told when it is. A sensor that is
asked answers as late as it may. A panel prints a change when it happens; the line may lack its end,
and is taken when nothing more comes.
"""

from collections.abc import Mapping

from drivers.bus import BusDetector, BusPlan
from drivers.serial.device import SerialProfile
from drivers.serial.line_cutter import LINE_PAUSE, LONGEST_LINE
from drivers.serial.options import port_settings
from drivers.serial.port_settings import PortSettings
from drivers.times import DetectorTimes, Stretch, Wait, evenly
from rules.instant import Duration


def times_of(plan: BusPlan) -> Mapping[str, DetectorTimes]:
    """Give the times of the sensor, or of each point of the panel."""
    times: dict[str, DetectorTimes] = {}
    for detector in plan.detectors:
        device: SerialProfile = detector.profile.device
        settings = port_settings(plan.options, device)
        if device.lines is not None:
            times[detector.id] = _of_a_point(detector, device, settings)
        elif device.ask:
            times[detector.id] = _of_an_answer(detector, device, settings)
        else:
            times[detector.id] = _of_a_stream(detector, device, settings)
    return times


def _of_a_stream(
    detector: BusDetector, device: SerialProfile, settings: PortSettings
) -> DetectorTimes:
    wire = settings.wire_time(device.longest)
    return DetectorTimes(
        change=(
            Stretch(Wait.FRAME, Duration(device.silent_after + wire)),
            Stretch(Wait.PERIOD, detector.every),
        ),
        failures=evenly(device.silent_after),
        apart=device.silent_after,
    )


def _of_an_answer(
    detector: BusDetector, device: SerialProfile, settings: PortSettings
) -> DetectorTimes:
    wire = settings.wire_time(len(bytes.fromhex(device.ask)))
    answer = Duration(device.answer_within + wire)
    # The turn that an unanswered question runs over is left out.
    turns = detector.every if answer < detector.every else Duration(detector.every + answer)
    first = detector.every + answer
    return DetectorTimes(
        change=(Stretch(Wait.PERIOD, detector.every), Stretch(Wait.LINE, answer)),
        failures=(Duration(first), Duration(first + turns), Duration(first + 2 * turns)),
        apart=detector.every,
    )


def _of_a_point(
    detector: BusDetector, device: SerialProfile, settings: PortSettings
) -> DetectorTimes:
    """Give the times of a point; without `alive_within` it is not seen that a panel is silent."""
    alive_within = None if device.lines is None else device.lines.alive_within
    one, two, three = (each + (alive_within or 0) for each in evenly(detector.every))
    return DetectorTimes(
        change=(Stretch(Wait.PRINT, Duration(settings.wire_time(LONGEST_LINE) + LINE_PAUSE)),),
        failures=(Duration(one), Duration(two), Duration(three)),
        apart=detector.every,
    )
