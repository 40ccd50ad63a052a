"""Which gateways have fallen silent. Pure.

A gateway gives a sign of life each minute. Its will says that a connection was lost; that nothing
comes over a connection that stands is seen here only.
"""

from collections.abc import Iterable
from typing import Final

from gateway.messages.topics import Origin
from rules.instant import Duration, Instant, seconds

SILENT_AFTER: Final = seconds(90)
"""A heartbeat and a half."""


class Silence:
    """What is known of the gateways' signs of life, in this process.

    Args:
        known: the gateways of earlier times; each has the usual time from now on.
        now: the present.
    """

    def __init__(self, known: Iterable[Origin], now: Instant) -> None:
        self._heard = dict.fromkeys(known, now)
        self._silent: set[Origin] = set()

    def heard(self, origins: Iterable[Origin], now: Instant) -> list[Origin]:
        """Note signs of life; give those that had been silent."""
        heard = set(origins)
        self._heard.update(dict.fromkeys(heard, now))
        again = sorted(self._silent & heard, key=_name)
        self._silent -= heard
        return again

    def fallen(self, now: Instant, after: Duration = SILENT_AFTER) -> list[Origin]:
        """Give those that have fallen silent since they were last asked for."""
        fallen = [
            origin
            for origin, at in self._heard.items()
            if now - at > after and origin not in self._silent
        ]
        self._silent.update(fallen)
        return sorted(fallen, key=_name)


def _name(origin: Origin) -> str:
    return origin.prefix
