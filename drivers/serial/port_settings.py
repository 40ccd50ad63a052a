"""How a serial port is set: rate, character, parity."""

from enum import StrEnum
from typing import Final

from rules.problem import InvalidSettingError

BAUD_RATES: Final = (300, 600, 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200)


class Parity(StrEnum):
    """Parity bit of each character."""

    NONE = "none"
    EVEN = "even"
    ODD = "odd"


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
