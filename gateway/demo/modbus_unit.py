"""What Modbus devices answer, rightly or as they are told to: see gateway.demo.modbus_device.

Function codes, exceptions and frames are those of the MODBUS Application Protocol V1.1b3.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

TABLE_OF_FUNCTION = {
    1: "coil",
    2: "discrete-input",
    3: "holding-register",
    4: "input-register",
    5: "coil",
    6: "holding-register",
    15: "coil",
    16: "holding-register",
}
TABLES = tuple(dict.fromkeys(TABLE_OF_FUNCTION.values()))
READS_BITS, READS_REGISTERS, WRITES_ONE = (1, 2), (3, 4), (5, 6)
ILLEGAL_FUNCTION, ILLEGAL_ADDRESS = 1, 2
COIL_ON = 0xFF00
MOST_REMEMBERED = 10_000


class RefusalError(Exception):
    """The device answers with an exception."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@dataclass
class Mishap:
    """Something that goes wrong with the next `count` answers, or with all where it is None."""

    kind: str
    count: int | None
    options: dict[str, Any]


@dataclass
class Unit:
    """One device: its four tables, and what is to go wrong with its answers."""

    tables: dict[str, dict[int, int]] = field(
        default_factory=lambda: {table: {} for table in TABLES}
    )
    mishaps: list[Mishap] = field(default_factory=list)

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
        table = self.tables[TABLE_OF_FUNCTION[function]]
        try:
            return bytes((function,)) + self._do(function, table, question[1:])
        except RefusalError as refusal:
            return bytes((function | 0x80, refusal.code))

    def _do(self, function: int, table: dict[int, int], data: bytes) -> bytes:
        """Read or write a table."""
        address, number = int.from_bytes(data[:2], "big"), int.from_bytes(data[2:4], "big")
        if function in WRITES_ONE:
            self._write(table, address, [int(number == COIL_ON) if function == 5 else number])
            return data[:4]
        if function in READS_BITS:
            return _counted(_packed(self._read(table, address, number)))
        if function in READS_REGISTERS:
            words = self._read(table, address, number)
            return _counted(b"".join(word.to_bytes(2, "big") for word in words))
        body = data[5:]
        if function == 15:
            values = [body[n // 8] >> n % 8 & 1 for n in range(number)]
        else:
            values = [int.from_bytes(body[2 * n : 2 * n + 2], "big") for n in range(number)]
        self._write(table, address, values)
        return data[:4]

    def _read(self, table: dict[int, int], address: int, count: int) -> list[int]:
        if not all(at in table for at in range(address, address + count)):
            raise RefusalError(ILLEGAL_ADDRESS)
        return [table[at] for at in range(address, address + count)]

    def _write(self, table: dict[int, int], address: int, values: list[int]) -> None:
        self._read(table, address, len(values))
        table.update(enumerate(values, address))


def _counted(data: bytes) -> bytes:
    return bytes((len(data),)) + data


def _packed(bits: list[int]) -> bytes:
    size = (len(bits) + 7) // 8
    return sum(bit << n for n, bit in enumerate(bits)).to_bytes(size, "little")


def checksum(data: bytes) -> bytes:
    """Give the CRC-16 of an RTU frame, low byte first (MODBUS over Serial Line V1.02, 6.2.2)."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc.to_bytes(2, "little")


def rtu_frame(unit: int, answer: bytes) -> bytes:
    """Frame an answer for a serial line."""
    body = bytes((unit,)) + answer
    return body + checksum(body)


def tcp_frame(transaction: int, unit: int, answer: bytes) -> bytes:
    """Frame an answer for TCP."""
    head = (transaction % 65536).to_bytes(2, "big") + b"\0\0"
    return head + (len(answer) + 1).to_bytes(2, "big") + bytes((unit,)) + answer


Frame = Callable[[int, bytes], bytes]
Send = Callable[[bytes], None]


class Devices:
    """All units, whatever they are wired to."""

    def __init__(self, units: list[int]) -> None:
        self.units = {unit: Unit() for unit in units}
        self.asked: list[tuple[float, int, int, int]] = []

    def take(self, unit: int, question: bytes, frame: Frame, send: Send, delay: float) -> None:
        """Answer a question, rightly or as it was told to."""
        address = int.from_bytes(question[1:3], "big")
        if len(self.asked) < MOST_REMEMBERED:
            self.asked.append((time.monotonic(), unit, question[0], address))
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


def spoiled(mishap: Mishap, unit: int, answer: bytes, frame: Frame) -> bytes:
    """Give the bytes that a mishap makes of an answer."""
    options = mishap.options
    whole = frame(unit, answer)
    if mishap.kind in ("as-unit", "as-function", "exception", "longer"):
        return another_answer(mishap.kind, options, unit, answer, frame)
    spoil: dict[str, Callable[[], bytes]] = {
        "silent": lambda: b"",
        "late": lambda: whole,
        "corrupt": lambda: whole[:-1] + bytes((whole[-1] ^ 0xFF,)),
        "truncate": lambda: whole[: options["keep"]],
        "noise": lambda: bytes.fromhex(options["bytes"]) + whole,
        "raw": lambda: bytes.fromhex(options["bytes"]),
        "transaction": lambda: (
            ((int.from_bytes(whole[:2], "big") + options["offset"]) % 65536).to_bytes(2, "big")
            + whole[2:]
        ),
    }
    return spoil[mishap.kind]()


def another_answer(
    kind: str, options: dict[str, Any], unit: int, answer: bytes, frame: Frame
) -> bytes:
    """Give a sound frame that is not the answer to the question."""
    if kind == "as-unit":
        return frame(options["other"], answer)
    if kind == "as-function":
        return frame(unit, bytes((options["other"],)) + answer[1:])
    if kind == "exception":
        return frame(unit, bytes((answer[0] | 0x80, options["code"])))
    extra = 2 * options["registers"]
    return frame(unit, bytes((answer[0], answer[1] + extra)) + answer[2:] + bytes(extra))
