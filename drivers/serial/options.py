"""What site files and profiles may say of sensors with a framed serial protocol."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

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
    type: FieldType = FieldType.UINT16
    scale: float = 1.0


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

    baud: int = 9600
    header: str
    length: int
    checksum: Checksum
    fields: Mapping[str, FrameField]
    silent_after: Duration = seconds(5)

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
