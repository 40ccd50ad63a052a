"""Whether polls keep their raster: instants that lie one period apart for as long as a bus is up.

A reading is dated by its answer. That it comes a little behind its instant is no matter, nor that
one of them is late where another device holds the line; the instants themselves must not move. So
the middle one of each minute's readings is compared with that of the first minute.
"""

from collections import defaultdict
from dataclasses import dataclass
from statistics import median

from gateway.recording.format import decode
from rules.reading import BusUp, Reading

MINUTE = 60_000_000_000
FEWEST = 10  # readings of a minute: a middle one of fewer says nothing
WITHIN = 100_000_000


@dataclass
class Kept:
    """How a detector's readings lay in the raster of its period, in all runs of its bus.

    Attributes:
        readings: how many there were.
        periods: how many there were from the first reading to the last of each run.
        drift: nanoseconds by which the middle of a minute lay off that of its run's first, at most.
        off: how many readings lay off it by more than WITHIN.
    """

    readings: int = 0
    periods: int = 0
    drift: int = 0
    off: int = 0


def inputs_of(folder):
    """Give the inputs of a folder's recordings, how many pieces are lost, and the seconds.

    A piece is a segment that is missing between the first and the last that were kept, or an input
    that could not be recorded.
    """
    segments = {}
    for file in sorted(folder.glob("*.recording")):
        segments |= {each.number: each for each in decode(file.read_bytes()).segments}
    numbers = sorted(segments)
    lost = numbers[-1] - numbers[0] + 1 - len(numbers) if numbers else 0
    lost += sum(segments[number].dropped for number in numbers)
    inputs = [each for number in numbers for each in segments[number].inputs]
    span = (inputs[-1][0] - inputs[0][0]) / 1e9 if inputs else 0.0
    return [given for _, given in inputs], lost, span


def kept_raster(inputs, bus_of, periods):
    """Give by detector how it kept its raster.

    Args:
        inputs: what the core was given, in its order.
        bus_of: by detector its bus, for those that are looked at.
        periods: by detector, nanoseconds.
    """
    kept = {detector: Kept() for detector in bus_of}
    running = defaultdict(list)
    for given in inputs:
        if isinstance(given, BusUp):
            for detector, bus in bus_of.items():
                if bus == given.bus:
                    _judge(running.pop(detector, []), periods[detector], kept[detector])
        elif isinstance(given, Reading) and given.detector in bus_of:
            running[given.detector].append(given.at)
    for detector, times in running.items():
        _judge(times, periods[detector], kept[detector])
    return kept


def _judge(times, period, kept):
    """Judge one run of a bus."""
    if not times:
        return
    kept.readings += len(times)
    kept.periods += round((times[-1] - times[0]) / period) + 1
    first_minute = [_off(at, times[0], period) for at in times if at < times[0] + MINUTE]
    if len(first_minute) < FEWEST:
        return
    origin = times[0] + int(median(first_minute))
    minutes = defaultdict(list)
    for at in times:
        minutes[(at - times[0]) // MINUTE].append(_off(at, origin, period))
    medians = [abs(int(median(offs))) for offs in minutes.values() if len(offs) >= FEWEST]
    kept.drift = max(kept.drift, *medians)
    kept.off += sum(abs(off) > WITHIN for offs in minutes.values() for off in offs)


def _off(at, origin, period):
    """Give how far an instant lies off the nearest of a raster's: up to half a period."""
    return (at - origin + period // 2) % period - period // 2
