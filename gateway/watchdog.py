"""Tells systemd that the gateway lives, as long as it does."""

import asyncio
import os
from collections.abc import Callable
from typing import Final

from gateway.service_notification import Liveness, ServiceNotification, watchdog_interval
from rules.instant import in_seconds, seconds

PINGS_PER_INTERVAL: Final = 4
"""One ping may be lost, and one may come late."""

WHERE_NOBODY_WATCHES: Final = seconds(1)


async def ping(notification: ServiceNotification, turns: Callable[[], tuple[int, int]]) -> None:
    """Ping until cancelled.

    Args:
        notification: the way to systemd.
        turns: gives how many turns the core and the journal's writer have completed.
    """
    interval = watchdog_interval(os.environ)
    wait = WHERE_NOBODY_WATCHES if interval is None else interval // PINGS_PER_INTERVAL
    liveness = Liveness()
    while True:
        if liveness.may_ping(*turns()):
            notification.watchdog()
        await asyncio.sleep(in_seconds(wait))
