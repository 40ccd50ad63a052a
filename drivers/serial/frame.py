"""What stands where in a frame, and how bytes make a number."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from drivers.device_words import DeviceState, check_numbers
from rules.problem import InvalidSettingError

LONGEST_FRAME: Final = 256  # the longest frame of the sensors at hand is 40 bytes (PMS5003ST)
LONGEST_TEXT_NUMBER: Final = 12  # characters: a sign, ten digits, a point


class FieldType(StrEnum):
    """How bytes make a number."""

    BIT = "bit"  # one bit of one byte
    BITS = "bits"  # some bits of one byte
    UINT8 = "uint8"
    INT8 = "int8"
    UINT16 = "uint16"
    INT16 = "int16"
    UINT32 = "uint32"
    INT32 = "int32"
    FLOAT32 = "float32"
    BCD8 = "bcd8"  # two decimal digits, four bits each
    BCD16 = "bcd16"
    BCD32 = "bcd32"
    DECIMAL = "decimal"  # characters: digits, perhaps a sign, a point, blanks around
    HEX = "hex"  # characters: hexadecimal digits


SIZES: Final[Mapping[FieldType, int]] = MappingProxyType(
    {
        FieldType.BIT: 1,
        FieldType.BITS: 1,
        FieldType.UINT8: 1,
        FieldType.INT8: 1,
        FieldType.UINT16: 2,
        FieldType.INT16: 2,
        FieldType.UINT32: 4,
        FieldType.INT32: 4,
        FieldType.FLOAT32: 4,
        FieldType.BCD8: 1,
        FieldType.BCD16: 2,
        FieldType.BCD32: 4,
    }
)
"""How many bytes a number takes; one that is written in characters says it itself."""

IN_CHARACTERS: Final = frozenset({FieldType.DECIMAL, FieldType.HEX})
WHOLE_NUMBERS: Final = frozenset(FieldType) - {FieldType.FLOAT32, FieldType.DECIMAL}
LENGTH_TYPES: Final = (FieldType.UINT8, FieldType.UINT16)


class ByteOrder(StrEnum):
    """Which byte of several is the most significant."""

    BIG = "big"  # the first
    LITTLE = "little"  # the last


@dataclass(frozen=True, slots=True, kw_only=True)
class FramePlace:
    """Where a number stands in a frame."""

    at: int = field(metadata={"help": "offset in bytes from the start of the frame"})
    type: FieldType = field(
        default=FieldType.UINT16, metadata={"help": "how the bytes make a number"}
    )
    bit: int = field(default=0, metadata={"help": "for bit and bits: the lowest one; 0 to 7"})
    width: int = field(default=1, metadata={"help": "how many bits, for bits; the highest first"})
    size: int = field(
        default=0, metadata={"help": "how many characters, for decimal and hex; at most 12"}
    )
    inverted: bool = field(default=False, metadata={"help": "of a bit: 0 is the active state"})

    def __post_init__(self) -> None:
        if not 0 <= self.at < LONGEST_FRAME:
            raise InvalidSettingError("at", f"must be from 0 to {LONGEST_FRAME - 1}")
        if not 0 <= self.bit <= 7:
            raise InvalidSettingError("bit", "must be from 0 to 7")
        if not 1 <= self.width <= 8 - self.bit:
            raise InvalidSettingError("width", "the bits must lie within one byte")
        if self.width > 1 and self.type is not FieldType.BITS:
            raise InvalidSettingError("width", "only bits have a width")
        if self.inverted and self.type is not FieldType.BIT:
            raise InvalidSettingError("inverted", "only a bit can be inverted")
        if self.type in IN_CHARACTERS and not 1 <= self.size <= LONGEST_TEXT_NUMBER:
            raise InvalidSettingError("size", f"must be from 1 to {LONGEST_TEXT_NUMBER}")
        if self.type not in IN_CHARACTERS and self.size:
            raise InvalidSettingError("size", f"a {self.type} has its own size")

    @property
    def ends(self) -> int:
        """The offset of the first byte behind it."""
        return self.at + (self.size if self.type in IN_CHARACTERS else SIZES[self.type])


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameField(FramePlace):
    """Where a quantity stands: value = number * scale + offset, in its canonical unit."""

    scale: float = field(default=1.0, metadata={"help": "value = number * scale + offset"})
    offset: float = field(default=0.0, metadata={"help": "in the quantity's own unit"})
    no_value: tuple[int, ...] = field(
        default=(),
        metadata={"help": "numbers by which the device says that it has no value: a fault"},
    )

    def __post_init__(self) -> None:
        FramePlace.__post_init__(self)
        if self.scale == 0:
            raise InvalidSettingError("scale", "every number would be the same value")
        if self.no_value and self.type not in WHOLE_NUMBERS - {FieldType.BIT}:
            raise InvalidSettingError("no_value", f"a {self.type} has no number to spare")


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameFault(FramePlace):
    """A bit or a number by which a device reports something of itself: a fault, unless told apart.

    See SerialProfile: `faults` and `inhibits` leave no value, `warnings` stand beside the values.
    """

    type: FieldType = field(
        default=FieldType.BIT, metadata={"help": "bit, or a number that is a fault code"}
    )
    lowest: int = field(
        default=1, metadata={"help": "of a number: from here on it is a fault, below it none"}
    )
    words: Mapping[str, str] = field(
        default_factory=dict, metadata={"help": "by fault code, what it means, for the technician"}
    )

    def __post_init__(self) -> None:
        FramePlace.__post_init__(self)
        if self.type not in WHOLE_NUMBERS:
            raise InvalidSettingError("type", "must be a bit or a whole number")
        check_numbers("words", self.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameState(FramePlace):
    """The number by which a device says what it does.

    One that is not listed is a fault: nobody knows what the device means by it.
    """

    type: FieldType = field(
        default=FieldType.UINT8, metadata={"help": "how the bytes make a number"}
    )
    meanings: Mapping[str, DeviceState] = field(
        metadata={"help": "by number: measuring, warming-up, inhibited or failed"}
    )

    def __post_init__(self) -> None:
        FramePlace.__post_init__(self)
        if self.type not in WHOLE_NUMBERS:
            raise InvalidSettingError("type", "a state is a bit or a whole number")
        check_numbers("meanings", self.meanings)
        if DeviceState.MEASURING not in self.meanings.values():
            raise InvalidSettingError("meanings", "one of them must mean measuring")


@dataclass(frozen=True, slots=True, kw_only=True)
class LengthField:
    """The number in a frame that says how long the frame is: length = number + extra."""

    at: int = field(metadata={"help": "offset in bytes from the start of the frame"})
    type: FieldType = field(
        default=FieldType.UINT8, metadata={"help": "uint8 or uint16", "choices": LENGTH_TYPES}
    )
    extra: int = field(
        default=0, metadata={"help": "what the number does not count; length = number + extra"}
    )
    longest: int = field(
        default=LONGEST_FRAME,
        metadata={"help": "no frame is longer; what says so is noise, and is not waited for"},
    )

    def __post_init__(self) -> None:
        if self.type not in LENGTH_TYPES:
            raise InvalidSettingError("type", "must be uint8 or uint16")
        if not 0 <= self.at <= LONGEST_FRAME - SIZES[self.type]:
            raise InvalidSettingError("at", f"must be from 0 to {LONGEST_FRAME - 1}")
        if not -LONGEST_FRAME <= self.extra <= LONGEST_FRAME:
            raise InvalidSettingError("extra", f"must be at most {LONGEST_FRAME}")
        if not self.ends < self.longest <= LONGEST_FRAME:
            raise InvalidSettingError(
                "longest", f"must be more than the length field's end and at most {LONGEST_FRAME}"
            )

    @property
    def ends(self) -> int:
        """The offset of the first byte behind it."""
        return self.at + SIZES[self.type]
