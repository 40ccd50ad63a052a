"""CPU per Modbus poll against the least that pymodbus can do.

A bare loop reads two registers over and over and makes a number of them, as a straight script
would; on a serial line it keeps the silence between frames, as it must. The bus does the same polls
with all that a bus does: schedule, checks, readings. Both ask one server in another process, by
turns, and the medians are compared: over TCP pymodbus's own server, over RTU the devices at the end
of a pseudo-terminal, which answer at once.

A processor that was woken twice for a poll, and slept in between, does the same work more slowly:
what the silence alone costs is shown beside the figure.
"""

import asyncio
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from figure import tell
from paced_wire import FAST_SILENCE, Served, Wire
from polled_bus import ALWAYS_DUE, plan_of, poll
from pymodbus.client import AsyncModbusSerialClient, AsyncModbusTcpClient
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType as ServerType
from pymodbus.simulator import SimData, SimDevice

from drivers.modbus.options import ModbusBusOptions
from gateway.punctual_loop import punctual_loop

POLLS = 2000
TURNS = 9
BUDGET = 1.3
BAUD = 115200

Client = AsyncModbusTcpClient | AsyncModbusSerialClient


async def serve() -> None:
    """Serve 20 registers of unit 1 on a free port, and print it."""
    device = SimDevice(1, simdata=[SimData(0, values=[189] * 20, datatype=ServerType.REGISTERS)])
    server = ModbusTcpServer(device, address=("127.0.0.1", 0))
    await server.serve_forever(background=True)
    print(server.transport.sockets[0].getsockname()[1], flush=True)
    await asyncio.Event().wait()


async def bare(make: Callable[[], Client], silence: float = 0.0) -> float:
    """Give the seconds of CPU that a poll costs a bare loop, silent so long between two."""
    async with make() as client:
        began = time.process_time()
        for _ in range(POLLS):
            reply = await client.read_holding_registers(6, count=2, device_id=1)
            assert reply.registers[0] / 10 == 18.9
            if silence:
                await asyncio.sleep(silence)
        return (time.process_time() - began) / POLLS


async def bus(options: ModbusBusOptions) -> float:
    """Give the seconds of CPU that a poll costs the bus."""
    polled = await poll(plan_of(options, 1, ALWAYS_DUE), POLLS)
    return polled.cpu_seconds / polled.readings


def medians(*costs: Callable[[], Awaitable[float]]) -> list[float]:
    """Measure each by turns, and give the medians."""
    turns: list[list[float]] = []
    for _ in range(TURNS):
        with asyncio.Runner(loop_factory=punctual_loop) as runner:
            turns.append([runner.run(cost()) for cost in costs])
    return [statistics.median(each) for each in zip(*turns, strict=True)]


def over_tcp() -> None:
    """Measure the bus on Modbus/TCP."""
    server = subprocess.Popen([sys.executable, __file__, "serve"], stdout=subprocess.PIPE)
    try:
        port = int(server.stdout.readline())
        options = ModbusBusOptions(host="127.0.0.1", tcp_port=port)
        bare_cost, bus_cost = medians(
            lambda: bare(lambda: AsyncModbusTcpClient("127.0.0.1", port=port, retries=0)),
            lambda: bus(options),
        )
    finally:
        server.kill()
        server.wait()
    print(f"TCP: bare {bare_cost * 1e6:.1f} µs, bus {bus_cost * 1e6:.1f} µs", file=sys.stderr)
    tell("modbus-cpu-per-poll", bus_cost / bare_cost, BUDGET)


def over_rtu() -> None:
    """Measure the bus on a serial line."""
    with Served(Wire(0), 1) as line:
        options = ModbusBusOptions(port=line.port, baud=BAUD)

        def client() -> AsyncModbusSerialClient:
            return AsyncModbusSerialClient(line.port, baudrate=BAUD, retries=0)

        hasty_cost, silent_cost, bus_cost = medians(
            lambda: bare(client), lambda: bare(client, FAST_SILENCE), lambda: bus(options)
        )
    print(
        f"RTU: bare {silent_cost * 1e6:.1f} µs, bus {bus_cost * 1e6:.1f} µs; "
        f"bare and without the silence {hasty_cost * 1e6:.1f} µs",
        file=sys.stderr,
    )
    tell("modbus-cpu-per-rtu-poll", bus_cost / silent_cost, BUDGET)


if __name__ == "__main__":
    if sys.argv[1:] == ["serve"]:
        asyncio.run(serve())
    else:
        over_tcp()
        over_rtu()
