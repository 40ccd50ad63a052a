"""What a profile may say of who a device is: what tells its model, and how it is delivered."""

from dataclasses import dataclass, field

from drivers.device_words import Parity, check_numbers
from drivers.modbus.data_model import (
    HIGHEST_ADDRESS,
    LONGEST_STRING,
    ByteOrder,
    Table,
    check_serial,
    check_unit,
)
from rules.problem import InvalidSettingError


@dataclass(frozen=True, slots=True, kw_only=True)
class ModbusMark:
    """Something in a device by which its model is known, or that tells one unit from another."""

    table: Table = field(metadata={"help": "which table, and so which function reads it"})
    address: int = field(metadata={"help": "protocol address, counted from 0", "example": 0})
    characters: int = field(
        default=0, metadata={"help": "of a text, two in a register; 0 where it is a number"}
    )
    bit: int = field(default=0, metadata={"help": "of a number: its lowest bit; 0 to 15"})
    width: int = field(default=16, metadata={"help": "of a number: how many bits"})
    byte_order: ByteOrder = field(
        default=ByteOrder.BIG, metadata={"help": "in each register: little has them swapped"}
    )
    equals: str = field(
        default="", metadata={"help": "what must be there, as 0x26 or CH4; absent: only shown"}
    )

    def __post_init__(self) -> None:
        if self.table not in (Table.HOLDING_REGISTER, Table.INPUT_REGISTER):
            raise InvalidSettingError("table", "a mark stands in registers")
        if not 0 <= self.characters <= 2 * LONGEST_STRING:
            raise InvalidSettingError("characters", f"must be from 0 to {2 * LONGEST_STRING}")
        if not 0 <= self.address <= HIGHEST_ADDRESS + 1 - self.registers:
            raise InvalidSettingError("address", "must be from 0 to 65535, its end included")
        if not (0 <= self.bit <= 15 and 1 <= self.width <= 16):
            raise InvalidSettingError("bit", "the bits must lie within one register")
        if not self.characters:
            width = min(self.width, 16 - self.bit)
            check_numbers("equals", filter(None, (self.equals,)), (0, 2**width - 1))
        elif len(self.equals) > self.characters or not self.equals.isascii():
            raise InvalidSettingError(
                "equals", f"must be at most {self.characters} letters of ASCII"
            )

    @property
    def registers(self) -> int:
        """How many registers it takes."""
        return max(1, (self.characters + 1) // 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class AsDelivered:
    """How a device is set when it is unpacked; `firegw scan` looks for it there first."""

    baud: int = field(default=9600, metadata={"help": "bits per second"})
    parity: Parity = field(default=Parity.NONE, metadata={"help": "parity bit"})
    stop_bits: int = field(default=1, metadata={"help": "1 or 2"})
    unit: int | None = field(
        default=None, metadata={"help": "the unit identifier; absent where the maker states none"}
    )

    def __post_init__(self) -> None:
        check_serial(self.baud, self.stop_bits)
        if self.unit is not None:
            check_unit(self.unit)
