"""firegw whose simulated buses write down what is done to their outputs, and whose trials may be
brief. LEVELS names the file of the first."""

import os
from dataclasses import replace
from pathlib import Path

from drivers.registry import DRIVERS
from drivers.simulated.bus import SimulatedBus
from gateway import buses
from gateway.configuration import desk
from rules.instant import seconds


class WatchedBus(SimulatedBus):
    def __init__(self, plan, deliver, now):
        super().__init__(plan, deliver, now)
        self._id = plan.id

    def _note(self, what):
        with Path(os.environ["LEVELS"]).open("a") as levels:
            levels.write(f"{self._id} {what}\n")

    async def run(self):
        self._note("runs")
        await super().run()

    def set_output(self, output, energised):
        super().set_output(output, energised)
        self._note(f"{output} {'on' if energised else 'off'}")

    def close(self):
        self._note("closed")


open_bus = WatchedBus

if __name__ == "__main__":
    from gateway.cli import firegw

    desk.SHORTEST_TRIAL = seconds(0.1)
    kind = replace(DRIVERS["simulated"], bus_module="watched_outputs")
    buses.DRIVERS = {**DRIVERS, "simulated": kind}
    firegw.main()
