"""What a profile may say of a device on a serial port: its frames, or the lines that it prints.

header | fields ... | checksum | trailer
|<------------------ length ----------->|
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from drivers.device_words import Parity
from drivers.serial.checksum import OF_ONE_ORDER, SUMS, Checksum
from drivers.serial.frame import (
    IN_CHARACTERS,
    LONGEST_FRAME,
    ByteOrder,
    FieldType,
    FrameFault,
    FrameField,
    FramePlace,
    FrameState,
    LengthField,
)
from drivers.serial.port_settings import check_port
from drivers.serial.printed import PrintedLines
from rules.instant import Duration, seconds
from rules.problem import InvalidSettingError

LONGEST_COMMAND = 64  # bytes; what is asked for in one go always fits into the kernel's own buffer
MOST_COMMANDS = 8
SHORTEST_ANSWER, LONGEST_ANSWER = seconds(0.01), seconds(5)
# A bus that delivers nothing for 45 s is taken to hang.
SHORTEST_SILENCE, LONGEST_SILENCE = seconds(0.01), seconds(30)


@dataclass(frozen=True, slots=True, kw_only=True)
class SerialProfile:
    """A device on a serial port.

    Attributes:
        baud: bits per second.
        data_bits: of a character.
        parity: bit of a character.
        stop_bits: of a character.
        header: the first bytes of each frame, in hex, the length field included where it is
            constant.
        length: of the whole frame, in bytes; None where a field says it.
        length_field: where it does.
        trailer: the last bytes of each frame, in hex, behind the checksum.
        checksum: how a frame proves itself.
        checksum_from: offset of the first byte that it counts.
        checksum_order: of its bytes.
        byte_order: of the numbers.
        fields: by quantity, where its value stands.
        faults: by a name for the technician, what is set when the device reports a fault: it
            watches no more, and values mean nothing.
        inhibits: likewise, when it says that it is out of service.
        warnings: likewise, when it wants attention and still watches: values count.
        state: the number by which it says what it does.
        ask: the question that it answers with a frame, in hex; empty where it sends by itself.
        answer_within: how long it may take.
        start: what is written to it after the port has opened, and after a silence, in hex.
        silent_after: how long without a good frame before the attempt counts as failed, where it
            sends by itself.
        lines: what it prints, where it has no frames.
    """

    baud: int = field(default=9600, metadata={"help": "bits per second"})
    data_bits: int = field(default=8, metadata={"help": "of a character: 7 or 8"})
    parity: Parity = field(default=Parity.NONE, metadata={"help": "parity bit"})
    stop_bits: int = field(default=1, metadata={"help": "1 or 2"})
    header: str = field(
        default="", metadata={"help": "first bytes of each frame in hex, as 42 4D 00 1C"}
    )
    length: int | None = field(
        default=None, metadata={"help": "of the whole frame, in bytes, where it is constant"}
    )
    length_field: LengthField | None = field(
        default=None, metadata={"help": "where the frame says how long it is"}
    )
    trailer: str = field(
        default="", metadata={"help": "last bytes of each frame in hex, behind the checksum"}
    )
    checksum: Checksum | None = field(
        default=None, metadata={"help": "how a frame proves itself; one without is not taken"}
    )
    checksum_from: int | None = field(
        default=None,
        metadata={
            "help": "offset of the first byte that the checksum counts; 0, or 1 for negated-sum8 "
            "and modbus-lrc"
        },
    )
    checksum_order: ByteOrder | None = field(
        default=None, metadata={"help": "of a checksum of two bytes, where it is not the usual one"}
    )
    byte_order: ByteOrder = field(
        default=ByteOrder.BIG, metadata={"help": "of the numbers: big has the highest byte first"}
    )
    fields: Mapping[str, FrameField] = field(
        default_factory=dict, metadata={"help": "by quantity, where its value stands"}
    )
    faults: Mapping[str, FrameFault] = field(
        default_factory=dict,
        metadata={"help": "by any name, what is set when the device has failed: no value counts"},
    )
    inhibits: Mapping[str, FrameFault] = field(
        default_factory=dict,
        metadata={"help": "by any name, what is set when the device is out of service"},
    )
    warnings: Mapping[str, FrameFault] = field(
        default_factory=dict,
        metadata={"help": "by any name, what is set when it wants attention: its values count"},
    )
    state: FrameState | None = field(
        default=None, metadata={"help": "the number by which the device says what it does"}
    )
    ask: str = field(
        default="",
        metadata={"help": "question in hex that a frame answers; absent: it sends by itself"},
    )
    answer_within: Duration = field(
        default=seconds(1), metadata={"help": "how long the answer may take"}
    )
    start: tuple[str, ...] = field(
        default=(),
        metadata={"help": "commands in hex, written when the port has opened and after a silence"},
    )
    silent_after: Duration = field(
        default=seconds(5),
        metadata={"help": "how long without a good frame before the attempt counts as failed"},
    )
    lines: PrintedLines | None = field(
        default=None, metadata={"help": "the lines that it prints, where it sends no frames"}
    )

    def __post_init__(self) -> None:
        check_port(self.baud, self.data_bits, self.stop_bits)
        if len(self.start) > MOST_COMMANDS:
            raise InvalidSettingError("start", f"must be at most {MOST_COMMANDS} commands")
        for name, written in (("ask", self.ask), *(("start", each) for each in self.start)):
            if len(from_hex(name, written)) > LONGEST_COMMAND:
                raise InvalidSettingError(name, f"must be at most {LONGEST_COMMAND} bytes")
        if not SHORTEST_ANSWER <= self.answer_within <= LONGEST_ANSWER:
            raise InvalidSettingError("answer_within", "must be from 10 ms to 5 s")
        if not SHORTEST_SILENCE <= self.silent_after <= LONGEST_SILENCE:
            raise InvalidSettingError("silent_after", "must be from 10 ms to 30 s")
        if self.lines is not None:
            _check_lines(self)
        else:
            _check_ends(self)
            _check_length(self)
            _check_places(self)

    @property
    def places(self) -> Mapping[str, FramePlace]:
        """Everything that is read of a frame, by a name for people."""
        state = {} if self.state is None else {"state": self.state}
        return {**self.fields, **self.faults, **self.inhibits, **self.warnings, **state}

    @property
    def behind(self) -> int:
        """How many bytes stand behind the fields: checksum and trailer."""
        size = 0 if self.checksum is None else SUMS[self.checksum].size
        return size + len(from_hex("trailer", self.trailer))

    @property
    def shortest(self) -> int:
        """The shortest frame, in bytes, that holds everything that is read of it."""
        if self.length is not None:
            return self.length
        ends = [place.ends for place in self.places.values()]
        if self.length_field is not None:
            ends.append(self.length_field.ends)
        return max(ends, default=0) + self.behind

    @property
    def longest(self) -> int:
        """The longest frame, in bytes; 0 where there are none."""
        if self.length_field is not None:
            return self.length_field.longest
        return self.length or 0

    @property
    def checked_from(self) -> int:
        """The offset of the first byte that the checksum counts."""
        if self.checksum_from is not None:
            return self.checksum_from
        return 0 if self.checksum is None else SUMS[self.checksum].since


def from_hex(name: str, written: str) -> bytes:
    """Give bytes that are written in hex.

    Raises:
        InvalidSettingError: they are not.
    """
    try:
        return bytes.fromhex(written)
    except ValueError:
        raise InvalidSettingError(name, "must be bytes in hex, as 42 4D 00 1C") from None


def _check_lines(device: SerialProfile) -> None:
    """Refuse what is said of frames, where there are lines."""
    said = {
        "header": device.header,
        "length": device.length,
        "length_field": device.length_field,
        "trailer": device.trailer,
        "checksum": device.checksum,
        "fields": device.fields,
        "faults": device.faults,
        "inhibits": device.inhibits,
        "warnings": device.warnings,
        "state": device.state,
        "ask": device.ask,
    }
    for name, value in said.items():
        if value:
            raise InvalidSettingError(name, "is said of frames, and the device prints lines")


def _check_ends(device: SerialProfile) -> None:
    """Refuse a frame without a beginning or without a proof."""
    if not from_hex("header", device.header):
        raise InvalidSettingError("header", "a frame without a header cannot be found again")
    from_hex("trailer", device.trailer)
    if device.checksum is None:
        raise InvalidSettingError(
            "checksum",
            "a frame without a checksum could be misread",
            "one of " + ", ".join(Checksum),
        )


def _check_length(device: SerialProfile) -> None:
    """Refuse a length that is said twice or not at all, or that nothing fits into."""
    header = len(from_hex("header", device.header))
    if (device.length is None) == (device.length_field is None):
        raise InvalidSettingError("length", "give either length or length_field")
    if device.length is not None and not (header + device.behind < device.length <= LONGEST_FRAME):
        raise InvalidSettingError(
            "length",
            f"must be more than the header and at most {LONGEST_FRAME}",
            "header, at least one byte, checksum and trailer",
        )
    if not 0 <= device.checked_from < device.shortest - device.behind:
        raise InvalidSettingError("checksum_from", "lies outside the frame's body")
    if device.checksum_order is not None and device.checksum in OF_ONE_ORDER:
        raise InvalidSettingError("checksum_order", f"{device.checksum} has only one order")


def _check_places(device: SerialProfile) -> None:
    """Refuse a number that does not lie between the header and the checksum, or cannot be there."""
    header = len(from_hex("header", device.header))
    ends = device.longest - device.behind
    if not device.fields:
        raise InvalidSettingError("fields", "a frame without fields measures nothing")
    groups: Mapping[str, Mapping[str, FramePlace]] = {
        "fields": device.fields,
        "faults": device.faults,
        "inhibits": device.inhibits,
        "warnings": device.warnings,
        "state": {} if device.state is None else {"state": device.state},
    }
    names: set[str] = set()
    for group, places in groups.items():
        for name, place in places.items():
            if name in names:
                raise InvalidSettingError(group, f"{name} is the name of something else already")
            names.add(name)
            if not (header <= place.at and place.ends <= ends):
                raise InvalidSettingError(group, f"{name} lies outside the frame's body")
            if device.checksum is Checksum.MODBUS_LRC and place.type not in IN_CHARACTERS:
                raise InvalidSettingError(
                    group, f"{name} is a {place.type}, but {device.checksum} is of digits"
                )


def measures(device: SerialProfile) -> frozenset[str]:
    """Give the quantities that have a place in the frame; of lines the one that they tell."""
    return frozenset(device.fields) if device.lines is None else frozenset({"contact"})


def bits(device: SerialProfile) -> frozenset[str]:
    """Give the quantities that are bits."""
    if device.lines is not None:
        return frozenset({"contact"})
    return frozenset(name for name, place in device.fields.items() if place.type is FieldType.BIT)
