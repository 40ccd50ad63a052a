"""The buses of a site, each supervised on its own, and the way of a level to its output.

A bus that was abandoned may still deliver; it is not listened to any more. A bus made in its place
is told the level of each of its outputs first.
"""

import importlib
from collections.abc import Mapping
from typing import Final

from drivers.bus import Bus, BusPlan, Deliver, Now, OpenBus
from gateway.supervisor import Supervised
from rules.instant import Duration, seconds
from rules.output import OutputCommand
from rules.reading import BusDown, BusUp, Measurement

SHORTEST_BOUND: Final = seconds(45)
"""A driver leaves a unit that is silent alone for 30 s at most, then waits 5 s for its answer; the
only unit of a line may be such a one."""


class GuardedBus:
    """One bus of the site, whichever object serves it at the moment."""

    def __init__(self, plan: BusPlan, module: str, take: Deliver, now: Now) -> None:
        self.plan = plan
        self._open: OpenBus = importlib.import_module(module).open_bus
        self._take = take
        self._now = now
        self._levels: dict[str, bool] = {}
        self._bus: Bus | None = None
        self._attempts = 0
        self._is_down = False

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

    def _make(self) -> Bus:
        made: list[Bus] = []

        def deliver(measurement: Measurement) -> None:
            if made and made[0] is self._bus:
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
        self._take(BusDown(self.plan.id, detail, self._now()))


class Outputs:
    """Which bus each output is on."""

    def __init__(self, buses: tuple[GuardedBus, ...]) -> None:
        self._bus_of: Mapping[str, GuardedBus] = {
            output.id: bus for bus in buses for output in bus.plan.outputs
        }

    def drive(self, command: OutputCommand) -> None:
        """Set an output; never blocks."""
        self._bus_of[command.output].set_output(command)
