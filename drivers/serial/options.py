"""What site files and profiles may say of sensors with a framed serial protocol."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from drivers.bus import Claim
from rules.instant import Duration, seconds
from rules.problem import InvalidSettingError

LONGEST_FRAME = 256  # the longest frame of the sensors at hand is 40 bytes (PMS5003ST)


class Checksum(StrEnum):
    """How a frame proves itself."""

    SUM16 = "sum16"  # the last two bytes: sum of all bytes before, big-endian
    NEGATED_SUM8 = "negated-sum8"  # the last byte: two's complement of bytes 1 to last but one


class FieldType(StrEnum):
    """How bytes make a number; big-endian."""

    UINT8 = "uint8"
    UINT16 = "uint16"
    INT16 = "int16"


@dataclass(frozen=True, slots=True, kw_only=True)
class SerialBusOptions:
    """The port that one streaming sensor is wired to."""

    port: str = field(metadata={"help": "serial port, best by /dev/serial/by-id/…"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SerialDetectorOptions:
    """Nothing beyond the common fields: one port carries one sensor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameField:
    """Where in the frame a quantity stands: value = number * scale, in its canonical unit."""

    at: int = field(metadata={"help": "offset in bytes from the start of the frame"})
    type: FieldType = field(
        default=FieldType.UINT16, metadata={"help": "how the bytes make a number; big-endian"}
    )
    scale: float = field(default=1.0, metadata={"help": "value = number * scale"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SerialProfile:
    """The frames that a sensor streams.

    Attributes:
        baud: bits per second, 8N1.
        header: the first bytes of each frame, in hex, the length field included where it is
            constant.
        length: of the whole frame, in bytes.
        checksum: how the frame proves itself.
        fields: by quantity, where its value stands.
        silent_after: how long without a good frame before the attempt counts as failed.
    """

    baud: int = field(default=9600, metadata={"help": "bits per second, 8N1"})
    header: str = field(metadata={"help": "first bytes of each frame in hex, as 42 4D 00 1C"})
    length: int = field(metadata={"help": "of the whole frame, in bytes"})
    checksum: Checksum = field(metadata={"help": "how a frame proves itself"})
    fields: Mapping[str, FrameField] = field(
        metadata={"help": "by quantity, where its value stands"}
    )
    silent_after: Duration = field(
        default=seconds(5),
        metadata={"help": "how long without a good frame before the attempt counts as failed"},
    )

    def __post_init__(self) -> None:
        try:
            header = bytes.fromhex(self.header)
        except ValueError:
            raise InvalidSettingError("header", "must be bytes in hex, as 42 4D 00 1C") from None
        if not header:
            raise InvalidSettingError("header", "a frame without a header cannot be found again")
        if not len(header) < self.length <= LONGEST_FRAME:
            raise InvalidSettingError(
                "length", f"must be more than the header and at most {LONGEST_FRAME}"
            )
        for name, place in self.fields.items():
            size = 1 if place.type is FieldType.UINT8 else 2
            if not len(header) <= place.at <= self.length - size:
                raise InvalidSettingError("fields", f"{name} lies outside the frame's body")


def claims_of_bus(options: SerialBusOptions) -> tuple[Claim, ...]:
    """Take the port."""
    return (Claim("port", f"port {options.port}"),)


def claims_of_detector(_: SerialDetectorOptions, __: str) -> tuple[Claim, ...]:
    """Take the whole bus: frames carry no address."""
    return (Claim("", "the one place on a serial bus"),)


def measures(device: SerialProfile) -> frozenset[str]:
    """Give the quantities that have a place in the frame."""
    return frozenset(device.fields)
