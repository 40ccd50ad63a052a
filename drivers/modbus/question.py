"""Questions: requests made once and asked again and again, each with its bound and answer."""

from dataclasses import dataclass
from typing import Final

from pymodbus.pdu import ModbusPDU
from pymodbus.pdu.bit_message import (
    ReadCoilsRequest,
    ReadDiscreteInputsRequest,
    WriteMultipleCoilsRequest,
    WriteSingleCoilRequest,
)
from pymodbus.pdu.register_message import (
    ReadHoldingRegistersRequest,
    ReadInputRegistersRequest,
    WriteMultipleRegistersRequest,
    WriteSingleRegisterRequest,
)

from drivers.modbus.answer import CHECKSUM, Shape, shape_of
from drivers.modbus.codec import BIT_TABLES, READ_FUNCTIONS, Block
from drivers.modbus.data_model import Table
from drivers.modbus.options import ModbusBusOptions, ModbusOutputOptions, WriteFunction
from drivers.modbus.pace import Pace, attempt, pace_of_bus, pace_of_output
from rules.instant import Duration, in_seconds

REQUESTS: Final = {
    Table.COIL: ReadCoilsRequest,
    Table.DISCRETE_INPUT: ReadDiscreteInputsRequest,
    Table.HOLDING_REGISTER: ReadHoldingRegistersRequest,
    Table.INPUT_REGISTER: ReadInputRegistersRequest,
}
WRITTEN: Final = 4  # bytes that the answer to a write repeats: address, and value or count


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A request and what is known of its answer beforehand.

    Attributes:
        request: for pymodbus.
        shape: by which the answer is known.
        bits: whether the answer holds bits, else registers.
        within_seconds: when the attempt ends.
        turn_around: how long the line rests behind it, if longer than the silence between frames.
        text: whom it asks for what, for people.
    """

    request: ModbusPDU
    shape: Shape
    bits: bool
    within_seconds: float
    turn_around: Duration
    text: str


def reading(
    options: ModbusBusOptions, unit: int, block: Block, pace: Pace | None = None
) -> Question:
    """Make the question for a block of a unit; without a pace of its own, that of its bus."""
    bits = block.table in BIT_TABLES
    size = (block.count + 7) // 8 if bits else 2 * block.count
    shape = shape_of(
        unit=unit,
        function=READ_FUNCTIONS[block.table],
        data_head=bytes((size,)),
        data_length=1 + size,
        numbered=options.numbered,
    )
    request = REQUESTS[block.table](dev_id=unit, address=block.address, count=block.count)
    pace = pace or pace_of_bus(options)
    return Question(
        request=request,
        shape=shape,
        bits=bits,
        within_seconds=_within_seconds(options, pace, request, shape),
        turn_around=pace.turn_around,
        text=f"unit {unit}, {block}",
    )


def writing(options: ModbusBusOptions, output: ModbusOutputOptions, level: bool) -> Question:
    """Make the question that sets an output; its answer repeats it, or all but the value."""
    single = output.write is WriteFunction.SINGLE
    unit = output.unit
    request: ModbusPDU
    if output.coil is not None:
        coils = WriteSingleCoilRequest if single else WriteMultipleCoilsRequest
        request = coils(dev_id=unit, address=output.coil, bits=[level])
    else:
        number = output.energised if level else output.released
        registers = WriteSingleRegisterRequest if single else WriteMultipleRegistersRequest
        request = registers(dev_id=unit, address=output.register or 0, registers=[number])
    shape = shape_of(
        unit=unit,
        function=request.function_code,
        data_head=request.encode()[:WRITTEN],
        data_length=WRITTEN,
        numbered=options.numbered,
    )
    pace = pace_of_output(options, output)
    return Question(
        request=request,
        shape=shape,
        bits=output.coil is not None,
        within_seconds=_within_seconds(options, pace, request, shape),
        turn_around=pace.turn_around,
        text=f"unit {unit}, {_block_of(output)}",
    )


def reading_back(options: ModbusBusOptions, output: ModbusOutputOptions) -> Question:
    """Make the question for the coil or register of an output."""
    return reading(options, output.unit, _block_of(output), pace_of_output(options, output))


def _block_of(output: ModbusOutputOptions) -> Block:
    if output.coil is not None:
        return Block(Table.COIL, output.coil, 1)
    return Block(Table.HOLDING_REGISTER, output.register or 0, 1)


def _within_seconds(
    options: ModbusBusOptions, pace: Pace, request: ModbusPDU, shape: Shape
) -> float:
    """Bound an attempt: the device's time, and on a serial line that of the wire besides."""
    asked = 2 + len(request.encode()) + CHECKSUM
    return in_seconds(attempt(options, pace, asked, shape.length))
