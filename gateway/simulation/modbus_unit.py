"""What a Modbus device answers: its four tables, its limits, and what it refuses.

Function codes, exceptions and frames are those of the MODBUS Application Protocol V1.1b3.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from gateway.simulation.mishap import Frame, Mishap, spoiled

TABLE_OF_FUNCTION: Final = {
    1: "coil",
    2: "discrete-input",
    3: "holding-register",
    4: "input-register",
    5: "coil",
    6: "holding-register",
    15: "coil",
    16: "holding-register",
}
TABLES: Final = tuple(dict.fromkeys(TABLE_OF_FUNCTION.values()))
READS_BITS, READS_REGISTERS, WRITES_ONE = (1, 2), (3, 4), (5, 6)
WRITES_BITS: Final = 15
ILLEGAL_FUNCTION, ILLEGAL_ADDRESS, ILLEGAL_VALUE = 1, 2, 3
COIL_ON: Final = 0xFF00
SHORTEST_QUESTION: Final = 5  # function, address, count or value
MOST_WRITTEN: Final = 0x7B  # registers of one write, and 16 times as many coils (6.11 and 6.12)
MOST_REMEMBERED: Final = 10_000


class RefusalError(Exception):
    """The device answers with an exception."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def _no_tables() -> dict[str, dict[int, int]]:
    return {table: {} for table in TABLES}


@dataclass
class Unit:
    """One device: its four tables, its limits, and what is to go wrong with its answers.

    An address that was never set is a hole: whoever reads or writes there is refused, as by most
    devices.
    """

    tables: dict[str, dict[int, int]] = field(default_factory=_no_tables)
    mishaps: list[Mishap] = field(default_factory=list)
    most_registers: int = 125
    most_bits: int = 2000

    def next_mishap(self, address: int) -> Mishap | None:
        """Take the mishap of the answer at hand."""
        for mishap in self.mishaps:
            if mishap.options.get("address", address) == address:
                if mishap.count is not None:
                    mishap.count -= 1
                    if mishap.count <= 0:
                        self.mishaps.remove(mishap)
                return mishap
        return None

    def answer(self, question: bytes) -> bytes:
        """Answer a request, both from the function code on."""
        function = question[0]
        if function not in TABLE_OF_FUNCTION:
            return bytes((function | 0x80, ILLEGAL_FUNCTION))
        if len(question) < SHORTEST_QUESTION:
            return bytes((function | 0x80, ILLEGAL_VALUE))
        try:
            return bytes((function,)) + self._do(function, question[1:])
        except RefusalError as refusal:
            return bytes((function | 0x80, refusal.code))

    def _do(self, function: int, data: bytes) -> bytes:
        """Read or write a table."""
        table = self.tables[TABLE_OF_FUNCTION[function]]
        address, number = int.from_bytes(data[:2], "big"), int.from_bytes(data[2:4], "big")
        if function in WRITES_ONE:
            _write(table, address, [int(number == COIL_ON) if function == 5 else number])
            return data[:4]
        if function in READS_BITS:
            return _counted(_packed(_read(table, address, number, self.most_bits)))
        if function in READS_REGISTERS:
            words = _read(table, address, number, self.most_registers)
            return _counted(b"".join(word.to_bytes(2, "big") for word in words))
        _write(table, address, _values_to_write(function, number, data[4:]))
        return data[:4]


def _values_to_write(function: int, number: int, data: bytes) -> list[int]:
    """Give the values that a multiple write brings: a count of bytes, and the bytes."""
    bits = function == WRITES_BITS
    size = (number + 7) // 8 if bits else 2 * number
    most = 16 * MOST_WRITTEN if bits else MOST_WRITTEN
    if not 1 <= number <= most or len(data) != 1 + size or data[0] != size:
        raise RefusalError(ILLEGAL_VALUE)
    body = data[1:]
    if bits:
        return [body[n // 8] >> n % 8 & 1 for n in range(number)]
    return [int.from_bytes(body[2 * n : 2 * n + 2], "big") for n in range(number)]


def _read(table: dict[int, int], address: int, count: int, most: int) -> list[int]:
    if not 1 <= count <= most:
        raise RefusalError(ILLEGAL_VALUE)
    if not all(at in table for at in range(address, address + count)):
        raise RefusalError(ILLEGAL_ADDRESS)
    return [table[at] for at in range(address, address + count)]


def _write(table: dict[int, int], address: int, values: list[int]) -> None:
    _read(table, address, len(values), len(values))
    table.update(enumerate(values, address))


def _counted(data: bytes) -> bytes:
    return bytes((len(data),)) + data


def _packed(bits: list[int]) -> bytes:
    size = (len(bits) + 7) // 8
    return sum(bit << n for n, bit in enumerate(bits)).to_bytes(size, "little")


Send = Callable[[bytes], None]
SecondsNow = Callable[[], float]


class Devices:
    """All units, whatever they are wired to.

    Attributes:
        units: by their number.
        asked: seconds, unit, function and address of each question, as long as somebody looks.
    """

    def __init__(self, units: dict[int, Unit], now: SecondsNow) -> None:
        self.units = units
        self.asked: list[tuple[float, int, int, int]] = []
        self._now = now

    def take(self, unit: int, question: bytes, frame: Frame, send: Send, delay: float) -> None:
        """Answer a question, rightly or as it was told to; a unit that there is not says nothing.

        Args:
            unit: who is asked.
            question: from its function code on.
            frame: makes the frame of an answer.
            send: sends it.
            delay: seconds that question and answer take on the wire.
        """
        if not question:
            return
        address = int.from_bytes(question[1:3], "big")
        if len(self.asked) < MOST_REMEMBERED:
            self.asked.append((self._now(), unit, question[0], address))
        device = self.units.get(unit)
        if device is None:
            return
        answer = device.answer(question)
        mishap = device.next_mishap(address)
        if mishap is None:
            whole = frame(unit, answer)
        else:
            whole = spoiled(mishap, unit, answer, frame)
            if mishap.kind == "late":
                delay += mishap.options["seconds"]
        if not whole:
            return
        if delay:
            asyncio.get_running_loop().call_later(delay, send, whole)
        else:
            send(whole)
