"""What the port of a bus hands its bytes to: a sensor or a panel, while the port is open."""

from collections.abc import Sequence
from typing import Final, Protocol

from drivers.bus import Deliver, LineDownError, Now
from drivers.serial.device import SerialProfile
from drivers.wake import Wake
from rules.instant import Instant, later, seconds

BETWEEN_COMMANDS: Final = seconds(0.1)
"""Sensors take a command at a time."""

GARBLED_TOLD_EVERY: Final = seconds(1)
"""More than six a minute are a fault of the line: more often than that nobody has to know."""


class Port(Protocol):
    """The open port."""

    path: str

    def write(self, data: bytes) -> None:
        """Write all of it, without waiting.

        Raises:
            LineDownError: the port does not take it.
        """

    def drain(self) -> None:
        """Throw away what has come and was not taken yet."""


class Listener:
    """What sensors and panels have in common. Made in the event loop, for one opening of a port."""

    def __init__(self, port: Port, device: SerialProfile, deliver: Deliver, now: Now) -> None:
        self._port = port
        self._path = port.path
        self._device = device
        self._deliver = deliver
        self._now = now
        self._wake = Wake(now)
        self._lost: LineDownError | None = None
        self._commands: Sequence[bytes] = [bytes.fromhex(each) for each in device.start]

    async def attend(self) -> None:
        """Do what comes with time, until cancelled.

        Raises:
            LineDownError: the port is gone.
        """
        raise NotImplementedError

    def take(self, chunk: bytes) -> None:
        """Take bytes that have just come."""
        raise NotImplementedError

    def lose(self, detail: str) -> None:
        """Take word that the port is gone."""
        self._lost = LineDownError(detail)
        self._wake.call()

    async def _until(self, instant: Instant) -> None:
        """Wait until an instant or until something has called, whichever is first.

        Raises:
            LineDownError: the port is gone.
        """
        await self._wake.until(instant)
        if self._lost is not None:
            raise self._lost

    async def _start_device(self) -> None:
        """Write the commands that set the device up."""
        for command in self._commands:
            self._port.write(command)
            rest = later(self._now(), BETWEEN_COMMANDS)
            while self._now() < rest:
                await self._until(rest)
