"""Modbus devices to be asked: many units on one pseudo-terminal (RTU) or one TCP port.

A program of its own that needs nothing but Python, for tests and for the demonstration. It answers
functions 1 to 6, 15 and 16 as a device would, and can be told to misbehave as devices do.

    modbus_device.py --rtu LINK --units 1-10 [--baud 9600]
    modbus_device.py --tcp HOST:PORT --units 1,2,5       port 0 takes a free one

--rtu makes a pseudo-terminal pair and a symbolic link LINK to the end that is to be opened. With
--baud each answer takes the time that the wire would take. An address that was never set answers
with exception 2; a unit that there is not says nothing.

The first line on stdout is {"ready": true, "port": ...}. Then each line on stdin is a command in
JSON and gets one line of JSON back, {"ok": true, ...} or {"error": "..."}. At the end of stdin the
program ends.

    {"do": "set", "unit": 1, "table": "holding-register", "address": 6, "values": [189]}
    {"do": "get", "unit": 1, "table": "coil", "address": 0, "count": 2}   -> "values": [0, 1]
    {"do": "asked"}                -> "asked": [[seconds, unit, function, address], ...] since last
    {"do": "unplug"}               the terminal goes and the link with it; TCP: all connections drop
    {"do": "plug"}                 a new terminal under the same link
    {"do": "behave", "unit": 1}    forget all mishaps of the unit
    {"do": "mishap", "unit": 1, "kind": KIND, "count": 2, ...}
                                   the next 2 answers go wrong; without count, all from now on;
                                   with "address": 6, only those to questions for that address

Tables are coil, discrete-input, holding-register and input-register. Kinds of mishap:

    silent                         no answer
    late        "seconds": 0.5     the answer comes so much later; other questions are not held up
    corrupt                        bad checksum (RTU only)
    truncate    "keep": 4          only the first bytes of the frame
    exception   "code": 4          an exception instead of the answer
    as-unit     "other": 9         another unit's number in the answer
    as-function "other": 4         another function code in the answer
    longer      "registers": 1     so many registers more than were asked for
    noise       "bytes": "00 FF"   these bytes before the answer
    raw         "bytes": "01 02"   these bytes instead of the answer
    transaction "offset": -1       another transaction's number (TCP only)
"""

import argparse
import asyncio
import json
import os
import sys
import time
import tty
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

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
BITS_PER_CHARACTER = 11
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
    options: dict


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
    return {
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
    }[mishap.kind]()


def another_answer(kind: str, options: dict, unit: int, answer: bytes, frame: Frame) -> bytes:
    """Give a sound frame that is not the answer to the question."""
    if kind == "as-unit":
        return frame(options["other"], answer)
    if kind == "as-function":
        return frame(unit, bytes((options["other"],)) + answer[1:])
    if kind == "exception":
        return frame(unit, bytes((answer[0] | 0x80, options["code"])))
    extra = 2 * options["registers"]
    return frame(unit, bytes((answer[0], answer[1] + extra)) + answer[2:] + bytes(extra))


class Terminal:
    """The serial line: a pseudo-terminal pair under a symbolic link."""

    def __init__(self, devices: Devices, link: Path, baud: int | None) -> None:
        self.devices = devices
        self.link = link
        self.seconds_per_byte = BITS_PER_CHARACTER / baud if baud else 0.0
        self.ends: tuple[int, int] | None = None
        self.buffer = b""

    async def plug(self) -> str:
        """Make the pair and the link."""
        if self.ends is None:
            ours, theirs = self.ends = os.openpty()
            tty.setraw(theirs)
            os.set_blocking(ours, False)
            self.link.unlink(missing_ok=True)
            self.link.symlink_to(os.ttyname(theirs))
            asyncio.get_running_loop().add_reader(ours, self.read)
        return str(self.link)

    def unplug(self) -> None:
        """Take the pair and the link away: whoever has it open gets a hang-up."""
        if self.ends is not None:
            asyncio.get_running_loop().remove_reader(self.ends[0])
            for end in self.ends:
                os.close(end)
            self.ends = None
            self.link.unlink(missing_ok=True)

    def read(self) -> None:
        """Take bytes, and answer each whole question among them."""
        self.buffer += os.read(self.ends[0], 4096)
        while len(self.buffer) >= 8:
            size = 9 + self.buffer[6] if self.buffer[1] in (15, 16) else 8
            if len(self.buffer) < size:
                return
            frame = self.buffer[:size]
            if checksum(frame[:-2]) != frame[-2:]:
                self.buffer = self.buffer[1:]
                continue
            self.buffer = self.buffer[size:]
            answer_bytes = 8 if frame[1] not in (1, 2, 3, 4) else self.answer_bytes(frame)
            delay = (size + answer_bytes + 3.5) * self.seconds_per_byte
            self.devices.take(frame[0], frame[1:-2], rtu_frame, self.write, delay)

    def answer_bytes(self, frame: bytes) -> int:
        """Give how long the answer to a read will be."""
        count = int.from_bytes(frame[4:6], "big")
        return 5 + ((count + 7) // 8 if frame[1] in READS_BITS else 2 * count)

    def write(self, frame: bytes) -> None:
        """Send an answer, where the line is still there."""
        if self.ends is not None:
            os.write(self.ends[0], frame)


class Host:
    """The TCP port."""

    def __init__(self, devices: Devices, host: str, port: int) -> None:
        self.devices = devices
        self.host, self.port = host, port
        self.server: asyncio.Server | None = None
        self.writers: set[asyncio.StreamWriter] = set()

    async def plug(self) -> int:
        """Listen."""
        if self.server is None:
            self.server = await asyncio.start_server(self.serve, self.host, self.port)
            self.port = self.server.sockets[0].getsockname()[1]
        return self.port

    def unplug(self) -> None:
        """Listen no more, and drop all connections."""
        if self.server is not None:
            self.server.close()
            self.server = None
        for writer in list(self.writers):
            writer.transport.abort()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection's questions."""
        self.writers.add(writer)
        try:
            while True:
                head = await reader.readexactly(7)
                question = await reader.readexactly(int.from_bytes(head[4:6], "big") - 1)
                frame = partial(tcp_frame, int.from_bytes(head[:2], "big"))
                self.devices.take(head[6], question, frame, writer.write, 0.0)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            return  # cancelled only at the end of the program
        finally:
            self.writers.discard(writer)
            writer.close()


async def obey(command: dict, devices: Devices, wire: Terminal | Host) -> dict:
    """Do what a command says, and give what it answers."""
    unit = devices.units.get(command.get("unit"))
    match command["do"]:
        case "set":
            unit.tables[command["table"]].update(enumerate(command["values"], command["address"]))
        case "get":
            table, first = unit.tables[command["table"]], command["address"]
            return {"values": [table.get(first + n) for n in range(command.get("count", 1))]}
        case "asked":
            asked, devices.asked = devices.asked, []
            return {"asked": asked}
        case "unplug":
            wire.unplug()
        case "plug":
            return {"port": await wire.plug()}
        case "behave":
            unit.mishaps.clear()
        case "mishap":
            unit.mishaps.append(Mishap(command["kind"], command.get("count"), command))
        case other:
            raise ValueError(f"no such command: {other}")
    return {}


async def main() -> None:
    """Serve until stdin ends."""
    parser = argparse.ArgumentParser(description="Modbus devices to be asked")
    wires = parser.add_mutually_exclusive_group(required=True)
    wires.add_argument("--rtu", metavar="LINK", help="symbolic link to the pseudo-terminal")
    wires.add_argument("--tcp", metavar="HOST:PORT", help="where to listen")
    parser.add_argument("--units", default="1", help="as 1,2,5 or 1-10")
    parser.add_argument("--baud", type=int, help="let answers take the time of this wire (RTU)")
    arguments = parser.parse_args()
    units: list[int] = []
    for part in arguments.units.split(","):
        first, _, last = part.partition("-")
        units += range(int(first), int(last or first) + 1)
    devices = Devices(units)
    wire: Terminal | Host
    if arguments.rtu:
        wire = Terminal(devices, Path(arguments.rtu), arguments.baud)
    else:
        host, _, port = arguments.tcp.rpartition(":")
        wire = Host(devices, host, int(port))
    print(json.dumps({"ready": True, "port": await wire.plug()}), flush=True)
    commands = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        partial(asyncio.StreamReaderProtocol, commands), sys.stdin
    )
    while line := await commands.readline():
        try:
            reply = {"ok": True, **await obey(json.loads(line), devices, wire)}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            reply = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply), flush=True)
    wire.unplug()


if __name__ == "__main__":
    asyncio.run(main())
