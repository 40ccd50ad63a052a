"""How long a device may take to answer, and how long its line rests behind the answer.

Both are said for the bus, for a profile and for a single device; what stands nearest to the device
counts. Detectors of one unit may differ: they are asked together, and the most patient counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from drivers.bus import BusDetector
from drivers.modbus.codec import character_time
from drivers.modbus.device import ModbusProfile
from drivers.modbus.options import ModbusBusOptions, ModbusDetectorOptions, ModbusOutputOptions
from rules.instant import Duration

REQUEST_BYTES: Final = 8  # unit, function, address, count or value, checksum


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """The time that a device is given.

    Attributes:
        reply_within: until its answer begins; the time of the wire comes besides.
        turn_around: for how long the line rests behind its answer, or behind an attempt that
            failed. The silence that parts frames is the line's own, and the longer of both counts.
    """

    reply_within: Duration
    turn_around: Duration


def pace_of_bus(options: ModbusBusOptions) -> Pace:
    """Give the time of a device of which nothing is said."""
    return Pace(reply_within=options.reply_within, turn_around=options.turn_around)


def pace_of(options: ModbusBusOptions, detectors: Sequence[BusDetector]) -> Pace:
    """Give the time of the detectors of one unit."""
    profiles: list[ModbusProfile] = [detector.profile.device for detector in detectors]
    return Pace(
        reply_within=max(_reply_within(options, detector) for detector in detectors),
        turn_around=max(options.turn_around, *(profile.turn_around for profile in profiles)),
    )


def pace_of_output(options: ModbusBusOptions, output: ModbusOutputOptions) -> Pace:
    """Give the time of the device that has an output."""
    return Pace(
        reply_within=output.reply_within or options.reply_within,
        turn_around=options.turn_around,
    )


def attempt(options: ModbusBusOptions, pace: Pace, request: int, answer: int) -> Duration:
    """Give for how long a question may hold its line.

    Args:
        options: of the bus.
        pace: of the device.
        request: how many characters are sent.
        answer: how many come back.
    """
    return Duration(pace.reply_within + wire_time(options, request + answer))


def wire_time(options: ModbusBusOptions, characters: int) -> Duration:
    """Give how long characters take on the serial line, also on that behind a serial server.

    A network is fast beside it: there nothing is counted.
    """
    return Duration(0 if options.numbered else characters * character_time(options))


def _reply_within(options: ModbusBusOptions, detector: BusDetector) -> Duration:
    own: ModbusDetectorOptions = detector.options
    profile: ModbusProfile = detector.profile.device
    return own.reply_within or profile.reply_within or options.reply_within
