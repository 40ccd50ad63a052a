"""firegw with a rogue in the place of the simulated driver: see rogue_bus."""

import asyncio
from dataclasses import replace

import rogue_bus

from drivers.registry import DRIVERS
from gateway import buses
from gateway.cli import firegw

rogue_bus.World.mended = asyncio.Event()
buses.DRIVERS = {**DRIVERS, "simulated": replace(DRIVERS["simulated"], bus_module="rogue_bus")}
firegw.main()
