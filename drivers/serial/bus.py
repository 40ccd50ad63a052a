"""Listens to one sensor that streams frames over a serial port.

The event loop says when there are bytes; nothing is polled. Every good frame is a measurement. It
is told at once when the last one told is `every` ago or more, else the newest is told when it is.
A sensor that gives no good frame for `silent_after` has failed an attempt.
"""

import asyncio
import os
import termios
from collections import deque
from functools import partial

import serial

from drivers.bus import BusDetector, BusPlan, Deliver, LineDownError, Now
from drivers.serial.answer import Refusal, decode
from drivers.serial.codec import Frame as GoodFrame
from drivers.serial.codec import Framer
from drivers.serial.device import SerialProfile
from drivers.serial.options import SerialBusOptions
from drivers.wake import Wake
from rules.instant import Instant, in_seconds, later, seconds
from rules.reading import BusUp, FailedPoll, FaultCause, Reading

OPEN_WITHIN_SECONDS = 5.0  # a port opens in milliseconds; a broken adapter's driver may hang
CHUNK_BYTES = 4096  # what the kernel keeps for a terminal at most
RESYNCS_WORTH_TELLING = 6  # in a minute: more is a bad line or a bad sensor, not a plug being moved
MINUTE = seconds(60)


class SerialBus:
    """The port of one sensor."""

    def __init__(self, plan: BusPlan, deliver: Deliver, now: Now) -> None:
        options: SerialBusOptions = plan.options
        self._plan = plan
        self._deliver = deliver
        self._now = now
        self._path = options.port
        self._opening: asyncio.Future[serial.Serial] | None = None
        self._port: serial.Serial | None = None

    async def run(self) -> None:
        """Measure until cancelled."""
        if len(self._plan.detectors) != 1:
            raise LineDownError(
                f"{self._path}: a serial port carries one sensor, and the site gives it "
                f"{len(self._plan.detectors)}"
            )
        detector = self._plan.detectors[0]
        self._port = await self._open(detector.profile.device.baud)
        loop = asyncio.get_running_loop()
        descriptor = self._port.fileno()
        try:
            sensor = _Sensor(detector, self._deliver, self._now, self._path)
            loop.add_reader(descriptor, partial(self._read, descriptor, sensor))
            self._deliver(BusUp(self._plan.id, self._now()))
            await sensor.attend()
        finally:
            loop.remove_reader(descriptor)
            self.close()

    def set_output(self, output: str, energised: bool) -> None:
        """Set an output; this driver has none."""
        raise KeyError(f"{self._path} has no output {output} to be set to {energised}")

    def close(self) -> None:
        """Free the port."""
        port, self._port = self._port, None
        if port is not None:
            _close(port)

    async def _open(self, baud: int) -> serial.Serial:
        """Open the port, in a thread of its own since a broken adapter's driver may hang."""
        if self._opening is not None and not self._opening.done():
            raise LineDownError(
                f"{self._path}: still hanging in the attempt to open it; unplug the adapter"
            )
        loop = asyncio.get_running_loop()
        opening = loop.run_in_executor(None, _open_port, self._path, baud)
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

    def _read(self, descriptor: int, sensor: "_Sensor") -> None:
        """Take what has come; the event loop calls when there is something."""
        try:
            chunk = os.read(descriptor, CHUNK_BYTES)
        except BlockingIOError:
            return
        except OSError as error:
            self._lose(descriptor, sensor, str(error))
        else:
            if chunk:
                sensor.take(chunk)
            else:
                self._lose(descriptor, sensor, "the port gives no more bytes")

    def _lose(self, descriptor: int, sensor: "_Sensor", why: str) -> None:
        """Stop listening at once: a port that is gone is ready to be read for ever."""
        asyncio.get_running_loop().remove_reader(descriptor)
        sensor.lose(f"{self._path}: {why}; is the adapter still plugged in?")


class _Sensor:
    """What is known of the sensor while its port is open."""

    def __init__(self, detector: BusDetector, deliver: Deliver, now: Now, path: str) -> None:
        profile: SerialProfile = detector.profile.device
        self._detector = detector
        self._profile = profile
        self._deliver = deliver
        self._now = now
        self._path = path
        self._framer = Framer(profile)
        self._wake = Wake(now)
        self._lost: LineDownError | None = None
        self._newest: tuple[GoodFrame, Instant] | None = None
        self._due = now()
        self._silent_at = later(now(), profile.silent_after)
        self._bytes = 0
        self._bad = 0
        self._resyncs: deque[Instant] = deque(maxlen=100)

    async def attend(self) -> None:
        """Tell the newest frame when it is due, and silence when it has lasted."""
        while True:
            if self._newest is None:
                await self._wake.until(self._silent_at)
            else:
                await self._wake.until(min(self._due, self._silent_at))
            now = self._now()
            if self._lost is not None:
                raise self._lost
            if self._newest is not None and now >= self._due:
                self._tell(*self._newest)
            if now >= self._silent_at:
                self._tell_silence(now)

    def lose(self, detail: str) -> None:
        """Take word that the port is gone."""
        self._lost = LineDownError(detail)
        self._wake.call()

    def take(self, chunk: bytes) -> None:
        """Take bytes that have just come."""
        now = self._now()
        tally = self._framer.tally
        resyncs = tally.resyncs
        frames = self._framer.feed(chunk)
        self._resyncs.extend([now] * (tally.resyncs - resyncs))
        self._bytes += len(chunk)
        for frame in frames:
            if isinstance(frame, GoodFrame):
                self._take_frame(frame, now)
            else:
                self._bad += 1

    def _take_frame(self, frame: GoodFrame, now: Instant) -> None:
        """Tell a good frame, or keep it until the next one may be told."""
        self._start_watch_anew(now)
        if now >= self._due:
            self._tell(frame, now)
        else:
            self._newest = (frame, now)
            self._wake.call()

    def _tell(self, frame: GoodFrame, at: Instant) -> None:
        """Tell a frame's values."""
        self._newest = None
        self._due = later(self._now(), self._detector.every)
        said = decode(frame, self._profile)
        if isinstance(said, Refusal):
            self._deliver(FailedPoll(self._detector.id, said.cause, said.detail, at))
            return
        for quantity, value in said.items():
            self._deliver(Reading(self._detector.id, quantity, value, at))

    def _tell_silence(self, now: Instant) -> None:
        """Tell that an attempt has failed, and why as far as the bytes show."""
        waited = f"{in_seconds(self._profile.silent_after):g} s"
        if self._bytes == 0:
            cause = FaultCause.NO_REPLY
            detail = f"{self._path}: not a byte in {waited}; see the sensor's supply and wires"
        else:
            cause = FaultCause.BAD_CHECKSUM if self._bad else FaultCause.BAD_REPLY
            detail = (
                f"{self._path}: {self._bytes} bytes in {waited} and no good frame, "
                f"{self._bad} with a bad checksum; see baud {self._profile.baud}, ground and model"
            )
        resyncs = sum(1 for at in self._resyncs if now - at <= MINUTE)
        if resyncs > RESYNCS_WORTH_TELLING:
            detail += f"; {resyncs} resynchronisations in the last minute"
        self._start_watch_anew(now)
        self._deliver(FailedPoll(self._detector.id, cause, detail, now))

    def _start_watch_anew(self, now: Instant) -> None:
        """Wait for the next good frame."""
        self._silent_at = later(now, self._profile.silent_after)
        self._bytes = 0
        self._bad = 0


def open_bus(plan: BusPlan, deliver: Deliver, now: Now) -> SerialBus:
    """Make a bus; the port is opened when it runs."""
    return SerialBus(plan, deliver, now)


def _open_port(path: str, baud: int) -> serial.Serial:
    """Open a port for this process alone; may block."""
    try:
        return serial.Serial(path, baud, timeout=0, exclusive=True)
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
