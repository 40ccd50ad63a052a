"""The uplink as the configuration in force has it: another takes its place where the way changed.

Events go to the new one at once. It connects when the old one has said farewell, so that a broker
that stays the same never sees both; what the old one could not deliver, the new one finds in the
journal, or is given where only memory had it.
"""

import asyncio
from collections.abc import Callable

from gateway.settings.model import Settings
from gateway.uplink.uplink import Uplink

Make = Callable[[Settings, Uplink | None], Uplink]
"""Makes an uplink; given the one whose place it is to take, if there is one. It connects nobody."""


class UplinkInForce:
    """The uplink now.

    Attributes:
        now: the one that events are given to.
    """

    def __init__(self, settings: Settings, make: Make) -> None:
        self._make = make
        self._changed = asyncio.Event()
        self.now = make(settings, None)

    def planned(self, settings: Settings) -> Uplink:
        """Give the one that is to serve a configuration: the one in force, or a new one."""
        return self.now if self.now.fits(settings) else self._make(settings, self.now)

    def take_up(self, wanted: Uplink, settings: Settings) -> None:
        """Give events to this one from now on."""
        if wanted is self.now:
            wanted.configured(settings)
            return
        records = self.now.kept_in_memory()
        self.now = wanted
        wanted.committed(records)
        self._changed.set()

    async def run(self) -> None:
        """Run the one in force, until cancelled or until it fails."""
        while True:
            self._changed.clear()
            served = self.now
            running = asyncio.create_task(served.run(), name="uplink")
            changed = asyncio.create_task(self._changed.wait())
            try:
                await asyncio.wait({running, changed}, return_when=asyncio.FIRST_COMPLETED)
                if running.done():
                    running.result()  # its failure is the failure of this
                    return
                await served.close()
            finally:
                changed.cancel()
                running.cancel()
                await asyncio.wait({running, changed})

    async def close(self) -> None:
        """Let the last events go, and say farewell; bounded."""
        await self.now.close()
