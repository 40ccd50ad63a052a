"""What the tests of the Modbus bus share: detectors, and a bus towards rehearsed devices."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

from bus_rehearsal import PATIENCE_SECONDS, Heard, detector, now, plan, profile
from modbus_process import ModbusDevices

from drivers.bus import BusDetector, BusOutput
from drivers.modbus.bus import ModbusBus, open_bus
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
    ModbusOutputOptions,
)
from rules.instant import seconds

REPLY_WITHIN_SECONDS = 0.1


def register(address: int, kind: DataType = DataType.UINT16, **options: Any) -> ModbusPoint:
    return ModbusPoint(table=Table.HOLDING_REGISTER, address=address, type=kind, **options)


def device(name: str, unit: int, every: float = 0.1, offset: int = 0, **points: ModbusPoint):
    """Make a detector; without points it is a CO sensor in holding register 6."""
    points = points or {"co": register(6, scale=0.1)}
    return detector(
        name,
        profile("modbus", *points, device=ModbusProfile(points=points)),
        ModbusDetectorOptions(unit=unit, register_offset=offset),
        every,
    )


def coil(name: str, unit: int, address: int, **options: Any) -> BusOutput:
    return BusOutput(id=name, options=ModbusOutputOptions(unit=unit, coil=address, **options))


def options_for(devices: ModbusDevices, reply_within: float, **options: Any) -> ModbusBusOptions:
    wire = (
        {"port": devices.port}
        if isinstance(devices.port, str)
        else {
            "host": "127.0.0.1",
            "tcp_port": devices.port,
        }
    )
    return ModbusBusOptions(reply_within=seconds(reply_within), **wire, **options)


def bus_to(
    devices: ModbusDevices,
    heard: Heard,
    *detectors: BusDetector,
    outputs: tuple[BusOutput, ...] = (),
    reply_within: float = REPLY_WITHIN_SECONDS,
    **options: Any,
) -> ModbusBus:
    bus_options = options_for(devices, reply_within, **options)
    return open_bus(plan(bus_options, detectors, outputs), heard, now)


@contextlib.asynccontextmanager
async def quiet_loop() -> AsyncIterator[None]:
    """Fail where anything was raised outside of the tasks that the test awaits."""
    raised: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: raised.append(context))
    yield
    assert raised == []


async def until(condition: Any) -> None:
    """Wait for something that the devices or the test itself can see."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():  # noqa: ASYNC110  other processes set no event
            await asyncio.sleep(0.01)
