"""Questions: requests made once and asked again and again, each with its bound and answer."""

from dataclasses import dataclass
from typing import Final

from pymodbus.pdu import ModbusPDU
from pymodbus.pdu.bit_message import (
    ReadCoilsRequest,
    ReadDiscreteInputsRequest,
    WriteSingleCoilRequest,
)
from pymodbus.pdu.register_message import ReadHoldingRegistersRequest, ReadInputRegistersRequest

from drivers.modbus.answer import Shape, shape_of
from drivers.modbus.codec import BIT_TABLES, READ_FUNCTIONS, WRITE_COIL, Block, character_time
from drivers.modbus.data_model import (
    Table,
)
from drivers.modbus.options import (
    ModbusBusOptions,
)
from rules.instant import in_seconds

REQUEST_BYTES: Final = 8  # unit, function, address, count or value, checksum
REQUESTS: Final = {
    Table.COIL: ReadCoilsRequest,
    Table.DISCRETE_INPUT: ReadDiscreteInputsRequest,
    Table.HOLDING_REGISTER: ReadHoldingRegistersRequest,
    Table.INPUT_REGISTER: ReadInputRegistersRequest,
}


@dataclass(frozen=True, slots=True)
class Question:
    """A request and what is known of its answer beforehand.

    Attributes:
        request: for pymodbus.
        shape: by which the answer is known.
        bits: whether the answer holds bits, else registers.
        within_seconds: when the attempt ends.
        text: whom it asks for what, for people.
    """

    request: ModbusPDU
    shape: Shape
    bits: bool
    within_seconds: float
    text: str


def reading(options: ModbusBusOptions, unit: int, block: Block) -> Question:
    """Make the question for a block of a unit."""
    bits = block.table in BIT_TABLES
    size = (block.count + 7) // 8 if bits else 2 * block.count
    shape = shape_of(
        unit=unit,
        function=READ_FUNCTIONS[block.table],
        data_head=bytes((size,)),
        data_length=1 + size,
        tcp=options.host is not None,
    )
    request = REQUESTS[block.table](dev_id=unit, address=block.address, count=block.count)
    text = f"unit {unit}, {block}"
    return Question(request, shape, bits, _within_seconds(options, shape), text)


def writing(options: ModbusBusOptions, unit: int, coil: int, level: bool) -> Question:
    """Make the question that sets a coil; its answer repeats it."""
    request = WriteSingleCoilRequest(dev_id=unit, address=coil, bits=[level])
    echo = request.encode()
    shape = shape_of(
        unit=unit,
        function=WRITE_COIL,
        data_head=echo,
        data_length=len(echo),
        tcp=options.host is not None,
    )
    text = f"unit {unit}, coil {coil}"
    return Question(
        request, shape, bits=True, within_seconds=_within_seconds(options, shape), text=text
    )


def _within_seconds(options: ModbusBusOptions, shape: Shape) -> float:
    """Bound an attempt: the device's time, and on a serial line that of the wire besides."""
    wire = 0 if shape.tcp else (REQUEST_BYTES + shape.length) * character_time(options)
    return in_seconds(options.reply_within + wire)
