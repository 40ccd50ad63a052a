"""What site files and profiles may say of Modbus buses, devices and coils."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from drivers.bus import Claim
from rules.instant import Duration, seconds
from rules.problem import InvalidSettingError

LOWEST_UNIT, HIGHEST_UNIT = 1, 255  # 248-255 are reserved, but devices are sold that use them
HIGHEST_ADDRESS = 0xFFFF
BAUD_RATES = (1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200)


class Parity(StrEnum):
    """Parity of the serial line."""

    NONE = "none"
    EVEN = "even"
    ODD = "odd"


class Table(StrEnum):
    """The four tables of the Modbus data model and their read functions."""

    COIL = "coil"  # 01
    DISCRETE_INPUT = "discrete-input"  # 02
    HOLDING_REGISTER = "holding-register"  # 03
    INPUT_REGISTER = "input-register"  # 04


class DataType(StrEnum):
    """How registers make a number; bit is for coils, discrete inputs and single bits of a word."""

    BIT = "bit"
    UINT16 = "uint16"
    INT16 = "int16"
    UINT32 = "uint32"
    INT32 = "int32"
    FLOAT32 = "float32"


class WordOrder(StrEnum):
    """Which of two registers holds the more significant half."""

    BIG = "big"
    LITTLE = "little"


def check_unit(unit: int) -> None:
    """Refuse a unit identifier that no device can have."""
    if not LOWEST_UNIT <= unit <= HIGHEST_UNIT:
        raise InvalidSettingError(
            "unit", f"unit {unit} is out of range", f"from {LOWEST_UNIT} to {HIGHEST_UNIT}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ModbusBusOptions:
    """A serial line (port) or a Modbus/TCP host (host): one of them."""

    port: str | None = field(
        default=None, metadata={"help": "serial port, best by /dev/serial/by-id/…"}
    )
    baud: int = field(default=9600, metadata={"help": "bits per second"})
    parity: Parity = field(default=Parity.NONE, metadata={"help": "parity bit"})
    stop_bits: int = field(default=1, metadata={"help": "1 or 2"})
    host: str | None = field(default=None, metadata={"help": "host name or address for TCP"})
    tcp_port: int = field(default=502, metadata={"help": "TCP port"})
    reply_within: Duration = field(
        default=seconds(0.3),
        metadata={"help": "how long a device may take to answer before the attempt fails"},
    )

    def __post_init__(self) -> None:
        if (self.port is None) == (self.host is None):
            raise InvalidSettingError("port", "give either port (serial) or host (TCP)")
        if self.baud not in BAUD_RATES:
            raise InvalidSettingError(
                "baud", f"{self.baud} is no baud rate", "one of " + ", ".join(map(str, BAUD_RATES))
            )
        if self.stop_bits not in (1, 2):
            raise InvalidSettingError("stop_bits", "must be 1 or 2")
        if not 1 <= self.tcp_port <= 65535:
            raise InvalidSettingError("tcp_port", "must be from 1 to 65535")
        if not seconds(0.01) <= self.reply_within <= seconds(5):
            raise InvalidSettingError("reply_within", "must be from 10 ms to 5 s")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModbusDetectorOptions:
    """A device on the bus."""

    unit: int = field(metadata={"help": "the device's unit identifier (address)", "example": 1})
    register_offset: int = field(
        default=0,
        metadata={"help": "added to each address of the profile: the channel of an I/O module"},
    )

    def __post_init__(self) -> None:
        check_unit(self.unit)
        if not 0 <= self.register_offset <= HIGHEST_ADDRESS:
            raise InvalidSettingError("register_offset", "must be from 0 to 65535")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModbusOutputOptions:
    """A coil that drives an output."""

    unit: int = field(metadata={"help": "the device's unit identifier (address)", "example": 1})
    coil: int = field(metadata={"help": "address of the coil, counted from 0", "example": 0})

    def __post_init__(self) -> None:
        check_unit(self.unit)
        if not 0 <= self.coil <= HIGHEST_ADDRESS:
            raise InvalidSettingError("coil", "must be from 0 to 65535")


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
        metadata={"help": "of 32 bits: big has the more significant register first"},
    )
    bit: int = field(default=0, metadata={"help": "for a bit of a register: 0 is the lowest"})
    inverted: bool = field(default=False, metadata={"help": "of a bit: 0 is the active state"})
    scale: float = field(default=1.0, metadata={"help": "value = number * scale + offset"})
    offset: float = field(default=0.0, metadata={"help": "in the quantity's own unit"})

    def __post_init__(self) -> None:
        if not 0 <= self.address <= HIGHEST_ADDRESS:
            raise InvalidSettingError("address", "must be from 0 to 65535")
        if not 0 <= self.bit <= 15:
            raise InvalidSettingError("bit", "must be from 0 to 15")
        bits = self.table in (Table.COIL, Table.DISCRETE_INPUT)
        if bits and self.type is not DataType.BIT:
            raise InvalidSettingError("type", f"a {self.table} holds a bit")
        if self.inverted and self.type is not DataType.BIT:
            raise InvalidSettingError("inverted", "only a bit can be inverted")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModbusProfile:
    """The registers of a device model.

    Attributes:
        points: by quantity, where its value stands.
        faults: bits that are 1 when the device itself reports a fault, by a name for the
            technician.
    """

    points: Mapping[str, ModbusPoint] = field(
        metadata={"help": "by quantity, where its value stands"}
    )
    faults: Mapping[str, ModbusPoint] = field(
        default_factory=dict,
        metadata={"help": "by any name, a bit that is 1 when the device reports a fault"},
    )

    def __post_init__(self) -> None:
        for name, point in self.faults.items():
            if point.type is not DataType.BIT:
                raise InvalidSettingError("faults", f"{name} must be of type bit")


def claims_of_bus(options: ModbusBusOptions) -> tuple[Claim, ...]:
    """Take the serial port. A TCP host can be asked over several connections."""
    return () if options.port is None else (Claim("port", f"port {options.port}"),)


def claims_of_detector(options: ModbusDetectorOptions, profile: str) -> tuple[Claim, ...]:
    """Take one channel of one device: read twice, it would count as two voters."""
    channel = f" with register offset {options.register_offset}" if options.register_offset else ""
    return (Claim("unit", f"unit {options.unit}{channel} as {profile}"),)


def claims_of_output(options: ModbusOutputOptions) -> tuple[Claim, ...]:
    """Take the coil."""
    return (Claim("coil", f"coil {options.coil} of unit {options.unit}"),)


def measures(device: ModbusProfile) -> frozenset[str]:
    """Give the quantities that have a place in the device."""
    return frozenset(device.points)


def bits(device: ModbusProfile) -> frozenset[str]:
    """Give the quantities that are bits in the device."""
    return frozenset(name for name, point in device.points.items() if point.type is DataType.BIT)


def check_detector(options: ModbusDetectorOptions, device: ModbusProfile) -> None:
    """Refuse an offset that leads out of the address space."""
    for name, point in (*device.points.items(), *device.faults.items()):
        wide = point.type in (DataType.UINT32, DataType.INT32, DataType.FLOAT32)
        last = point.address + options.register_offset + (1 if wide else 0)
        if last > HIGHEST_ADDRESS:
            raise InvalidSettingError(
                "register_offset", f"{name} would lie at {last}, beyond {HIGHEST_ADDRESS}"
            )
