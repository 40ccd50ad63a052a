"""What a site file may say of Modbus buses, devices and outputs."""

from dataclasses import dataclass, field
from enum import StrEnum

from drivers.bus import Claim
from drivers.device_words import Parity
from drivers.modbus.data_model import (
    HIGHEST_ADDRESS,
    LONGEST_TURN_AROUND,
    REGISTERS,
    check_reply_within,
    check_serial,
    check_unit,
)
from drivers.modbus.device import ModbusProfile
from rules.instant import Duration, seconds
from rules.problem import InvalidSettingError


class Framing(StrEnum):
    """How a question over TCP is framed."""

    TCP = "tcp"  # Modbus/TCP: each answer carries the number of its question
    RTU = "rtu"  # as on a serial line: what a plain serial server passes on


class WriteFunction(StrEnum):
    """How an output is written."""

    SINGLE = "single"  # functions 05 and 06
    MULTIPLE = "multiple"  # functions 15 and 16, for devices that know no others


@dataclass(frozen=True, slots=True, kw_only=True)
class ModbusBusOptions:
    """A serial line (port) or a host (host): one of them."""

    port: str | None = field(
        default=None, metadata={"help": "serial port, best by /dev/serial/by-id/…"}
    )
    baud: int = field(default=9600, metadata={"help": "bits per second"})
    parity: Parity = field(default=Parity.NONE, metadata={"help": "parity bit"})
    stop_bits: int = field(default=1, metadata={"help": "1 or 2"})
    host: str | None = field(default=None, metadata={"help": "host name or address for TCP"})
    tcp_port: int = field(default=502, metadata={"help": "TCP port"})
    framing: Framing = field(
        default=Framing.TCP,
        metadata={"help": "over TCP: tcp is Modbus/TCP; rtu is what a plain serial server passes"},
    )
    rs485: bool = field(
        default=False,
        metadata={
            "help": "true where the kernel has to switch the direction of a half-duplex port; "
            "adapters that do so themselves need nothing"
        },
    )
    echo: bool = field(
        default=False,
        metadata={"help": "true where the adapter sends back whatever it is told to send"},
    )
    turn_around: Duration = field(
        default=Duration(0),
        metadata={"help": "how long the line rests behind an answer, beyond what its rate wants"},
    )
    reply_within: Duration = field(
        default=seconds(0.3),
        metadata={"help": "how long a device may take to answer before the attempt fails"},
    )

    def __post_init__(self) -> None:
        if (self.port is None) == (self.host is None):
            raise InvalidSettingError("port", "give either port (serial) or host (TCP)")
        check_serial(self.baud, self.stop_bits)
        if not 1 <= self.tcp_port <= 65535:
            raise InvalidSettingError("tcp_port", "must be from 1 to 65535")
        if self.host is None and self.framing is not Framing.TCP:
            raise InvalidSettingError("framing", "a serial line is framed as RTU anyhow")
        if self.port is None and (self.rs485 or self.echo):
            name = "rs485" if self.rs485 else "echo"
            raise InvalidSettingError(name, "only a serial port has it")
        if not 0 <= self.turn_around <= LONGEST_TURN_AROUND:
            raise InvalidSettingError("turn_around", "must be from 0 s to 1 s")
        check_reply_within(self.reply_within)

    @property
    def numbered(self) -> bool:
        """Whether each answer carries the number of its question."""
        return self.host is not None and self.framing is Framing.TCP


@dataclass(frozen=True, slots=True, kw_only=True)
class ModbusDetectorOptions:
    """A device on the bus."""

    unit: int = field(metadata={"help": "the device's unit identifier (address)", "example": 1})
    register_offset: int = field(
        default=0,
        metadata={"help": "added to each address of the profile: the channel of an I/O module"},
    )
    reply_within: Duration | None = field(
        default=None,
        metadata={"help": "how long this device may take to answer; the profile's, or the bus's"},
    )

    def __post_init__(self) -> None:
        check_unit(self.unit)
        if not 0 <= self.register_offset <= HIGHEST_ADDRESS:
            raise InvalidSettingError("register_offset", "must be from 0 to 65535")
        check_reply_within(self.reply_within)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModbusOutputOptions:
    """A coil or a holding register that drives an output: one of them."""

    unit: int = field(metadata={"help": "the device's unit identifier (address)", "example": 1})
    coil: int | None = field(
        default=None, metadata={"help": "address of the coil, counted from 0", "example": 0}
    )
    register: int | None = field(
        default=None,
        metadata={"help": "address of the holding register, counted from 0", "example": 0},
    )
    energised: int = field(
        default=1, metadata={"help": "the number that energises, where it is a register"}
    )
    released: int = field(default=0, metadata={"help": "the number that releases"})
    write: WriteFunction = field(
        default=WriteFunction.SINGLE,
        metadata={"help": "single is function 05 or 06, multiple is 15 or 16"},
    )
    reply_within: Duration | None = field(
        default=None, metadata={"help": "how long this device may take to answer; the bus's"}
    )

    def __post_init__(self) -> None:
        check_unit(self.unit)
        if (self.coil is None) == (self.register is None):
            raise InvalidSettingError("coil", "give either coil or register")
        for name, address in (("coil", self.coil), ("register", self.register)):
            if address is not None and not 0 <= address <= HIGHEST_ADDRESS:
                raise InvalidSettingError(name, "must be from 0 to 65535")
        for name, number in (("energised", self.energised), ("released", self.released)):
            if not 0 <= number <= 0xFFFF:
                raise InvalidSettingError(name, "must be from 0 to 65535")
        if self.energised == self.released:
            raise InvalidSettingError("released", "must differ from energised")
        if self.coil is not None and (self.energised, self.released) != (1, 0):
            raise InvalidSettingError("energised", "a coil is 1 when energised, and 0 else")
        check_reply_within(self.reply_within)


def claims_of_bus(options: ModbusBusOptions) -> tuple[Claim, ...]:
    """Take the serial port. A TCP host can be asked over several connections."""
    return () if options.port is None else (Claim("port", f"port {options.port}"),)


def claims_of_detector(options: ModbusDetectorOptions, profile: str) -> tuple[Claim, ...]:
    """Take one channel of one device: read twice, it would count as two voters."""
    channel = f" with register offset {options.register_offset}" if options.register_offset else ""
    return (Claim("unit", f"unit {options.unit}{channel} as {profile}"),)


def claims_of_output(options: ModbusOutputOptions) -> tuple[Claim, ...]:
    """Take the coil or the register."""
    if options.register is not None:
        what = f"holding register {options.register} of unit {options.unit}"
        return (Claim("register", what),)
    return (Claim("coil", f"coil {options.coil} of unit {options.unit}"),)


def check_detector(options: ModbusDetectorOptions, device: ModbusProfile) -> None:
    """Refuse an offset that leads out of the address space."""
    for name, point in device.all_points.items():
        last = point.address + options.register_offset + REGISTERS[point.type] - 1
        if last > HIGHEST_ADDRESS:
            raise InvalidSettingError(
                "register_offset", f"{name} would lie at {last}, beyond {HIGHEST_ADDRESS}"
            )
