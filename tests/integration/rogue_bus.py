"""Buses that break every promise of drivers.bus, each in its own way, until they are mended.

Stands in the registry where the simulated driver stands; a bus with any other id is a simulated
one.
"""

import asyncio
import contextlib
import threading

from drivers.bus import BusPlan, Deliver, Now
from drivers.simulated.bus import SimulatedBus

RAISES, EXITS, HANGS, CLINGS, IS_NOT_MADE, REFUSES_ITS_OUTPUT = ROGUES = (
    "raises",
    "exits",
    "hangs",
    "clings",
    "is-not-made",
    "refuses-its-output",
)

BLOCKS_A_THREAD = "blocks-a-thread"  # not among those that a test could mend


class World:
    """Whether the rogues have been mended."""

    mended: asyncio.Event


class RogueBus(SimulatedBus):
    """A bus that does what its id says."""

    def __init__(self, plan: BusPlan, deliver: Deliver, now: Now) -> None:
        if plan.id == IS_NOT_MADE and not World.mended.is_set():
            raise OSError("no such bus")
        super().__init__(plan, deliver, now)
        self._id = plan.id

    async def run(self) -> None:
        if not World.mended.is_set():
            await self._misbehave()
        await super().run()

    async def _misbehave(self) -> None:
        if self._id == RAISES:
            raise ZeroDivisionError("a mistake in the driver")
        if self._id == EXITS:
            raise SystemExit(3)
        if self._id == BLOCKS_A_THREAD:
            await asyncio.to_thread(threading.Event().wait)
        if self._id == HANGS:
            await World.mended.wait()
        while self._id == CLINGS and not World.mended.is_set():
            with contextlib.suppress(asyncio.CancelledError):
                await World.mended.wait()

    def set_output(self, output: str, energised: bool) -> None:
        if self._id == REFUSES_ITS_OUTPUT and energised and not World.mended.is_set():
            raise ZeroDivisionError("a mistake in set_output")
        super().set_output(output, energised)


def open_bus(plan: BusPlan, deliver: Deliver, now: Now) -> SimulatedBus:
    return RogueBus(plan, deliver, now)
