"""What a site file may say of serial ports and of what is on them."""

from dataclasses import dataclass, field

from drivers.bus import Claim
from drivers.device_words import Parity
from drivers.serial.device import SerialProfile
from drivers.serial.pattern import folded
from drivers.serial.port_settings import PortSettings, check_port
from rules.problem import InvalidSettingError


@dataclass(frozen=True, slots=True, kw_only=True)
class SerialBusOptions:
    """The port of one sensor, or of one panel that prints; its settings where they are its own."""

    port: str = field(metadata={"help": "serial port, best by /dev/serial/by-id/…"})
    baud: int | None = field(default=None, metadata={"help": "bits per second; the profile's"})
    data_bits: int | None = field(
        default=None, metadata={"help": "of a character: 7 or 8; the profile's"}
    )
    parity: Parity | None = field(default=None, metadata={"help": "parity bit; the profile's"})
    stop_bits: int | None = field(default=None, metadata={"help": "1 or 2; the profile's"})

    def __post_init__(self) -> None:
        check_port(self.baud, self.data_bits, self.stop_bits)


@dataclass(frozen=True, slots=True, kw_only=True)
class SerialDetectorOptions:
    """A sensor, which has its port for itself, or one point of a panel that prints."""

    point: str = field(
        default="",
        metadata={"help": "the panel's own name for the zone or address, as it prints it"},
    )

    def __post_init__(self) -> None:
        if len(self.point) > LONGEST_POINT:
            raise InvalidSettingError("point", f"is longer than {LONGEST_POINT} characters")
        if self.point and not any(character.isalnum() for character in self.point):
            raise InvalidSettingError("point", "has no letter and no digit")


LONGEST_POINT = 40


def claims_of_bus(options: SerialBusOptions) -> tuple[Claim, ...]:
    """Take the port."""
    return (Claim("port", f"port {options.port}"),)


def claims_of_detector(options: SerialDetectorOptions, profile: str) -> tuple[Claim, ...]:
    """Take the whole bus, since frames carry no address; points of one panel share it."""
    if not options.point:
        return (Claim("", ONE_PLACE),)
    return (
        Claim("profile", ONE_PLACE, shared_by=f"points of {profile}"),
        Claim("point", f"point {folded(options.point)}"),
    )


ONE_PLACE = "the one place on a serial bus"


def check_detector(options: SerialDetectorOptions, device: SerialProfile) -> None:
    """Refuse a point of a sensor, and a panel without one."""
    if device.lines is None and options.point:
        raise InvalidSettingError("point", "only panels that print lines have points")
    if device.lines is not None and not options.point:
        raise InvalidSettingError(
            "point", "is missing", "the panel's own name for the zone or address, as it prints it"
        )


def port_settings(options: SerialBusOptions, device: SerialProfile) -> PortSettings:
    """Give how a port is to be set: what the site file says goes before what the profile says."""
    return PortSettings(
        baud=options.baud or device.baud,
        data_bits=options.data_bits or device.data_bits,
        parity=options.parity or device.parity,
        stop_bits=options.stop_bits or device.stop_bits,
    )
