"""Serves played devices until a person has had enough of them, and does what he says meanwhile."""

import asyncio
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Protocol

from gateway.simulation.orders import PlayedDevice, obey, read_order
from gateway.simulation.wanted import PlayError
from rules.instant import in_seconds

QUIT: Final = "quit"
CHUNK_BYTES: Final = 4096
LONGEST_UNREAD: Final = 64 * 1024  # bytes without an end of line: that is no person


class PlayedWire(Protocol):
    """What played devices are wired to."""

    async def plug(self) -> str | int:
        """Be there; give the link or the TCP port under which."""

    def unplug(self) -> None:
        """Be there no more."""


@dataclass(frozen=True, slots=True)
class Said:
    """A line for the person: that the devices are there, or what became of an order.

    Attributes:
        text: what happened, or why it did not.
        ok: whether it did.
        place: only of the first: the link, or the TCP port.
    """

    text: str
    ok: bool = True
    place: str | int | None = None


class Service:
    """Played devices on a wire."""

    def __init__(
        self, devices: dict[int, PlayedDevice], wire: PlayedWire, tell: Callable[[Said], None]
    ) -> None:
        self._devices = devices
        self._wire = wire
        self._tell = tell
        self._ended = asyncio.Event()
        self._unread = b""

    async def run(self, orders: int, greeting: str) -> None:
        """Serve until `quit`, the end of the orders, SIGINT or SIGTERM.

        Args:
            orders: the descriptor that they are read from. Where it is a file, or /dev/null, its
                end is not that of the service.
            greeting: what is told once the devices can be asked.

        Raises:
            OSError: the wire cannot be made.
        """
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._ended.set)
        place = await self._wire.plug()
        beats = [asyncio.create_task(_beat(each)) for each in self._devices.values()]
        try:
            self._tell(Said(greeting, place=place))
            self._listen(orders)
            await self._ended.wait()
        finally:
            with suppress(OSError, ValueError):
                loop.remove_reader(orders)
            for beat in beats:
                beat.cancel()
            self._wire.unplug()

    def _listen(self, orders: int) -> None:
        try:
            asyncio.get_running_loop().add_reader(orders, self._read, orders)
        except PermissionError:  # a file: it has no moment at which it can be read
            self._take(os.read(orders, LONGEST_UNREAD) + b"\n")

    def _read(self, orders: int) -> None:
        try:
            chunk = os.read(orders, CHUNK_BYTES)
        except BlockingIOError:
            return
        except OSError:  # the terminal is gone
            chunk = b""
        if not chunk:
            self._ended.set()
            return
        self._take(chunk)

    def _take(self, chunk: bytes) -> None:
        *lines, self._unread = (self._unread + chunk).split(b"\n")
        self._unread = self._unread[:LONGEST_UNREAD]
        for line in lines:
            self._obey(line.decode("utf-8", "replace").strip())

    def _obey(self, line: str) -> None:
        if line == QUIT:
            self._ended.set()
        elif line:
            try:
                self._tell(Said(obey(read_order(line), self._devices)))
            except PlayError as error:
                self._tell(Said(str(error), ok=False))


async def _beat(device: PlayedDevice) -> None:
    """Let a heartbeat advance."""
    if device.beats_every is None:
        return
    while True:
        await asyncio.sleep(in_seconds(device.beats_every))
        device.beat()
