"""CPU per Modbus poll against the least that pymodbus can do.

A bare loop reads two registers over and over and makes a number of them, as a straight script
would. The bus does the same polls with all that a bus does: schedule, checks, readings. Both ask
one pymodbus server in another process over TCP, by turns, and the medians are compared.
"""

import asyncio
import contextlib
import statistics
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from pymodbus.client import AsyncModbusTcpClient
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType as ServerType
from pymodbus.simulator import SimData, SimDevice

from drivers.bus import BusDetector, BusPlan
from drivers.modbus.bus import open_bus
from drivers.modbus.data_model import (
    DataType,
    Table,
)
from drivers.modbus.device import (
    ModbusPoint,
    ModbusProfile,
)
from drivers.modbus.options import (
    ModbusBusOptions,
    ModbusDetectorOptions,
)
from rules.instant import Duration, Instant
from rules.profile import DetectorKind, Profile, QuantityRange
from rules.reading import Reading

POLLS = 2000
TURNS = 9
BUDGET = 1.3


async def serve() -> None:
    """Serve 20 registers of unit 1 on a free port, and print it."""
    device = SimDevice(1, simdata=[SimData(0, values=[189] * 20, datatype=ServerType.REGISTERS)])
    server = ModbusTcpServer(device, address=("127.0.0.1", 0))
    await server.serve_forever(background=True)
    print(server.transport.sockets[0].getsockname()[1], flush=True)
    await asyncio.Event().wait()


async def bare(port: int) -> float:
    """Give the seconds of CPU that a poll costs a bare loop."""
    async with AsyncModbusTcpClient("127.0.0.1", port=port, retries=0) as client:
        began = time.process_time()
        for _ in range(POLLS):
            reply = await client.read_holding_registers(6, count=2, device_id=1)
            assert reply.registers[0] / 10 == 18.9
        return (time.process_time() - began) / POLLS


async def bus(port: int) -> float:
    """Give the seconds of CPU that a poll costs the bus."""
    points = {
        "co": ModbusPoint(table=Table.HOLDING_REGISTER, address=6, type=DataType.UINT32, scale=0.1)
    }
    profile = Profile(
        id="bench",
        name="bench",
        driver="modbus",
        kind=DetectorKind.CO,
        source="none",
        quantities={"co": QuantityRange(lowest=0, highest=1e9)},
        device=ModbusProfile(points=points),
    )
    detector = BusDetector(
        id="bench",
        profile=profile,
        every=Duration(1),  # a nanosecond: always due
        alarm=True,
        options=ModbusDetectorOptions(unit=1),
    )
    plan = BusPlan(
        id="bench",
        options=ModbusBusOptions(host="127.0.0.1", tcp_port=port),
        detectors=(detector,),
        outputs=(),
    )
    done = asyncio.Event()
    polls = 0
    began = 0.0

    def deliver(measurement: object) -> None:
        nonlocal polls, began
        if type(measurement) is Reading:
            if polls == 0:
                began = time.process_time()
            polls += 1
            if polls > POLLS:
                done.set()

    running = asyncio.create_task(
        open_bus(plan, deliver, lambda: Instant(time.monotonic_ns())).run()
    )
    await done.wait()
    spent = (time.process_time() - began) / (polls - 1)
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    return spent


def main() -> None:
    """Measure, and print one line a figure."""
    server = subprocess.Popen([sys.executable, __file__, "serve"], stdout=subprocess.PIPE)
    try:
        port = int(server.stdout.readline())
        turns = [(asyncio.run(bare(port)), asyncio.run(bus(port))) for _ in range(TURNS)]
    finally:
        server.kill()
        server.wait()
    bare_cost, bus_cost = (statistics.median(costs) for costs in zip(*turns, strict=True))
    ratio = bus_cost / bare_cost
    print(f"bare {bare_cost * 1e6:.1f} µs, bus {bus_cost * 1e6:.1f} µs", file=sys.stderr)
    verdict = "ok" if ratio <= BUDGET else "short"
    print(f"bench modbus-cpu-per-poll {ratio:.2f} {BUDGET} {verdict}")


if __name__ == "__main__":
    if sys.argv[1:] == ["serve"]:
        asyncio.run(serve())
    else:
        main()
