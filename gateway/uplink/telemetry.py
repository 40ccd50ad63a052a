"""Sends what was measured, from time to time: once, and on the preferred path only."""

import asyncio
from collections.abc import Callable
from typing import Final

from gateway.messages.parts import Stamp
from gateway.messages.telemetry import MOST_READINGS, telemetry_message
from gateway.messages.topics import Origin
from gateway.settings.model import Settings
from gateway.uplink.mqtt_path import MqttPath
from gateway.uplink.telemetry_batch import TelemetryBatch
from rules.instant import in_seconds, seconds
from rules.reading import Reading

EXPIRES: Final = seconds(300)


class Telemetry:
    """The telemetry of a site.

    Args:
        settings: of the site.
        origin: who speaks.
        stamp: reads both clocks.
        preferred: gives the path that it takes; None while there is none.
    """

    def __init__(
        self,
        settings: Settings,
        origin: Origin,
        stamp: Callable[[], Stamp],
        preferred: Callable[[], MqttPath | None],
    ) -> None:
        self._every = settings.uplink.telemetry_every
        self._origin = origin
        self._stamp = stamp
        self._preferred = preferred
        self.measure(settings)

    def measure(self, settings: Settings) -> None:
        """Send what another configuration measures, and nothing of what went before."""
        self._batch = TelemetryBatch(
            {each.id: each.quantities for each in settings.definition.detectors}
        )

    def put(self, reading: Reading) -> None:
        """Take a reading."""
        self._batch.put(reading)

    async def run(self) -> None:
        """Send what has changed, until cancelled."""
        while True:
            await asyncio.sleep(in_seconds(self._every))
            path = self._preferred()
            while path is not None and (readings := self._batch.take(MOST_READINGS)):
                path.telemetry(telemetry_message(readings, self._stamp(), self._origin), EXPIRES)
