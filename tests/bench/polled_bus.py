"""A Modbus bus that reads two registers of each of some units, and what it costs and gives."""

import asyncio
import contextlib
import time
from dataclasses import dataclass, field

from drivers.bus import BusDetector, BusPlan
from drivers.modbus.bus import open_bus
from drivers.modbus.data_model import DataType, Table
from drivers.modbus.device import ModbusPoint, ModbusProfile
from drivers.modbus.options import ModbusBusOptions, ModbusDetectorOptions
from rules.instant import Duration, Instant
from rules.profile import DetectorKind, Profile, QuantityRange
from rules.reading import BusUp, Measurement, Reading

ALWAYS_DUE = Duration(1)  # a period of a nanosecond

PROFILE = Profile(
    id="bench",
    name="bench",
    driver="modbus",
    kind=DetectorKind.CO,
    source="none",
    quantities={"co": QuantityRange(lowest=0, highest=1e9)},
    device=ModbusProfile(
        points={
            "co": ModbusPoint(
                table=Table.HOLDING_REGISTER, address=6, type=DataType.UINT32, scale=0.1
            )
        }
    ),
)


def plan_of(options: ModbusBusOptions, units: int, every: Duration) -> BusPlan:
    """Make the plan of a bus with so many detectors, all of them alarm points."""
    detectors = tuple(
        BusDetector(
            id=f"d{unit}",
            profile=PROFILE,
            every=every,
            alarm=True,
            options=ModbusDetectorOptions(unit=unit),
        )
        for unit in range(1, units + 1)
    )
    return BusPlan(id="bench", options=options, detectors=detectors, outputs=())


@dataclass
class Polled:
    """What a bus did from its first reading on.

    Attributes:
        readings: how many it delivered.
        cpu_seconds: of this process meanwhile.
        came: when each came, in seconds; the first one too.
        failures: all that was delivered and is no reading.
    """

    readings: int = 0
    cpu_seconds: float = 0.0
    came: list[float] = field(default_factory=list)
    failures: int = 0

    def rate(self) -> float:
        """Give how many came in a second."""
        return self.readings / (self.came[-1] - self.came[0])

    def best_rate(self, readings: int) -> float:
        """Give how many came in a second while so many came in a row fastest."""
        later = self.came[readings:]
        return readings / min(end - begin for begin, end in zip(self.came, later, strict=False))


async def poll(plan: BusPlan, readings: int) -> Polled:
    """Let a bus run until it has delivered so many readings behind the first."""
    polled, done = Polled(), asyncio.Event()
    cpu_began = 0.0

    def deliver(measurement: Measurement) -> None:
        nonlocal cpu_began
        if isinstance(measurement, BusUp):
            return
        if not isinstance(measurement, Reading):
            polled.failures += 1
            return
        if not polled.came:
            cpu_began = time.process_time()
        polled.came.append(time.monotonic())
        polled.readings = len(polled.came) - 1
        if polled.readings == readings:
            done.set()

    running = asyncio.create_task(
        open_bus(plan, deliver, lambda: Instant(time.monotonic_ns())).run()
    )
    await done.wait()
    polled.cpu_seconds = time.process_time() - cpu_began
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    return polled
