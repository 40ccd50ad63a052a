"""Adapters that are unplugged and come back, under the gateway's own supervision.

A port is a pseudo-terminal behind a link with a stable name, as udev makes them: unplugging ends
the terminal and takes the link away, plugging in makes both anew, mostly under another number.
"""

import asyncio
import contextlib
import random
import time
from collections.abc import Callable
from pathlib import Path

from bus_rehearsal import PATIENCE_SECONDS, now

from drivers.bus import BusDetector, BusPlan
from drivers.modbus.options import ModbusBusOptions, ModbusDetectorOptions
from drivers.serial.options import SerialBusOptions, SerialDetectorOptions
from gateway.backoff import Backoff
from gateway.buses import GuardedBus
from gateway.settings.read_profile import load_profile
from gateway.simulation.modbus_unit import Devices, Unit
from gateway.simulation.modbus_wire import Terminal
from gateway.simulation.pseudo_terminal import PseudoTerminal
from gateway.supervisor import Supervised, supervise
from rules.condition import Condition
from rules.engine import Engine
from rules.event import Change, ConditionEvent
from rules.instant import seconds
from rules.profile import Profile
from rules.reading import Measurement, Reading
from rules.site import DetectorDefinition, SiteDefinition, ZoneDefinition

PROFILES = Path(__file__).parents[2] / "config" / "profiles"
PLUGS = 100
SOON = Backoff(first=seconds(0.02), longest=seconds(0.05))
NEVER = Backoff(first=seconds(3600), longest=seconds(3600))
FRAME = bytes.fromhex("424d001c") + bytes(26) + bytes.fromhex("00ab")


def shipped(name: str) -> Profile:
    profile, problems = load_profile((PROFILES / f"{name}.yaml").read_bytes(), f"{name}.yaml")
    assert profile is not None, problems
    return profile


def detector(name: str, profile: Profile, options: object) -> BusDetector:
    return BusDetector(id=name, profile=profile, every=seconds(0.02), alarm=True, options=options)


def plans(folder: Path) -> tuple[BusPlan, BusPlan]:
    """Give the plans of a line of Modbus with a CO detector, and of a dust sensor's port."""
    co = detector("co", shipped("jxct-jxbs-3001-co"), ModbusDetectorOptions(unit=1))
    dust = detector("dust", shipped("plantower-pms5003"), SerialDetectorOptions())
    line = BusPlan(
        id="rs485",
        options=ModbusBusOptions(port=str(folder / "rs485")),
        detectors=(co,),
        outputs=(),
    )
    port = BusPlan(
        id="dust-port",
        options=SerialBusOptions(port=str(folder / "dust")),
        detectors=(dust,),
        outputs=(),
    )
    return line, port


class Building:
    """The two adapters, their buses under supervision, and an engine that is told everything."""

    def __init__(self, folder: Path) -> None:
        unit = Unit()
        unit.tables["holding-register"][6] = 189
        self._line = Terminal(Devices({1: unit}, time.monotonic), folder / "rs485")
        self._dust = PseudoTerminal(folder / "dust", lambda _: None)
        self._plans = plans(folder)
        self.engine = Engine(site_of(self._plans), "boot-1", {}, now())
        self.engine.start(now())
        self.events: list[ConditionEvent] = []
        self.heard: set[str] = set()
        self._told = asyncio.Event()
        self.buses = [
            GuardedBus(plan, f"drivers.{kind}.bus", self._take, now)
            for plan, kind in zip(self._plans, ("modbus", "serial"), strict=True)
        ]

    def _take(self, measurement: Measurement) -> None:
        step = self.engine.step(now(), measurement)
        self.events += [each for each in step.events if isinstance(each, ConditionEvent)]
        if isinstance(measurement, Reading):
            self.heard.add(measurement.detector)
        self._told.set()

    async def plug(self) -> None:
        await self._line.plug()
        self._dust.plug()

    def unplug(self) -> None:
        self._line.unplug()
        self._dust.unplug()

    async def stream(self) -> None:
        """Let the dust sensor send, as it does by itself."""
        while True:
            self._dust.write(FRAME)
            await asyncio.sleep(0.01)

    async def until(self, wanted: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not wanted():
                self._told.clear()
                await self._told.wait()

    def faults(self, source: str) -> list[Change]:
        return [
            event.change
            for event in self.events
            if event.condition is Condition.FAULT and event.source == source
        ]


def site_of(of_buses: tuple[BusPlan, ...]) -> SiteDefinition:
    detectors = tuple(
        DetectorDefinition(
            id=each.id,
            zone="hall",
            bus=plan.id,
            kind=each.profile.kind,
            quantities=each.profile.quantities,
            every=each.every,
            stale_after=seconds(10),
            warm_up=seconds(0),
        )
        for plan in of_buses
        for each in plan.detectors
    )
    zones = (ZoneDefinition(id="hall", name="hall"),)
    return SiteDefinition(zones=zones, detectors=detectors, rules=(), outputs=(), schedules=())


@contextlib.asynccontextmanager
async def supervised(*what: Supervised, backoff: Backoff):
    tasks = [
        asyncio.create_task(supervise(each, random=random.random, backoff=backoff)) for each in what
    ]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_hundred_times_unplugged_and_back_are_one_fault_and_one_recovery_each(
    tmp_path: Path,
) -> None:
    building = Building(tmp_path)
    await building.plug()
    sending = asyncio.create_task(building.stream())
    async with supervised(*(bus.supervised() for bus in building.buses), backoff=SOON):
        for plug in range(1, PLUGS + 1):
            building.heard.clear()
            await building.until(lambda: building.heard == {"co", "dust"})
            building.unplug()
            await building.until(
                lambda plug=plug: all(
                    len(building.faults(f"bus/{bus}")) == 2 * plug - 1
                    for bus in ("rs485", "dust-port")
                )
            )
            await building.plug()
        building.heard.clear()
        await building.until(lambda: building.heard == {"co", "dust"})
    sending.cancel()
    building.unplug()

    told = [Change.ENTERED, Change.LEFT] * PLUGS
    assert building.faults("bus/rs485") == told
    assert building.faults("bus/dust-port") == told
    assert {event.source for event in building.events} <= {
        "bus/rs485",
        "bus/dust-port",
        "zone/hall",
    }


async def test_an_adapter_that_is_back_is_not_waited_for_longer_whatever_the_back_off_says(
    tmp_path: Path,
) -> None:
    building = Building(tmp_path)
    sending = asyncio.create_task(building.stream())
    async with supervised(*(bus.supervised() for bus in building.buses), backoff=NEVER):
        await building.until(
            lambda: all(building.faults(f"bus/{bus}") for bus in ("rs485", "dust-port"))
        )
        await building.plug()
        await building.until(lambda: building.heard == {"co", "dust"})
    sending.cancel()
    building.unplug()
