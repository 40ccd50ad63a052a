"""When `state` is told: at once when something has changed, and not for every drift of a value.

Many changes are one state: the newest wins. Nothing is told of a state that is as it was.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from gateway.clock import Clock
from gateway.messages.parts import Directory, Heads, Stamp
from gateway.messages.state import StateMessage, essence, state_message, state_of
from gateway.messages.topics import Origin
from gateway.mqtt_path import MqttPath
from rules.instant import Duration, Instant, in_seconds, seconds
from rules.snapshot import SiteNow

SPACING: Final = seconds(0.2)
"""The least time between two states: one change goes out at once, a storm five times a second."""

VALUES_SPACING: Final = seconds(10)
"""The least time between two states that differ in measured values only."""

LONG_AGO: Final = Instant(-(2**62))

PresentProvider = Callable[[], SiteNow]


class StatePublication:
    """Has the paths send the state."""

    def __init__(  # noqa: PLR0913 - what the message is made of
        self,
        origin: Origin,
        directory: Directory,
        clock: Clock,
        *,
        stamp: Callable[[], Stamp],
        heads: Callable[[], Heads],
        paths: Sequence[MqttPath],
    ) -> None:
        self._origin = origin
        self._directory = directory
        self._clock = clock
        self._stamp = stamp
        self._heads = heads
        self._paths = paths
        self._provider: PresentProvider | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._told: StateMessage | None = None
        self._told_at = LONG_AGO
        for path in paths:
            path.retain("state", self._content)

    def set_provider(self, provider: PresentProvider) -> None:
        """Name what gives the present."""
        self._provider = provider
        self.changed()

    def present(self) -> SiteNow | None:
        """Give the present, if it is known."""
        return None if self._provider is None else self._provider()

    def changed(self) -> None:
        """Look at the present at the end of this turn, or when the spacing allows it."""
        if self._timer is None:
            loop = asyncio.get_running_loop()
            wait = max(0, self._told_at + SPACING - self._clock.now())
            self._timer = loop.call_later(in_seconds(wait), self._look)

    def _look(self) -> None:
        self._timer = None
        now = self._made()
        if now is None or not any(path.is_up for path in self._paths):
            return
        told, age = self._told, Duration(self._clock.now() - self._told_at)
        if told is not None and essence(now) == essence(told):
            drifted = [each.values for each in now.detectors] != [
                each.values for each in told.detectors
            ]
            if not drifted or age < VALUES_SPACING:
                return
        self._told, self._told_at = now, self._clock.now()
        for path in self._paths:
            path.want("state")
            path.flush()

    def _made(self) -> StateMessage | None:
        present = self.present()
        if present is None:
            return None
        return state_of(
            present,
            self._stamp(),
            self._origin,
            self._directory,
            heads=self._heads(),
            dated=self._clock.wall_of,
        )

    def _content(self, limit: int) -> bytes | None:
        made = self._made()
        return None if made is None else state_message(made, limit)
