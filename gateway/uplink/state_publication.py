"""When `state` is told: at once when something has changed, and not for every drift of a value.

Many changes are one state: the newest wins. Nothing is told of a state that is as it was.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from gateway.clock import Clock
from gateway.messages.parts import Directory, Heads, Stamp
from gateway.messages.state import StateMessage, essence, state_of, values_of
from gateway.messages.state_size import state_message
from gateway.messages.topics import Origin
from gateway.uplink.mqtt_path import MqttPath
from rules.instant import Instant, in_seconds, seconds
from rules.snapshot import SiteNow

SPACING: Final = seconds(0.2)
"""The least time between two states: one change goes out at once, a storm five times a second."""

VALUES_SPACING: Final = seconds(10)
"""The least time between two states that differ in measured values only."""

LONG_AGO: Final = Instant(-(2**62))

PresentProvider = Callable[[], SiteNow]


@dataclass(frozen=True, slots=True)
class Told:
    """The state that a path was last given, and when."""

    state: StateMessage
    at: Instant


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
        self._told: dict[str, Told] = {}
        self._looked_at = LONG_AGO
        for path in paths:
            path.retain("state", partial(self._content, path.id))

    def set_provider(self, provider: PresentProvider) -> None:
        """Name what gives the present."""
        self._provider = provider
        self.changed()

    def set_directory(self, directory: Directory) -> None:
        """Tell by other names from now on."""
        self._directory = directory
        self.changed()

    def present(self) -> SiteNow | None:
        """Give the present, if it is known."""
        return None if self._provider is None else self._provider()

    def changed(self) -> None:
        """Look at the present at the end of this turn, or when the spacing allows it."""
        if self._timer is None:
            loop = asyncio.get_running_loop()
            wait = max(0, self._looked_at + SPACING - self._clock.now())
            self._timer = loop.call_later(in_seconds(wait), self._look)

    def _look(self) -> None:
        self._timer = None
        up = [path for path in self._paths if path.is_up]
        made = self._made() if up else None
        if made is None:
            return
        self._looked_at = self._clock.now()
        for path in up:
            told = self._told.get(path.id)
            if told is None or self._is_news(made, told):
                path.want("state")
                path.flush()

    def _is_news(self, made: StateMessage, told: Told) -> bool:
        if essence(made) != essence(told.state):
            return True
        drifted = values_of(made) != values_of(told.state)
        return drifted and self._clock.now() - told.at >= VALUES_SPACING

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

    def _content(self, path: str, limit: int) -> bytes | None:
        made = self._made()
        if made is None:
            return None
        self._told[path] = Told(made, self._clock.now())
        return state_message(made, limit)
