"""When signs of life go out: each asks whether the centre hears it, where the site names one.

Without a named centre nobody answers; then the preferred path beats about once a minute.
"""

import asyncio
import random
import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from gateway.uplink.centre_link import CentreLink
from gateway.uplink.delivery import Delivery
from gateway.uplink.mqtt_path import MqttPath
from gateway.uplink.path_probe import ProbeTiming
from rules.instant import Duration, Instant, in_seconds, seconds

EVERY: Final = seconds(60)
JITTER: Final = seconds(5)
PROBE_TIMING: Final = ProbeTiming(every=EVERY)


class Heartbeats:
    """The heartbeats of all paths.

    Args:
        centre: those who answer, or None.
        delivery: knows the preferred path, and prefers one that the centre answers on.
        paths: by id.
        message: makes a heartbeat with a nonce.
        answered: told of a path that leads to the centre and back, or does so no more.
    """

    def __init__(
        self,
        centre: CentreLink | None,
        delivery: Delivery,
        paths: Mapping[str, MqttPath],
        message: Callable[[str], bytes],
        answered: Callable[[str, bool], None],
    ) -> None:
        self._centre = centre
        self._delivery = delivery
        self._paths = paths
        self._message = message
        self._answered = answered

    async def beat(self) -> None:
        """Beat without asking anybody, where there is no centre that would answer."""
        while self._centre is None:
            # Spread, so that gateways that began together do not beat together.
            jitter = Duration(round(random.uniform(-1, 1) * JITTER))  # noqa: S311 - as said
            await asyncio.sleep(in_seconds(Duration(EVERY + jitter)))
            preferred = self._delivery.preferred
            if preferred is not None:
                self._paths[preferred].heartbeat(self._message(secrets.token_hex(16)))
        await asyncio.Event().wait()

    def probe(self, now: Instant) -> None:
        """Send the heartbeats that are due now, each with a nonce that the centre gives back."""
        if self._centre is None:
            return
        preferred = self._delivery.preferred
        for path in self._paths.values():
            if path.is_up and self._centre.is_due(path.id, now, preferred):
                nonce = secrets.token_hex(16)
                self._centre.probed(path.id, nonce, now)
                path.heartbeat(self._message(nonce))

    def look(self, now: Instant) -> None:
        """See which paths lead to the centre and back, and prefer those."""
        if self._centre is None:
            return
        for change in self._centre.changes(now):
            self._answered(change.path, change.is_proven)
        self._delivery.silent(self._centre.silent(now))


def spread(timing: ProbeTiming) -> ProbeTiming:
    """Spread the probes, so that gateways that began together do not beat together."""
    share = random.uniform(-1, 1) * JITTER / EVERY  # noqa: S311 - as said
    return replace(timing, every=Duration(round(timing.every * (1 + share))))
