"""Modbus devices to be asked: many units on one pseudo-terminal (RTU) or one TCP port.

A program of its own that needs nothing but Python, for tests and for the demonstration. It answers
functions 1 to 6, 15 and 16 as a device would, and can be told to misbehave as devices do.

    python -m gateway.demo.modbus_device --rtu LINK --units 1-10 [--baud 9600] [--echo]
    python -m gateway.demo.modbus_device --tcp HOST:PORT --units 1,2,5 [--rtu-frames]

Port 0 takes a free one.

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

Tables are coil, discrete-input, holding-register and input-register. The kinds of mishap, and what
else they take, stand in gateway.simulation.mishap.
"""

import argparse
import asyncio
import json
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

from gateway.number_list import numbers_in
from gateway.simulation.mishap import Mishap
from gateway.simulation.modbus_unit import Devices, Unit
from gateway.simulation.modbus_wire import Host, Terminal, Wire


async def obey(command: dict[str, Any], devices: Devices, wire: Wire) -> dict[str, Any]:
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
    parser.add_argument("--echo", action="store_true", help="say again what is heard (RTU)")
    parser.add_argument("--rtu-frames", action="store_true", help="RTU frames over TCP")
    arguments = parser.parse_args()
    numbers = numbers_in(arguments.units, least=0, most=255)
    devices = Devices({number: Unit() for number in numbers}, time.monotonic)
    wire: Wire
    if arguments.rtu:
        wire = Terminal(devices, Path(arguments.rtu), arguments.baud, echo=arguments.echo)
    else:
        host, _, port = arguments.tcp.rpartition(":")
        wire = Host(devices, host, int(port), rtu=arguments.rtu_frames)
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
