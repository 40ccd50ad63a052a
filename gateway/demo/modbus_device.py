"""Modbus devices to be asked: many units on one pseudo-terminal (RTU) or one TCP port.

A program of its own that needs nothing but Python, for tests and for the demonstration. It answers
functions 1 to 6, 15 and 16 as a device would, and can be told to misbehave as devices do.

    python -m gateway.demo.modbus_device --rtu LINK --units 1-10 [--baud 9600]
    python -m gateway.demo.modbus_device --tcp HOST:PORT --units 1,2,5       port 0 takes a free one

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
import tty
from functools import partial
from pathlib import Path
from typing import Any

from gateway.demo.modbus_unit import (
    READS_BITS,
    Devices,
    Mishap,
    Unit,
    checksum,
    rtu_frame,
    tcp_frame,
)

BITS_PER_CHARACTER = 11


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
        assert self.ends is not None, "nobody reads a line that is unplugged"
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


async def obey(command: dict[str, Any], devices: Devices, wire: Terminal | Host) -> dict[str, Any]:
    """Do what a command says, and give what it answers."""
    match command["do"]:
        case "asked":
            asked, devices.asked = devices.asked, []
            return {"asked": asked}
        case "unplug":
            wire.unplug()
            return {}
        case "plug":
            return {"port": await wire.plug()}
    return obey_of_unit(command, devices.units[command["unit"]])


def obey_of_unit(command: dict[str, Any], unit: Unit) -> dict[str, Any]:
    """Do what a command says of one unit."""
    match command["do"]:
        case "set":
            unit.tables[command["table"]].update(enumerate(command["values"], command["address"]))
        case "get":
            table, first = unit.tables[command["table"]], command["address"]
            return {"values": [table.get(first + n) for n in range(command.get("count", 1))]}
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
    say({"ready": True, "port": await wire.plug()})
    commands = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        partial(asyncio.StreamReaderProtocol, commands), sys.stdin
    )
    while line := await commands.readline():
        try:
            reply = {"ok": True, **await obey(json.loads(line), devices, wire)}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            reply = {"error": f"{type(error).__name__}: {error}"}
        say(reply)
    wire.unplug()


def say(reply: dict[str, Any]) -> None:
    """Answer on standard output."""
    sys.stdout.write(json.dumps(reply) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main())
