"""The buses of a site, each supervised on its own, and the way of a level to its output.

A bus that was abandoned may still deliver; it is not listened to any more. A bus made in its place
is told the level of each of its outputs first. Another configuration leaves a bus alone whose plan
is the same there; the others are ended before new ones are opened, which may want their ports.
"""

import asyncio
import importlib
import random
from collections.abc import Iterable, Mapping
from typing import Final

from drivers.bus import Bus, BusPlan, Deliver, Now, OpenBus
from drivers.registry import DRIVERS
from gateway.settings.bus_plans import bus_plans
from gateway.settings.model import Settings
from gateway.supervisor import Supervised, supervise
from rules.instant import Duration, in_seconds, seconds
from rules.output import OutputCommand
from rules.reading import BusDown, BusUp, Measurement

SHORTEST_BOUND: Final = seconds(45)
"""A driver leaves a unit that is silent alone for 30 s at most, then waits 5 s for its answer; the
only unit of a line may be such a one."""

END_WITHIN: Final = seconds(5)
"""A bus that has not ended then is left to itself; what wants its port is tried until it has it."""


class GuardedBus:
    """One bus of the site, whichever object serves it at the moment."""

    def __init__(self, plan: BusPlan, module: str, take: Deliver, now: Now) -> None:
        self.plan = plan
        self.module = module
        self._open: OpenBus = importlib.import_module(module).open_bus
        self._take = take
        self._now = now
        self._levels: dict[str, bool] = {}
        self._bus: Bus | None = None
        self._attempts = 0
        self._is_down = False
        self._is_left = False

    def supervised(self) -> Supervised:
        """Say how it is to be supervised."""
        longest = max((detector.every for detector in self.plan.detectors), default=Duration(0))
        return Supervised(
            name=f"bus/{self.plan.id}",
            make=self._make,
            attempts=lambda: self._attempts,
            bound=Duration(max(SHORTEST_BOUND, 3 * longest)),
            on_down=self._went_down,
            on_up=lambda: None,  # the driver itself delivers BusUp
            works=lambda: not self._is_down,
            port=getattr(self.plan.options, "port", None),  # of a serial line
            is_idle=not self.plan.detectors,
        )

    def set_output(self, command: OutputCommand) -> None:
        """Set an output of this bus, now and after it was made anew."""
        self._levels[command.output] = command.energised
        if self._bus is not None:
            self._bus.set_output(command.output, command.energised)

    def leave(self) -> None:
        """Listen to it no more, and set nothing there: it is about to be ended."""
        self._is_left = True

    def _make(self) -> Bus:
        made: list[Bus] = []

        def deliver(measurement: Measurement) -> None:
            if made and made[0] is self._bus and not self._is_left:
                self._attempts += 1
                self._is_down = self._is_down and not isinstance(measurement, BusUp)
                self._take(measurement)

        bus = self._open(self.plan, deliver, self._now)
        made.append(bus)
        self._bus = bus
        for output, energised in self._levels.items():
            bus.set_output(output, energised)
        return bus

    def _went_down(self, detail: str) -> None:
        self._is_down = True
        if self._is_left:
            return
        self._take(BusDown(self.plan.id, detail, self._now()))


class Buses:
    """All buses of a site, as the configuration in force has them.

    Args:
        take: takes what they measure.
        now: reads the monotonic clock.
    """

    def __init__(self, take: Deliver, now: Now) -> None:
        self._take = take
        self._now = now
        self._in_force: tuple[GuardedBus, ...] = ()
        self._bus_of: Mapping[str, GuardedBus] = {}
        self._tasks: dict[GuardedBus, asyncio.Task[None]] = {}
        self._changed = asyncio.Event()

    def planned(self, settings: Settings) -> tuple[GuardedBus, ...]:
        """Give the buses of a site: those that are there already and need no change, and new ones.

        It touches no hardware; a driver that is missing raises ImportError.
        """
        there = {bus.plan.id: bus for bus in self._in_force}
        wanted = []
        for plan, entry in zip(bus_plans(settings), settings.buses, strict=True):
            module = DRIVERS[entry.driver].bus_module
            bus = there.get(plan.id)
            if bus is None or (bus.plan, bus.module) != (plan, module):
                bus = GuardedBus(plan, module, self._take, self._now)
            wanted.append(bus)
        return tuple(wanted)

    def take_up(self, wanted: tuple[GuardedBus, ...]) -> None:
        """Listen to these alone from now on, and set outputs there; the hardware follows soon."""
        for bus in self._in_force:
            if bus not in wanted:
                bus.leave()
        self._in_force = wanted
        self._bus_of = {output.id: bus for bus in wanted for output in bus.plan.outputs}
        self._changed.set()

    def drive(self, command: OutputCommand) -> None:
        """Set an output; never blocks."""
        self._bus_of[command.output].set_output(command)

    async def run(self) -> None:
        """End and open buses as the configuration changes, until cancelled."""
        while True:
            self._changed.clear()
            await self._end([bus for bus in self._tasks if bus not in self._in_force])
            for bus in self._in_force:
                if bus not in self._tasks:
                    supervised = bus.supervised()
                    work = supervise(supervised, random=random.random)
                    self._tasks[bus] = asyncio.create_task(work, name=supervised.name)
            await self._changed.wait()

    async def stop(self) -> None:
        """End all of them, and leave each output at its level on exit."""
        await self._end(list(self._tasks))

    async def _end(self, buses: Iterable[GuardedBus]) -> None:
        ending = [self._tasks.pop(bus) for bus in buses]
        for task in ending:
            task.cancel()
        if ending:
            await asyncio.wait(ending, timeout=in_seconds(END_WITHIN))
