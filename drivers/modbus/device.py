"""What a profile may say of a Modbus device: its registers, and what they mean."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from drivers.device_words import DeviceState, check_numbers
from drivers.modbus.data_model import (
    HIGHEST_ADDRESS,
    LONGEST_TURN_AROUND,
    MOST_BITS,
    MOST_REGISTERS,
    REGISTERS,
    WHOLE_NUMBERS,
    ByteOrder,
    DataType,
    Table,
    WordOrder,
    check_reply_within,
    lowest_and_highest,
)
from drivers.modbus.identity import AsDelivered, ModbusMark
from rules.instant import Duration, seconds
from rules.problem import InvalidSettingError


@dataclass(frozen=True, slots=True, kw_only=True)
class ModbusPoint:
    """Where a quantity stands in a device, and how its registers make a number.

    value = number * scale + offset, in the canonical unit of the quantity; a bit is 1 or 0, and
    `inverted` turns it round.
    """

    table: Table = field(metadata={"help": "which table, and so which function reads it"})
    address: int = field(metadata={"help": "protocol address, counted from 0", "example": 0})
    type: DataType = field(metadata={"help": "how the registers make a number"})
    word_order: WordOrder = field(
        default=WordOrder.BIG,
        metadata={"help": "of several registers: big has the most significant one first"},
    )
    byte_order: ByteOrder = field(
        default=ByteOrder.BIG,
        metadata={"help": "in each register: big is the protocol's own; little has them swapped"},
    )
    bit: int = field(
        default=0, metadata={"help": "of a register, for bit and bits: the lowest one; 0 to 15"}
    )
    width: int = field(default=1, metadata={"help": "how many bits, for bits; the highest first"})
    inverted: bool = field(default=False, metadata={"help": "of a bit: 0 is the active state"})
    no_value: tuple[int, ...] = field(
        default=(),
        metadata={
            "help": "what the registers hold when the device has no value: a fault",
            "example": (0x7FFF,),
        },
    )
    scale: float = field(default=1.0, metadata={"help": "value = number * scale + offset"})
    offset: float = field(default=0.0, metadata={"help": "in the quantity's own unit"})

    def __post_init__(self) -> None:
        if not 0 <= self.address <= HIGHEST_ADDRESS:
            raise InvalidSettingError("address", "must be from 0 to 65535")
        if self.address + REGISTERS[self.type] - 1 > HIGHEST_ADDRESS:
            raise InvalidSettingError("address", f"a {self.type} does not fit there")
        if not 0 <= self.bit <= 15:
            raise InvalidSettingError("bit", "must be from 0 to 15")
        if not 1 <= self.width <= 16 - self.bit:
            raise InvalidSettingError("width", "the bits must lie within one register")
        if self.width > 1 and self.type is not DataType.BITS:
            raise InvalidSettingError("width", "only bits have a width")
        bits = self.table in (Table.COIL, Table.DISCRETE_INPUT)
        if bits and self.type is not DataType.BIT:
            raise InvalidSettingError("type", f"a {self.table} holds a bit")
        if bits and self.byte_order is not ByteOrder.BIG:
            raise InvalidSettingError("byte_order", f"a {self.table} has no bytes")
        if self.inverted and self.type is not DataType.BIT:
            raise InvalidSettingError("inverted", "only a bit can be inverted")
        self._check_number()

    def _check_number(self) -> None:
        if self.scale == 0:
            raise InvalidSettingError("scale", "must not be 0: the value would never change")
        if self.no_value and self.type not in WHOLE_NUMBERS - {DataType.BIT}:
            raise InvalidSettingError("no_value", f"a {self.type} has no number to spare")
        for number in self.no_value:
            if not -(2 ** (self._size - 1)) <= number < 2**self._size:
                raise InvalidSettingError("no_value", f"{number} needs more than {self._size} bits")

    @property
    def _size(self) -> int:
        return self.width if self.type is DataType.BITS else 16 * REGISTERS[self.type]

    @property
    def bits_without_value(self) -> frozenset[int]:
        """Give `no_value` as the bits of the registers: 0xFFFF, where -1 may be written too."""
        return frozenset(number % 2**self._size for number in self.no_value)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModbusFault:
    """A bit or a number by which a device reports something of itself: a fault, unless told apart.

    As one of a profile's `faults` it makes the values unknown, as one of its `warnings` it stands
    beside them, as one of its `inhibits` it says that nobody watches.
    """

    table: Table = field(metadata={"help": "which table, and so which function reads it"})
    address: int = field(metadata={"help": "protocol address, counted from 0", "example": 0})
    type: DataType = field(
        default=DataType.BIT, metadata={"help": "bit, or a number that is a fault code"}
    )
    word_order: WordOrder = field(
        default=WordOrder.BIG,
        metadata={"help": "of several registers: big has the most significant one first"},
    )
    byte_order: ByteOrder = field(
        default=ByteOrder.BIG,
        metadata={"help": "in each register: big is the protocol's own; little has them swapped"},
    )
    bit: int = field(default=0, metadata={"help": "of a register: the lowest one; 0 to 15"})
    width: int = field(default=1, metadata={"help": "how many bits, for bits"})
    inverted: bool = field(default=False, metadata={"help": "of a bit: 0 is the fault"})
    lowest: int = field(
        default=1, metadata={"help": "of a number: from here on it is a fault, below it none"}
    )
    words: Mapping[str, str] = field(
        default_factory=dict, metadata={"help": "by fault code, what it means, for the technician"}
    )

    def __post_init__(self) -> None:
        if self.type not in WHOLE_NUMBERS:
            raise InvalidSettingError("type", "must be a bit or a whole number")
        self.as_point()
        least, most = lowest_and_highest(self.type, self.width)
        if not least < self.lowest <= most:
            raise InvalidSettingError("lowest", f"must be from {least + 1} to {most}")
        check_numbers("words", self.words, (least, most))

    def as_point(self) -> ModbusPoint:
        """Give where its number stands.

        Raises:
            InvalidSettingError: it cannot stand there.
        """
        return ModbusPoint(
            table=self.table,
            address=self.address,
            type=self.type,
            word_order=self.word_order,
            byte_order=self.byte_order,
            bit=self.bit,
            width=self.width,
            inverted=self.inverted,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ModbusState:
    """The register in which a device says what it does.

    A number that is not listed is a fault: nobody knows what the device means by it.
    """

    table: Table = field(metadata={"help": "which table, and so which function reads it"})
    address: int = field(metadata={"help": "protocol address, counted from 0", "example": 0})
    type: DataType = field(
        default=DataType.UINT16, metadata={"help": "how the registers make a number"}
    )
    bit: int = field(default=0, metadata={"help": "of a register, for bits: the lowest; 0 to 15"})
    width: int = field(default=1, metadata={"help": "how many bits, for bits"})
    meanings: Mapping[str, DeviceState] = field(
        metadata={"help": "by number: measuring, warming-up, inhibited or failed"}
    )

    def __post_init__(self) -> None:
        if self.type not in WHOLE_NUMBERS:
            raise InvalidSettingError("type", "a state is a bit or a whole number")
        self.as_point()
        check_numbers("meanings", self.meanings, lowest_and_highest(self.type, self.width))
        if DeviceState.MEASURING not in self.meanings.values():
            raise InvalidSettingError("meanings", "one of them must mean measuring")

    def as_point(self) -> ModbusPoint:
        """Give where its number stands.

        Raises:
            InvalidSettingError: it cannot stand there.
        """
        return ModbusPoint(
            table=self.table,
            address=self.address,
            type=self.type,
            bit=self.bit,
            width=self.width,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ModbusHeartbeat:
    """A register that a living device changes again and again."""

    table: Table = field(metadata={"help": "which table, and so which function reads it"})
    address: int = field(metadata={"help": "protocol address, counted from 0", "example": 0})
    type: DataType = field(
        default=DataType.UINT16, metadata={"help": "how the registers make a number"}
    )
    stopped_after: Duration = field(
        metadata={"help": "the same number for so long is a fault; three of its own periods"}
    )

    def __post_init__(self) -> None:
        if self.type not in WHOLE_NUMBERS:
            raise InvalidSettingError("type", "a heartbeat is a whole number")
        if not seconds(1) <= self.stopped_after <= seconds(60):
            raise InvalidSettingError("stopped_after", "must be from 1 s to 60 s")
        self.as_point()

    def as_point(self) -> ModbusPoint:
        """Give where its number stands.

        Raises:
            InvalidSettingError: it cannot stand there.
        """
        return ModbusPoint(table=self.table, address=self.address, type=self.type)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModbusProfile:
    """The registers of a device model.

    Attributes:
        points: by quantity, where its value stands.
        faults: what is set when the device itself reports a fault, by a name for the technician:
            it watches no more, and values mean nothing.
        inhibits: likewise, when it says that it is out of service.
        warnings: likewise, when it wants attention and still watches: values count.
        state: the register in which it says what it does.
        heartbeat: the register that shows that it lives.
        marks: by a name, what tells its model.
        most_registers: of one answer; longer reads are cut up.
        most_bits: likewise.
        reply_within: how long it may take to answer; the bus's where it is None.
        turn_around: how long it wants to be left alone behind an answer.
        as_delivered: its serial settings when it is unpacked.
    """

    points: Mapping[str, ModbusPoint] = field(
        metadata={"help": "by quantity, where its value stands"}
    )
    faults: Mapping[str, ModbusFault] = field(
        default_factory=dict,
        metadata={"help": "by any name, what is set when the device has failed: no value counts"},
    )
    inhibits: Mapping[str, ModbusFault] = field(
        default_factory=dict,
        metadata={"help": "by any name, what is set when the device is out of service"},
    )
    warnings: Mapping[str, ModbusFault] = field(
        default_factory=dict,
        metadata={"help": "by any name, what is set when it wants attention: its values count"},
    )
    state: ModbusState | None = field(
        default=None, metadata={"help": "the register in which the device says what it does"}
    )
    heartbeat: ModbusHeartbeat | None = field(
        default=None, metadata={"help": "the register that a living device changes"}
    )
    marks: Mapping[str, ModbusMark] = field(
        default_factory=dict, metadata={"help": "by any name, what tells the device's model"}
    )
    most_registers: int = field(
        default=MOST_REGISTERS, metadata={"help": "of one answer; fewer where the device says so"}
    )
    most_bits: int = field(default=MOST_BITS, metadata={"help": "of one answer, likewise"})
    reply_within: Duration | None = field(
        default=None, metadata={"help": "how long the device may take to answer; else the bus's"}
    )
    turn_around: Duration = field(
        default=Duration(0),
        metadata={"help": "how long the device wants to be left alone behind an answer"},
    )
    as_delivered: AsDelivered | None = field(
        default=None, metadata={"help": "its serial settings when it is unpacked"}
    )

    def __post_init__(self) -> None:
        if not 4 <= self.most_registers <= MOST_REGISTERS:
            raise InvalidSettingError("most_registers", f"must be from 4 to {MOST_REGISTERS}")
        if not 1 <= self.most_bits <= MOST_BITS:
            raise InvalidSettingError("most_bits", f"must be from 1 to {MOST_BITS}")
        check_reply_within(self.reply_within)
        if not 0 <= self.turn_around <= LONGEST_TURN_AROUND:
            raise InvalidSettingError("turn_around", "must be from 0 s to 1 s")
        for name, mark in self.marks.items():
            if mark.registers > self.most_registers:
                raise InvalidSettingError("marks", f"{name} is longer than most_registers")

    @property
    def all_points(self) -> Mapping[str, ModbusPoint]:
        """Everything that is read at each poll, by a name for people."""
        found = dict(self.points)
        for kind, signs in (
            ("fault", self.faults),
            ("inhibit", self.inhibits),
            ("warning", self.warnings),
        ):
            found |= {f"{kind} {name}": sign.as_point() for name, sign in signs.items()}
        if self.state is not None:
            found["state"] = self.state.as_point()
        if self.heartbeat is not None:
            found["heartbeat"] = self.heartbeat.as_point()
        return found


def measures(device: ModbusProfile) -> frozenset[str]:
    """Give the quantities that have a place in the device."""
    return frozenset(device.points)


def bits(device: ModbusProfile) -> frozenset[str]:
    """Give the quantities that are single bits in the device."""
    kinds = (DataType.BIT, DataType.BITS)
    return frozenset(
        name for name, point in device.points.items() if point.type in kinds and point.width == 1
    )
