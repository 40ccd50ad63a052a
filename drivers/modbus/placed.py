"""A named place in the replies of a station: which block holds it, and how it is decoded."""

from collections.abc import Sequence
from dataclasses import dataclass

from drivers.modbus.codec import (
    Block,
    Decoder,
    NotANumberError,
    NoValueError,
    Words,
    block_of,
    decoder,
    place_in,
)
from drivers.modbus.data_model import BIT_TABLES, DataType
from drivers.modbus.device import ModbusPoint


@dataclass(frozen=True, slots=True)
class Placed:
    """A named point in the replies.

    Attributes:
        name: of the quantity, or what the profile calls it.
        where: its table and protocol address, for people.
        block: the number of the reply that holds it.
        decode: its decoder.
    """

    name: str
    where: str
    block: int
    decode: Decoder

    def number_in(self, replies: Sequence[Words]) -> float:
        """Take its number out of the replies.

        Raises:
            NotANumberError: there is none.
            NoValueError: the device says that it has none.
        """
        try:
            return self.decode(replies[self.block])
        except (NotANumberError, NoValueError) as error:
            raise type(error)(f"{self.name}, {self.where}: {error}") from None


@dataclass(frozen=True, slots=True)
class Places:
    """Where the points of one detector are found.

    Attributes:
        plan: the blocks that are read for it.
        first: the number of the first of them in its station.
        register_offset: that of the detector.
    """

    plan: Sequence[Block]
    first: int
    register_offset: int

    def place(self, name: str, point: ModbusPoint) -> Placed:
        """Find a point."""
        block = block_of(point, self.register_offset)
        index, at = place_in(self.plan, block)
        return Placed(name, _where(point, block), self.first + index, decoder(point, at))


def _where(point: ModbusPoint, block: Block) -> str:
    """Name a place for a technician, by its protocol address and not by a manual's number."""
    where = f"{block.table} {block.address}"
    if point.type not in (DataType.BIT, DataType.BITS) or block.table in BIT_TABLES:
        return where
    if point.width == 1:
        return f"{where} bit {point.bit}"
    return f"{where} bits {point.bit} to {point.bit + point.width - 1}"
