"""Readings, batched: for curves and maintenance, never for alarms.

Telemetry is sent once and not again (QoS 0), and it is not in the journal. Nothing that decides
about an alarm may rest on it.
"""

from collections.abc import Iterable
from typing import Final

import msgspec

from gateway.messages.parts import UTC_TIME, Measured, Stamp, Stamped, known_time, measured
from gateway.messages.topics import Origin
from rules.reading import Reading

MOST_READINGS: Final = 100
"""Readings in one message: about 12 KiB with ordinary names."""


class TelemetryReading(Measured, frozen=True, kw_only=True):
    """A value and when it was measured.

    Attributes:
        time: when it was measured; null while the clock is unknown.
    """

    time: UTC_TIME | None


class TelemetryMessage(Stamped, frozen=True, kw_only=True):
    """The newest reading of each quantity that changed since the last message.

    Attributes:
        readings: those readings.
    """

    readings: list[TelemetryReading]


def telemetry_message(readings: Iterable[Reading], stamp: Stamp, origin: Origin) -> bytes:
    """Tell readings of this boot; a reading is dated by its distance from the stamp."""
    return msgspec.json.encode(
        TelemetryMessage(
            gateway=origin.gateway,
            time=stamp.time,
            clock=stamp.clock,
            boot=stamp.boot_id,
            monotonicns=str(stamp.at),
            readings=[_told(reading, stamp) for reading in readings],
        )
    )


def _told(reading: Reading, stamp: Stamp) -> TelemetryReading:
    value = measured(reading.detector, reading.quantity, reading.value)
    return TelemetryReading(
        detector=value.detector,
        quantity=value.quantity,
        value=value.value,
        unit=value.unit,
        over_range=value.over_range,
        unknown=value.unknown,
        time=known_time(stamp.wall_ns - (stamp.at - reading.at), stamp.clock),
    )
