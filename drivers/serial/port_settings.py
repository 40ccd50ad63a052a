"""How a serial port is set: rate, character, parity."""

from dataclasses import dataclass
from typing import Final

from drivers.device_words import Parity
from rules.instant import NANOSECONDS_PER_SECOND, Duration
from rules.problem import InvalidSettingError

BAUD_RATES: Final = (300, 600, 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200)


def check_port(baud: int | None, data_bits: int | None, stop_bits: int | None) -> None:
    """Refuse what no serial port does; None is what is left to somebody else."""
    if baud is not None and baud not in BAUD_RATES:
        raise InvalidSettingError(
            "baud", f"{baud} is no baud rate", "one of " + ", ".join(map(str, BAUD_RATES))
        )
    if data_bits not in (None, 7, 8):
        raise InvalidSettingError("data_bits", "must be 7 or 8")
    if stop_bits not in (None, 1, 2):
        raise InvalidSettingError("stop_bits", "must be 1 or 2")


@dataclass(frozen=True, slots=True, kw_only=True)
class PortSettings:
    """How a port is to be set."""

    baud: int
    data_bits: int
    parity: Parity
    stop_bits: int

    def wire_time(self, characters: int) -> Duration:
        """Give how long so many characters take on the wire, start, parity and stop bits too."""
        bits = 1 + self.data_bits + (self.parity is not Parity.NONE) + self.stop_bits
        return Duration(characters * bits * NANOSECONDS_PER_SECOND // self.baud)

    def __str__(self) -> str:
        """Say it as manuals do."""
        return f"{self.baud} {self.data_bits}{self.parity[0].upper()}{self.stop_bits}"
