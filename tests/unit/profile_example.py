"""What an example of a profile says: frames as they were recorded or as makers print them.

Where none is public, the registers are those of the manual's own table or example, and the frame is
made of them: `of_registers` and `of_bits` say so by their name.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from rules.reading import FaultCause

INHIBITED, WARMING_UP = FaultCause.INHIBITED, FaultCause.WARMING_UP
DEVICE_FAULT, BAD_CHECKSUM = FaultCause.DEVICE_FAULT, FaultCause.BAD_CHECKSUM

Cells = Mapping[tuple[str, int], int]
"""By table and protocol address, a register or a bit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModbusExample:
    """What a Modbus device holds, and what is made of it.

    Attributes:
        profile: its id.
        shows: what the example is of.
        exchanges: question and answer as they went over a line, in hex.
        cells: registers and bits, where no frame is public.
        says: the values in canonical units, or the cause of the failed poll.
        detail: what the failed poll's detail names.
        warns: what the warning beside the values names; empty where there is none.
        offset: the detector's register_offset.
        unit: its unit.
    """

    profile: str
    shows: str
    exchanges: tuple[tuple[str, str], ...] = ()
    cells: Cells = field(default_factory=dict)
    says: Mapping[str, float] | FaultCause
    detail: str = ""
    warns: str = ""
    offset: int = 0
    unit: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SerialExample:
    """What came over a serial port, in hex, and what is made of it; None where nothing may be."""

    profile: str
    shows: str
    stream: str
    says: Mapping[str, float] | FaultCause | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedExample:
    """Lines as a panel prints them, and what is known of a point behind them: 1, 0 or a fault."""

    profile: str
    shows: str
    lines: tuple[str, ...]
    point: str
    says: float | FaultCause


Said = Mapping[str, float] | FaultCause


def recorded(
    profile: str, shows: str, says: Said, *exchanges: tuple[str, str], unit: int = 1
) -> ModbusExample:
    return ModbusExample(profile=profile, shows=shows, exchanges=exchanges, says=says, unit=unit)


def of_registers(
    profile: str,
    shows: str,
    says: Said,
    *registers: tuple[int, int],
    detail: str = "",
    warns: str = "",
    offset: int = 0,
    table: str = "holding-register",
) -> ModbusExample:
    """Address and content of registers as the manual's table has them."""
    cells = {(table, address): word for address, word in registers}
    return ModbusExample(
        profile=profile,
        shows=shows,
        cells=cells,
        says=says,
        detail=detail,
        warns=warns,
        offset=offset,
    )


def of_bits(
    profile: str, shows: str, says: Said, *bits: int, detail: str = "", warns: str = ""
) -> ModbusExample:
    """The discrete inputs from 0 on."""
    cells = enumerate(bits)
    return of_registers(
        profile, shows, says, *cells, detail=detail, warns=warns, table="discrete-input"
    )
