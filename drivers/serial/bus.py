"""A serial port: opens it, hands on what comes, and writes what a profile says.

The event loop says when there are bytes; nothing is polled. What they mean is for the listener: a
sensor that sends by itself, one that is asked, or a panel that prints.
"""

import asyncio
import os
import termios
from contextlib import suppress
from functools import partial
from typing import Final

import serial

from drivers.bus import BusPlan, Deliver, LineDownError, Now
from drivers.device_words import Parity
from drivers.serial.device import SerialProfile
from drivers.serial.listener import Listener
from drivers.serial.options import SerialBusOptions, port_settings
from drivers.serial.panel import Panel
from drivers.serial.pattern import folded
from drivers.serial.port_settings import PortSettings
from drivers.serial.printer_port import PrinterPort
from drivers.serial.sensor import AskedSensor, StreamingSensor
from rules.reading import BusUp

OPEN_WITHIN_SECONDS = 5.0  # a port opens in milliseconds; a broken adapter's driver may hang
CHUNK_BYTES = 4096  # what the kernel keeps for a terminal at most
MOST_DRAINED = 16  # chunks: a port that gives more at once is not emptied by reading it
STILL_PLUGGED_IN = "is the adapter still plugged in?"
PARITIES: Final = {
    Parity.NONE: serial.PARITY_NONE,
    Parity.EVEN: serial.PARITY_EVEN,
    Parity.ODD: serial.PARITY_ODD,
}


class SerialBus:
    """The port of one sensor, or of one panel."""

    def __init__(self, plan: BusPlan, deliver: Deliver, now: Now) -> None:
        options: SerialBusOptions = plan.options
        self._plan = plan
        self._deliver = deliver
        self._now = now
        self._path = options.port
        self._panel: Panel | None = None
        self._opening: asyncio.Future[serial.Serial] | None = None
        self._port: serial.Serial | None = None

    async def run(self) -> None:
        """Measure until cancelled.

        Raises:
            LineDownError: the port does not open or is lost, or carries what it cannot.
        """
        device = self._device()
        self._port = await self._open(port_settings(self._plan.options, device))
        loop = asyncio.get_running_loop()
        descriptor = self._port.fileno()
        try:
            listener = self._listener(device, _OpenPort(self._path, descriptor))
            loop.add_reader(descriptor, partial(self._read, descriptor, listener))
            self._deliver(BusUp(self._plan.id, self._now()))
            await listener.attend()
        finally:
            loop.remove_reader(descriptor)
            self.close()

    def _device(self) -> SerialProfile:
        """Give the one profile of the port."""
        detectors = self._plan.detectors
        devices = {detector.profile.id: detector.profile.device for detector in detectors}
        if len(devices) != 1:
            raise LineDownError(
                f"{self._path}: a serial port carries one sensor or one panel, and the site gives "
                f"it {len(devices)}"
            )
        device: SerialProfile = detectors[0].profile.device
        if device.lines is None and len(detectors) != 1:
            raise LineDownError(
                f"{self._path}: a serial port carries one sensor, and the site gives it "
                f"{len(detectors)}"
            )
        return device

    def _listener(self, device: SerialProfile, port: "_OpenPort") -> Listener:
        """Make what the port's bytes are for."""
        detectors = self._plan.detectors
        if device.lines is not None:
            if self._panel is None:
                points = [folded(detector.options.point) for detector in detectors]
                self._panel = Panel(device.lines, points)
            return PrinterPort(detectors, self._panel, port, self._deliver, self._now)
        kind = AskedSensor if device.ask else StreamingSensor
        return kind(detectors[0], port, self._deliver, self._now)

    def set_output(self, output: str, energised: bool) -> None:
        """Set an output; this driver has none."""
        raise KeyError(f"{self._path} has no output {output} to be set to {energised}")

    def close(self) -> None:
        """Free the port."""
        port, self._port = self._port, None
        if port is not None:
            _close(port)

    async def _open(self, settings: PortSettings) -> serial.Serial:
        """Open the port, in a thread of its own since a broken adapter's driver may hang."""
        if self._opening is not None and not self._opening.done():
            raise LineDownError(
                f"{self._path}: still hanging in the attempt to open it; unplug the adapter"
            )
        loop = asyncio.get_running_loop()
        opening = loop.run_in_executor(None, open_port, self._path, settings)
        self._opening = opening
        try:
            async with asyncio.timeout(OPEN_WITHIN_SECONDS):
                return await asyncio.shield(opening)
        except TimeoutError:
            opening.add_done_callback(_close_late)
            raise LineDownError(
                f"{self._path}: did not open in {OPEN_WITHIN_SECONDS:g} s; unplug the adapter"
            ) from None
        except asyncio.CancelledError:
            opening.add_done_callback(_close_late)
            raise

    def _read(self, descriptor: int, listener: Listener) -> None:
        """Take what has come; the event loop calls when there is something."""
        try:
            chunk = os.read(descriptor, CHUNK_BYTES)
        except BlockingIOError:
            return
        except OSError as error:
            self._lose(descriptor, listener, str(error))
        else:
            if chunk:
                listener.take(chunk)
            else:
                self._lose(descriptor, listener, "the port gives no more bytes")

    def _lose(self, descriptor: int, listener: Listener, why: str) -> None:
        """Stop listening at once: a port that is gone is ready to be read for ever."""
        asyncio.get_running_loop().remove_reader(descriptor)
        listener.lose(f"{self._path}: {why}; {STILL_PLUGGED_IN}")


class _OpenPort:
    """The open port, as listeners see it."""

    def __init__(self, path: str, descriptor: int) -> None:
        self.path = path
        self._descriptor = descriptor

    def write(self, data: bytes) -> None:
        """Write all of it, without waiting: the kernel keeps more than any command has."""
        try:
            written = os.write(self._descriptor, data)
        except BlockingIOError:
            written = 0
        except OSError as error:
            raise LineDownError(f"{self.path}: {error}; {STILL_PLUGGED_IN}") from error
        if written < len(data):
            raise LineDownError(f"{self.path}: takes no more bytes; {STILL_PLUGGED_IN}")

    def drain(self) -> None:
        """Throw away what has come; what is wrong with the port is seen when it is read."""
        with suppress(OSError):
            for _ in range(MOST_DRAINED):
                if len(os.read(self._descriptor, CHUNK_BYTES)) < CHUNK_BYTES:
                    return


def open_bus(plan: BusPlan, deliver: Deliver, now: Now) -> SerialBus:
    """Make a bus; the port is opened when it runs."""
    return SerialBus(plan, deliver, now)


def open_port(
    path: str, settings: PortSettings, write_within_s: float | None = None
) -> serial.Serial:
    """Open a port for this process alone; may block.

    Args:
        path: of the port.
        settings: its rate and the shape of a character.
        write_within_s: how long a write may block; None where none blocks.

    Raises:
        LineDownError: it does not open.
    """
    try:
        return serial.Serial(
            path,
            settings.baud,
            bytesize=settings.data_bits,
            parity=PARITIES[settings.parity],
            stopbits=settings.stop_bits,
            timeout=0,
            write_timeout=write_within_s,
            exclusive=True,
        )
    except (OSError, ValueError, termios.error) as error:
        raise LineDownError(
            f"{path}: {error}; see ls -l /dev/serial/by-id, and that the gateway's user is in "
            "group dialout"
        ) from error


def _close(port: serial.Serial) -> None:
    """Close a port; one whose adapter is gone cannot be closed in style."""
    try:
        port.close()
    except (OSError, termios.error):
        return


def _close_late(opening: "asyncio.Future[serial.Serial]") -> None:
    """Close a port that opened when nobody waited for it any more."""
    if not opening.cancelled() and opening.exception() is None:
        _close(opening.result())
