"""What drivers tell the core about detectors and buses.

A driver never judges: it says what it measured, or that it could not measure and why. Everything
carries the monotonic instant of the measurement, not of its arrival.
"""

from dataclasses import dataclass
from enum import StrEnum

from rules.instant import Instant


class FaultCause(StrEnum):
    """Why a detector, bus or part of the gateway is not to be trusted."""

    NO_REPLY = "no-reply"
    BAD_CHECKSUM = "bad-checksum"
    BAD_REPLY = "bad-reply"  # truncated, of another length or of another question
    EXCEPTION_REPLY = "exception-reply"  # a Modbus exception code
    DEVICE_FAULT = "device-fault"  # the device says so itself
    DEVICE_WARNING = "device-warning"  # it wants attention: dirt, calibration; its values count
    INHIBITED = "inhibited"  # the device says that it is out of service: inhibit, calibration
    WARMING_UP = "warming-up"  # the device says so itself: a fault only once it lasts too long
    HEARTBEAT = "heartbeat-stopped"  # what a living device changes stands still
    BUS_DOWN = "bus-down"
    STALE = "stale"
    OVER_RANGE = "over-range"  # beyond the range on the hazardous side
    IMPLAUSIBLE = "implausible"  # outside the range on the safe side, or not a number
    LOOP_LOW = "loop-low"  # below 3.6 mA (NAMUR NE 43): a broken wire or a failed transmitter
    LOOP_HIGH = "loop-high"  # above 21 mA
    LOOP_UNDEFINED = "loop-undefined"  # in none of the bands of the loop
    OPEN_CIRCUIT = "open-circuit"  # a supervised loop whose wire is cut
    SHORT_CIRCUIT = "short-circuit"
    STUCK = "stuck"  # the same value for longer than any living device of this model gives
    CHECKSUM_RATE = "checksum-rate"  # it answers, but too many answers come garbled
    CHATTER = "chatter"  # a contact that goes on and off too often; its value counts
    END_OF_LIFE = "end-of-life"  # its service life has ended; its values still count


@dataclass(frozen=True, slots=True)
class Reading:
    """One measured value.

    Attributes:
        detector: the detector's id.
        quantity: the name of a quantity in rules.quantity.QUANTITIES.
        value: in the quantity's canonical unit; a contact is 1.0 when active, else 0.0. May lie
            outside the profile's range: the core judges that.
        at: the instant of the measurement.
    """

    detector: str
    quantity: str
    value: float
    at: Instant


@dataclass(frozen=True, slots=True)
class FailedPoll:
    """One attempt to read a detector that gave no value.

    With DEVICE_WARNING it is a word besides the values: they follow, measured at its instant or
    before. Values of a later instant without that word say that the warning is over.

    Attributes:
        detector: the detector's id.
        cause: what went wrong.
        detail: one line for the technician: address, register, exception code, bytes in hex.
        at: the instant at which the attempt ended.
    """

    detector: str
    cause: FaultCause
    detail: str
    at: Instant


@dataclass(frozen=True, slots=True)
class BusDown:
    """A bus as a whole cannot be used: its port is gone, its host does not answer."""

    bus: str
    detail: str
    at: Instant


@dataclass(frozen=True, slots=True)
class BusUp:
    """A bus can be used (again): its port is open. Says nothing about the devices on it."""

    bus: str
    at: Instant


@dataclass(frozen=True, slots=True)
class OutputDown:
    """An output does not take its level; its driver goes on trying, and its bus goes on.

    Attributes:
        output: the output's id.
        cause: what went wrong.
        detail: one line for the technician.
        at: the instant at which the attempt ended.
    """

    output: str
    cause: FaultCause
    detail: str
    at: Instant


@dataclass(frozen=True, slots=True)
class OutputUp:
    """An output has taken its level: for the first time in a run of its bus, or again."""

    output: str
    at: Instant


Measurement = Reading | FailedPoll | BusDown | BusUp | OutputDown | OutputUp
